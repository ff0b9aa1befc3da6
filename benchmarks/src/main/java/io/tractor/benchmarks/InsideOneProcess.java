package io.tractor.benchmarks;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.tractor.benchmarks.inside.EngineBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Measures by JMH what happens inside one process, in JVMs that it starts.
 */
public final class InsideOneProcess {

	private static final String PACKAGE = EngineBenchmark.class.getPackageName() + ".";

	/**
	 * What JMH calls the bytes that an operation allocates.
	 */
	private static final String ALLOCATED = "gc.alloc.rate.norm";

	private InsideOneProcess() {
	}

	/**
	 * Run all benchmarks and write their table to the file that the system property
	 * {@code benchmark.report} names; or run some and only print it.
	 * @param args a regular expression that is found in the names of the benchmarks to
	 * run; none for all
	 * @throws RunnerException if it fails
	 */
	public static void main(String[] args) throws RunnerException {
		String part = String.join(" ", args);
		Options options = new OptionsBuilder().include(part)
			.mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.forks(2)
			.warmupIterations(5)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(5)
			.measurementTime(TimeValue.seconds(1))
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.build();
		String table = table(new Runner(options).run());
		System.out.println(table);
		if (part.isEmpty()) {
			Report.write(Path.of(System.getProperty("benchmark.report")), "inside", table);
		}
	}

	private static String table(Collection<RunResult> results) {
		return """

				%s

				| benchmark | parameters | ns an operation | ± error | bytes allocated an operation |
				|---|---|---|---|---|
				%s
				""".formatted(Report.machine(Benchmark.class, ByteBuf.class, CBORMapper.class),
				results.stream().map(InsideOneProcess::row).collect(Collectors.joining()));
	}

	private static String row(RunResult result) {
		BenchmarkParams params = result.getParams();
		Result<?> time = result.getPrimaryResult();
		Result<?> allocated = Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED), ALLOCATED);
		return String.format(Locale.ROOT, "| %s | %s | %,.1f | %,.1f | %,.1f |%n",
				params.getBenchmark().replace(PACKAGE, ""),
				params.getParamsKeys()
					.stream()
					.map((name) -> name + " " + params.getParam(name))
					.collect(Collectors.joining(", ")),
				time.getScore(), time.getScoreError(), allocated.getScore());
	}

}
