package io.tractor.wire;

import java.util.Map;

import io.tractor.Peer;
import io.tractor.engine.Envelopes;

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
 */
public record OpeningEntry(int minVersion, int maxVersion, String contextId, Peer caller, Envelopes.Grant grant,
		boolean hasArgument, Map<String, String> headers) {

	/**
	 * Return whether the caller speaks this version.
	 * @return whether a context can be opened
	 */
	public boolean isSupported() {
		return this.minVersion <= OpeningCodec.VERSION && OpeningCodec.VERSION <= this.maxVersion;
	}

}
