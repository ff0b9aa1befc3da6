package io.tractor.benchmarks;

import java.util.Arrays;

/**
 * One figure for each round.
 *
 * @param values the figures, in the order of the rounds
 */
record Figures(double[] values) {

	double median() {
		double[] sorted = sorted();
		int middle = sorted.length / 2;
		return (sorted.length % 2 != 0) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	double least() {
		return sorted()[0];
	}

	double most() {
		return sorted()[this.values.length - 1];
	}

	/**
	 * Return the interval that holds the true median with a probability of at least 95 %,
	 * whatever the distribution: the widest pair of order statistics outside of which a
	 * fair coin would fall in less than 2.5 % of the cases to each side. With fewer than
	 * six figures it is all of them.
	 * @return the lower and the upper end
	 */
	double[] medianInterval() {
		double[] sorted = sorted();
		int n = sorted.length;
		double term = Math.pow(0.5, n);
		double below = term;
		int outside = 0;
		while (below <= 0.025) {
			outside++;
			term = term * (n - outside + 1) / outside;
			below += term;
		}
		int first = Math.max(0, outside - 1);
		return new double[] { sorted[first], sorted[n - 1 - first] };
	}

	private double[] sorted() {
		double[] sorted = this.values.clone();
		Arrays.sort(sorted);
		return sorted;
	}

}
