package io.tractor.wire;

import java.time.Duration;
import java.util.Map;

import io.tractor.Peer;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;

/**
 * The metadata entry that makes a channel a context.
 *
 * @param minVersion the lowest protocol version that the caller speaks
 * @param maxVersion the highest one
 * @param contextId the context's id
 * @param caller who opens it, as claimed
 * @param grant how much the callee may send
 * @param hasArgument whether the first frame's data is an argument
 * @param headers headers for the handler
 * @param remaining how much time the caller gives the context, or {@code null} if it does
 * not say
 */
public record OpeningEntry(int minVersion, int maxVersion, String contextId, Peer caller, Envelopes.Grant grant,
		boolean hasArgument, Map<String, String> headers, @Nullable Duration remaining) {

	/**
	 * Return whether the caller speaks this version.
	 * @return whether a context can be opened
	 */
	public boolean isSupported() {
		return this.minVersion <= OpeningCodec.VERSION && OpeningCodec.VERSION <= this.maxVersion;
	}

}
