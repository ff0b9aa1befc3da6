package io.tractor.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * What takes part in a comparison.
 *
 * @param name the name for the table
 * @param round runs one round, at the end of which nothing of it goes on in this process
 */
record Contender(String name, Round round) {

	private static final long WAIT_SECONDS = 60;

	/**
	 * Return a contender whose figures are what it carries a second, and the processor
	 * time that each one takes.
	 * @param name the name
	 * @param lanes how many lanes there are at once
	 * @param lane opens each of them
	 */
	static Contender rate(String name, int lanes, Lane lane) {
		return new Contender(name, (pace, cpu) -> {
			List<Count> counts = new ArrayList<>();
			List<Future<?>> open = new ArrayList<>();
			for (int i = 0; i < lanes; i++) {
				Count count = new Count();
				counts.add(count);
				open.add(lane.open(count));
			}
			for (Count count : counts) {
				await(count.begun());
			}
			Thread.sleep(pace.leadIn().toMillis());
			long cpuBefore = cpu.getAsLong();
			long begun = System.nanoTime();
			long before = sum(counts);
			Thread.sleep(pace.measured().toMillis());
			long after = sum(counts);
			long nanos = System.nanoTime() - begun;
			long cpuNanos = cpu.getAsLong() - cpuBefore;
			counts.forEach(Count::end);
			for (Future<?> ended : open) {
				await(ended);
			}
			counts.forEach(Count::check);
			return new double[] { (after - before) * 1e9 / nanos, (double) cpuNanos / (after - before) };
		});
	}

	/**
	 * Return a contender whose figures are the median and the 99th percentile of how long
	 * each message took.
	 */
	static Contender time(String name, Lane lane) {
		return new Contender(name, (pace, cpu) -> {
			Latencies latencies = new Latencies();
			Future<?> open = lane.open(latencies);
			await(latencies.begun());
			Thread.sleep(pace.leadIn().toMillis());
			latencies.measure();
			Thread.sleep(pace.measured().toMillis());
			await(latencies.enough());
			latencies.end();
			await(open);
			return latencies.percentiles(0.5, 0.99);
		});
	}

	private static long sum(List<Count> counts) {
		return counts.stream().mapToLong(Count::taken).sum();
	}

	private static void await(Future<?> step) throws ExecutionException, InterruptedException {
		try {
			step.get(WAIT_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("A lane did not begin or end within " + WAIT_SECONDS + " s", ex);
		}
	}

	/**
	 * One round.
	 */
	@FunctionalInterface
	interface Round {

		/**
		 * Run it.
		 * @param pace how long
		 * @param cpu gives the processor time that both processes have taken, in ns
		 * @return a figure for each of the comparison's measures, and maybe others after
		 * them
		 * @throws Exception if it fails
		 */
		double[] run(Pace pace, LongSupplier cpu) throws Exception;

	}

}
