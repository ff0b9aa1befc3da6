package io.tractor.engine;

import java.util.Arrays;

/**
 * How large the bursts of messages that met a buffer were: how many messages the buffer
 * had to hold, or would have had to, from when it was empty until it was empty again.
 * Sizes below 64 are kept exactly, larger ones to a sixteenth. Not thread-safe.
 */
public final class BurstSizes {

	private static final int EXACT_BITS = 6;

	private static final int EXACT = 1 << EXACT_BITS;

	private static final int STEP_BITS = 4;

	private static final int STEPS = 1 << STEP_BITS;

	private static final int[] NONE = {};

	private int[] counts = NONE;

	private long total;

	private long max;

	/**
	 * Count a burst.
	 * @param size its size in messages, at least 1
	 */
	public void add(long size) {
		int index = index(size);
		if (index >= this.counts.length) {
			this.counts = Arrays.copyOf(this.counts, Math.max(index + 1, 2 * Math.min(this.counts.length, EXACT)));
		}
		this.counts[index]++;
		this.total++;
		this.max = Math.max(this.max, size);
	}

	/**
	 * Count all bursts of another one as well.
	 * @param other the other one
	 */
	public void addAll(BurstSizes other) {
		if (other.counts.length > this.counts.length) {
			this.counts = Arrays.copyOf(this.counts, other.counts.length);
		}
		for (int i = 0; i < other.counts.length; i++) {
			this.counts[i] += other.counts[i];
		}
		this.total += other.total;
		this.max = Math.max(this.max, other.max);
	}

	/**
	 * Return how many bursts there were.
	 * @return the count
	 */
	public long total() {
		return this.total;
	}

	/**
	 * Return the largest one.
	 * @return its size in messages, 0 if there was none
	 */
	public long max() {
		return this.max;
	}

	/**
	 * Return the buffer that would have held a share of the bursts.
	 * @param share the share, above 0 and at most 1
	 * @return the size in messages, 0 if there was no burst
	 */
	public long atShare(double share) {
		long wanted = (long) Math.ceil(share * this.total);
		long seen = 0;
		for (int i = 0; i < this.counts.length; i++) {
			seen += this.counts[i];
			if (seen >= wanted && seen > 0) {
				return Math.min(this.max, largest(i));
			}
		}
		return this.max;
	}

	private static int index(long size) {
		if (size < EXACT) {
			return (int) size;
		}
		int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(size);
		int step = (int) (size >>> (octave - STEP_BITS)) & (STEPS - 1);
		return EXACT + (octave - EXACT_BITS) * STEPS + step;
	}

	private static long largest(int index) {
		if (index < EXACT) {
			return index;
		}
		int octave = (index - EXACT) / STEPS + EXACT_BITS;
		long step = Math.floorMod(index - EXACT, STEPS);
		return ((STEPS + step + 1) << (octave - STEP_BITS)) - 1;
	}

}
