package io.tractor.benchmarks.profile;

import java.util.EnumMap;
import java.util.Map;

/**
 * Where processor time and memory have gone.
 *
 * @param userNanos processor time of the application's threads outside of the kernel
 * @param kernelNanos their processor time in the kernel
 * @param allocatedBytes what they have allocated
 * @param sleeps how often a thread has gone to sleep, since it had to wait; 0 where the
 * operating system does not say
 * @param samples how often each owner's code was found running
 * @param allocations the share of the allocated bytes that each owner has, by weight
 */
public record Profile(double userNanos, double kernelNanos, double allocatedBytes, double sleeps,
		Map<Owner, Double> samples, Map<Owner, Double> allocations) {

	/**
	 * Return the processor time of an owner's code, in ns.
	 * @param owner the owner
	 * @return its part of the time outside of the kernel
	 */
	public double nanos(Owner owner) {
		return part(this.samples, owner, this.userNanos);
	}

	/**
	 * Return what an owner's code has allocated, in bytes.
	 * @param owner the owner
	 * @return its part
	 */
	public double bytes(Owner owner) {
		return part(this.allocations, owner, this.allocatedBytes);
	}

	private static double part(Map<Owner, Double> weights, Owner owner, double all) {
		double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
		return (sum > 0) ? all * weights.getOrDefault(owner, 0.0) / sum : 0;
	}

	/**
	 * Return this as one line of text.
	 * @return the line
	 */
	public String line() {
		StringBuilder line = new StringBuilder();
		line.append(this.userNanos)
			.append(' ')
			.append(this.kernelNanos)
			.append(' ')
			.append(this.allocatedBytes)
			.append(' ')
			.append(this.sleeps);
		for (Owner owner : Owner.values()) {
			line.append(' ')
				.append(this.samples.getOrDefault(owner, 0.0))
				.append(' ')
				.append(this.allocations.getOrDefault(owner, 0.0));
		}
		return line.toString();
	}

	/**
	 * Read what {@link #line()} has written.
	 * @param line the line
	 * @return the profile
	 */
	public static Profile of(String line) {
		String[] words = line.split(" ");
		Map<Owner, Double> samples = new EnumMap<>(Owner.class);
		Map<Owner, Double> allocations = new EnumMap<>(Owner.class);
		int word = 4;
		for (Owner owner : Owner.values()) {
			samples.put(owner, Double.valueOf(words[word++]));
			allocations.put(owner, Double.valueOf(words[word++]));
		}
		return new Profile(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]),
				Double.parseDouble(words[3]), samples, allocations);
	}

}
