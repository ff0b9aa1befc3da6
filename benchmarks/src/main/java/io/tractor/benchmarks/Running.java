package io.tractor.benchmarks;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows whether the server still does something for a client.
 */
public final class Running {

	private static final int END_MILLIS = 60_000;

	private final AtomicInteger count = new AtomicInteger();

	/**
	 * Note that something begins.
	 * @return to be run when it has ended; more than once is harmless
	 */
	public Runnable begin() {
		this.count.incrementAndGet();
		AtomicBoolean ended = new AtomicBoolean();
		return () -> {
			if (ended.compareAndSet(false, true)) {
				this.count.decrementAndGet();
			}
		};
	}

	/**
	 * Wait until nothing goes on.
	 */
	void awaitIdle() throws InterruptedException {
		for (int millis = 0; this.count.get() != 0; millis++) {
			if (millis == END_MILLIS) {
				throw new IllegalStateException(this.count.get() + " streams go on in the server");
			}
			Thread.sleep(1);
		}
	}

}
