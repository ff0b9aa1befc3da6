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
	 * Many short rounds, to tell a few per cent from noise.
	 */
	static final Pace FINE = new Pace(8, 60, Duration.ofMillis(50), Duration.ofMillis(200));

}
