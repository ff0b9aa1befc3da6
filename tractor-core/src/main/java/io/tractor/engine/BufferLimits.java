package io.tractor.engine;

import org.springframework.util.Assert;

/**
 * Bounds of one side's buffer, besides its size in messages.
 *
 * @param maxBufferedBytes bytes of unconsumed messages; one message may always pass when
 * nothing is buffered (V28)
 * @param maxMessage bytes of one message
 * @param runAhead messages that a sender may have in flight beyond the buffer of a stream
 * without backpressure
 */
public record BufferLimits(long maxBufferedBytes, int maxMessage, int runAhead) {

	/**
	 * The limits of an application that sets none: 4 MiB buffered, 1 MiB for a message,
	 * and a run-ahead of 1024 messages.
	 */
	public static final BufferLimits DEFAULT = new BufferLimits(4 << 20, 1 << 20, 1024);

	/**
	 * How many bytes, as well as messages, one side can grant the other.
	 */
	public static final long MAX_GRANT = 1L << 40;

	public BufferLimits {
		Assert.isTrue(maxBufferedBytes > 0, "'maxBufferedBytes' must be positive");
		Assert.isTrue(maxMessage > 0, "'maxMessage' must be positive");
		Assert.isTrue(maxBufferedBytes <= MAX_GRANT - maxMessage,
				"'maxBufferedBytes' and 'maxMessage' must be at most 2^40 together");
		Assert.isTrue(runAhead > 0, "'runAhead' must be positive");
	}

}
