package io.tractor.engine.simulation;

import reactor.core.publisher.BufferOverflowStrategy;

/**
 * What a receiver does with messages that find no place in its buffer. Another policy is
 * one more constant here, and what it does in {@link Flow#arrive} and {@link Flow#probe}.
 */
enum Mode {

	/**
	 * Not opened: the sender must ask, and overruns.
	 */
	NEVER_OPENED(BufferOverflowStrategy.ERROR),

	/**
	 * The sender waits.
	 */
	BACKPRESSURE(BufferOverflowStrategy.ERROR),

	/**
	 * The first of them is an overrun.
	 */
	ERROR(BufferOverflowStrategy.ERROR),

	/**
	 * It is dropped.
	 */
	DROP_LATEST(BufferOverflowStrategy.DROP_LATEST),

	/**
	 * It takes the place of those held longest.
	 */
	DROP_OLDEST(BufferOverflowStrategy.DROP_OLDEST);

	final BufferOverflowStrategy overflow;

	Mode(BufferOverflowStrategy overflow) {
		this.overflow = overflow;
	}

	boolean isDropping() {
		return this == DROP_LATEST || this == DROP_OLDEST;
	}

}
