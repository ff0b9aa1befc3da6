package io.tractor.benchmarks;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts, and sees that each index comes in its turn.
 */
final class Count implements Tally {

	private final AtomicLong taken = new AtomicLong();

	private volatile boolean over;

	private volatile boolean wrong;

	@Override
	public boolean take(long index) {
		long expected = this.taken.get();
		if (index != expected) {
			this.wrong = true;
		}
		this.taken.lazySet(expected + 1);
		return !this.over;
	}

	@Override
	public boolean isOver() {
		return this.over;
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
		if (this.taken.get() == 0) {
			throw new IllegalStateException("Nothing came");
		}
	}

}
