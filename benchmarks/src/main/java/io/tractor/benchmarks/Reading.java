package io.tractor.benchmarks;

/**
 * A message with a codec: a small record.
 *
 * @param index the message's index
 * @param sensor who measured
 * @param celsius what was measured
 */
public record Reading(long index, String sensor, double celsius) {

	public static Reading of(long index) {
		return new Reading(index, "outside", 21.5);
	}

}
