package io.tractor.benchmarks;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What one contender's figure is to that of another in the same round.
 *
 * @param ours the contender
 * @param peers whom it is compared with: the best of them in each round
 * @param measure what is compared
 * @param floor what the ratio must reach, or stay at where less is better; {@code null}
 * if it is only shown
 */
record Ratio(String ours, List<String> peers, Measure measure, @Nullable Double floor) {

	/**
	 * Return whether the true median is as good as asked for, or may be: with a
	 * probability of 95 % it is not worse than the end of its interval.
	 */
	boolean mayBeReached(Figures ratios) {
		double[] interval = ratios.medianInterval();
		return reached(interval[0]) || reached(interval[1]);
	}

	/**
	 * Return whether a ratio is as good as asked for.
	 */
	boolean reached(double ratio) {
		return this.floor == null || (this.measure.lessIsBetter() ? ratio <= this.floor : ratio >= this.floor);
	}

}
