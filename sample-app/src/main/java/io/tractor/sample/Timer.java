package io.tractor.sample;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Is due after a time, or never if there is none.
 */
final class Timer {

	private final long nanos;

	private long begin = System.nanoTime();

	Timer(@Nullable Duration time) {
		this.nanos = (time != null && !time.isZero()) ? time.toNanos() : Long.MAX_VALUE;
	}

	boolean isDue() {
		return System.nanoTime() - this.begin >= this.nanos;
	}

	Duration left() {
		return Duration.ofNanos(Math.max(0, this.nanos - (System.nanoTime() - this.begin)));
	}

	void restart() {
		this.begin = System.nanoTime();
	}

}
