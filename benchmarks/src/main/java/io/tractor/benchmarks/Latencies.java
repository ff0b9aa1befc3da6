package io.tractor.benchmarks;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Keeps how long each message took. Its index is when it was sent.
 */
final class Latencies implements Tally {

	private static final int ENOUGH = 20;

	private final long[] nanos = new long[1 << 18];

	private final CompletableFuture<Void> begun = new CompletableFuture<>();

	private final CompletableFuture<Void> enough = new CompletableFuture<>();

	private int kept;

	private volatile boolean measured;

	private volatile boolean over;

	@Override
	public boolean take(long sent) {
		if (sent == Message.NONE) {
			throw new IllegalStateException("A message of another size");
		}
		if (this.measured && this.kept < this.nanos.length) {
			this.nanos[this.kept] = System.nanoTime() - sent;
			this.kept++;
			if (this.kept == ENOUGH) {
				this.enough.complete(null);
			}
		}
		this.begun.complete(null);
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

	/**
	 * Keep what comes from now on.
	 */
	void measure() {
		this.measured = true;
	}

	/**
	 * Return what is done when enough are kept to tell percentiles.
	 */
	Future<?> enough() {
		return this.enough;
	}

	void end() {
		this.over = true;
	}

	/**
	 * Return percentiles in microseconds, once the lane is done.
	 */
	double[] percentiles(double... ranks) {
		long[] sorted = Arrays.copyOf(this.nanos, this.kept);
		Arrays.sort(sorted);
		return Arrays.stream(ranks).map((rank) -> sorted[(int) (rank * (this.kept - 1))] / 1e3).toArray();
	}

}
