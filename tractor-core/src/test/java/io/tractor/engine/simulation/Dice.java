package io.tractor.engine.simulation;

import java.util.SplittableRandom;

/**
 * Chance that is the same for the same seed.
 */
final class Dice {

	private final SplittableRandom random;

	Dice(long seed) {
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Return a number from 0 to one less than the bound.
	 */
	int below(int bound) {
		return this.random.nextInt(bound);
	}

	boolean chance(int percent) {
		return percent > 0 && this.random.nextInt(100) < percent;
	}

	int pick(int... numbers) {
		return numbers[this.random.nextInt(numbers.length)];
	}

}
