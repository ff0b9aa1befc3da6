package io.tractor.task;

import io.tractor.engine.ContextEngine;
import org.jspecify.annotations.Nullable;

/**
 * A message that was taken from the buffer, and is to be decoded.
 *
 * @param index its index among all that the peer sent
 * @param bytes its bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Taken(long index, byte[] bytes) {

	/**
	 * Take the next message.
	 * @return the message, or {@code null} if there is none yet
	 */
	static @Nullable Taken from(ContextEngine engine) {
		byte[] bytes = engine.receive();
		return (bytes != null) ? new Taken(engine.lastReceived(), bytes) : null;
	}

}
