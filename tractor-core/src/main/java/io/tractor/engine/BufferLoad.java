package io.tractor.engine;

import java.time.Duration;

/**
 * What one side's buffer, or those of several contexts together, had to hold. Rates are
 * those of bursts that filled the buffer to a half at least: of others they make no
 * difference. Not thread-safe.
 */
public final class BufferLoad {

	private static final double NANOS_PER_SECOND = 1e9;

	private final BurstSizes bursts = new BurstSizes();

	private long cutShort;

	private long arrived;

	private long arrivingNanos;

	private long taken;

	private long takingNanos;

	/**
	 * Add another load to this one.
	 * @param other the other one
	 */
	public void addAll(BufferLoad other) {
		this.bursts.addAll(other.bursts);
		this.cutShort += other.cutShort;
		this.arrived += other.arrived;
		this.arrivingNanos += other.arrivingNanos;
		this.taken += other.taken;
		this.takingNanos += other.takingNanos;
	}

	void addBurst(long size) {
		this.bursts.add(size);
	}

	void addCutShort(long size) {
		this.bursts.add(size);
		this.cutShort++;
	}

	void addArrived(long messages, Duration time) {
		this.arrived += messages;
		this.arrivingNanos += time.toNanos();
	}

	void addTaken(long messages, Duration time) {
		this.taken += messages;
		this.takingNanos += time.toNanos();
	}

	/**
	 * Return what the buffer had to hold from when it was empty until it was empty again.
	 * Where it was full, it is what a large enough buffer would have had to.
	 * @return the sizes
	 */
	public BurstSizes bursts() {
		return this.bursts;
	}

	/**
	 * Return how many of the bursts ended with the context while the buffer was full, by
	 * an overrun for instance, so that they might have been larger.
	 * @return the count
	 */
	public long cutShort() {
		return this.cutShort;
	}

	/**
	 * Return how fast messages arrived.
	 * @return messages a second, or {@code NaN} if no burst came to half a buffer
	 */
	public double arrivalRate() {
		return rate(this.arrived, this.arrivingNanos);
	}

	/**
	 * Return how fast messages were taken.
	 * @return messages a second, or {@code NaN} if no burst came to half a buffer
	 */
	public double serviceRate() {
		return rate(this.taken, this.takingNanos);
	}

	private static double rate(long messages, long nanos) {
		return (nanos > 0) ? messages * NANOS_PER_SECOND / nanos : Double.NaN;
	}

}
