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
 * @param includeStackTrace whether errors carry their stack trace to the other side
 * @param clock tells the time of an overrun
 */
public record TaskSetup(Peer self, BufferLimits limits, ContextListeners listeners, MsgCodecs codecs,
		boolean includeStackTrace, InstantSource clock) {

}
