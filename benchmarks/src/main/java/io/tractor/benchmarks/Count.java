package io.tractor.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts, and sees that each index comes in its turn.
 */
final class Count implements Tally {

	private final AtomicLong taken = new AtomicLong();

	private final CompletableFuture<Void> begun = new CompletableFuture<>();

	private volatile boolean over;

	private volatile boolean wrong;

	@Override
	public boolean take(long index) {
		long expected = this.taken.get();
		if (index != expected) {
			this.wrong = true;
		}
		this.taken.lazySet(expected + 1);
		if (expected == 0) {
			this.begun.complete(null);
		}
		return !this.over;
	}

	@Override
	public boolean isOver() {
		return this.over;
	}

	/**
	 * Return what is done when the first one has come.
	 */
	Future<?> begun() {
		return this.begun;
	}

	long taken() {
		return this.taken.get();
	}

	void end() {
		this.over = true;
	}

	void check() {
		if (this.wrong) {
			throw new IllegalStateException("A message was missing, out of its order, or of another size");
		}
	}

}
