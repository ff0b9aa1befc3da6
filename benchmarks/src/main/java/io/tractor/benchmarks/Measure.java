package io.tractor.benchmarks;

/**
 * What a figure means.
 *
 * @param name the name for the table
 * @param lessIsBetter whether a smaller figure is the better one
 */
record Measure(String name, boolean lessIsBetter) {

	static final Measure MESSAGES = new Measure("messages a second", false);

	static final Measure CONTEXTS = new Measure("contexts a second", false);

	/**
	 * Of both processes together.
	 */
	static final Measure CPU = new Measure("CPU time in ns a message", true);

	static final Measure MEDIAN = new Measure("p50 in µs", true);

	static final Measure P99 = new Measure("p99 in µs", true);

	double better(double one, double other) {
		return this.lessIsBetter ? Math.min(one, other) : Math.max(one, other);
	}

}
