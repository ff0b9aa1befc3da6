package io.tractor.task;

import java.time.InstantSource;

import io.tractor.Peer;
import io.tractor.engine.BufferLimits;

/**
 * What all contexts of an application have in common.
 *
 * @param self the application's own identity
 * @param limits bounds of the buffers
 * @param listeners told what happens
 * @param codecs encode and decode values
 * @param errors what peers are told about errors, and what is made of theirs
 * @param clock tells the time of an overrun
 * @param live the contexts that are not over
 * @param observer observes each context
 */
public record TaskSetup(Peer self, BufferLimits limits, ContextListeners listeners, MsgCodecs codecs,
		RemoteErrors errors, InstantSource clock, LiveContexts live, ContextObserver observer) {

	/**
	 * Create a setup with a registry of its own, which reports waits after the default
	 * time, and without observations.
	 * @param self the application's own identity
	 * @param limits bounds of the buffers
	 * @param listeners told what happens
	 * @param codecs encode and decode values
	 * @param errors what peers are told about errors, and what is made of theirs
	 * @param clock tells the time of an overrun
	 */
	public TaskSetup(Peer self, BufferLimits limits, ContextListeners listeners, MsgCodecs codecs, RemoteErrors errors,
			InstantSource clock) {
		this(self, limits, listeners, codecs, errors, clock,
				new LiveContexts(LiveContexts.DEFAULT_STALLED_AFTER, clock), ContextObserver.NONE);
	}

}
