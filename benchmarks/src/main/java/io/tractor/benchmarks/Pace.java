package io.tractor.benchmarks;

import java.time.Duration;

/**
 * How many rounds there are, and how long each is.
 *
 * @param warmUp rounds that do not count
 * @param rounds rounds that count
 * @param leadIn what passes in each round before it is measured
 * @param measured what is measured of each round
 */
record Pace(int warmUp, int rounds, Duration leadIn, Duration measured) {

	static final Pace USUAL = new Pace(5, 11, Duration.ofMillis(100), Duration.ofMillis(450));

	/**
	 * For whole contexts, of which there are few in a round, so that the code gets hot
	 * late: rates of all contenders rise over some forty rounds.
	 */
	static final Pace OPENINGS = new Pace(48, 11, Duration.ofMillis(100), Duration.ofMillis(450));

	/**
	 * For one of many points of a plot.
	 */
	static final Pace POINT = new Pace(3, 5, Duration.ofMillis(100), Duration.ofMillis(300));

	/**
	 * For a look that takes some seconds.
	 */
	static final Pace SHORT = new Pace(8, 15, Duration.ofMillis(50), Duration.ofMillis(200));

	/**
	 * For a thousand streams, the opening of which takes longer than what is measured.
	 */
	static final Pace FEW = new Pace(2, 6, Duration.ofMillis(100), Duration.ofMillis(800));

	/**
	 * One round that is long enough for a profile, after enough of usual length.
	 */
	static final Pace PROFILE = new Pace(20, 1, Duration.ofMillis(200), Duration.ofSeconds(5));

	/**
	 * Many short rounds, to tell a few per cent from noise.
	 */
	static final Pace FINE = new Pace(8, 60, Duration.ofMillis(50), Duration.ofMillis(200));

	/**
	 * More of them.
	 */
	static final Pace FINEST = new Pace(8, 200, Duration.ofMillis(50), Duration.ofMillis(200));

}
