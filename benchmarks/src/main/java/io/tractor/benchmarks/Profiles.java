package io.tractor.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

import io.tractor.benchmarks.profile.Owner;
import io.tractor.benchmarks.profile.Profile;
import io.tractor.benchmarks.profile.ProfileRecording;
import org.jspecify.annotations.Nullable;

/**
 * Shows for each contender whose code takes the processor time and the memory of a
 * message, in both processes together.
 */
public final class Profiles {

	private Profiles() {
	}

	/**
	 * Profile the comparisons that are worth it and write their tables to the file that
	 * the system property {@code benchmark.report} names; or some, and only print them.
	 * @param args part of the names of the comparisons; none for all
	 */
	public static void main(String[] args) {
		String part = String.join(" ", args);
		try (ServerProcess server = ServerProcess.start()) {
			recordOnce(server);
			StringBuilder tables = new StringBuilder("\n" + Report.machine() + "\n");
			for (Comparison comparison : new Comparisons(server).profiled()) {
				if (comparison.name().contains(part)) {
					String table = profile(comparison, server);
					System.out.println(table);
					tables.append(table);
				}
			}
			if (part.isEmpty()) {
				Report.write(Path.of(System.getProperty("benchmark.report")), "profiles", tables.toString());
			}
		}
		catch (Exception ex) {
			ex.printStackTrace();
			System.exit(1);
		}
		System.exit(0);
	}

	/**
	 * The first recording of a process changes classes of the JDK, so that code that was
	 * compiled has to be compiled again.
	 */
	private static void recordOnce(ServerProcess server) {
		Recorder recorder = new Recorder(server);
		recorder.getAsLong();
		recorder.getAsLong();
	}

	private static String profile(Comparison comparison, ServerProcess server) throws Exception {
		Map<String, Each> found = new LinkedHashMap<>();
		for (Contender contender : comparison.contenders()) {
			int warmUp = Math.max(comparison.pace().warmUp(), Pace.PROFILE.warmUp());
			for (int round = 0; round < warmUp; round++) {
				contender.round().run(comparison.pace(), server::cpuNanos);
				server.awaitIdle();
			}
			Recorder recorder = new Recorder(server);
			double[] figures = contender.round().run(Pace.PROFILE, recorder);
			server.awaitIdle();
			double seconds = Pace.PROFILE.measured().toMillis() / 1e3;
			found.put(contender.name(), new Each(figures[0] * seconds, recorder.profiles()));
		}
		String unit = comparison.measures().contains(Measure.CONTEXTS) ? "a context" : "a message";
		StringBuilder tables = new StringBuilder("\n" + comparison.name() + "\n");
		tables.append(table("ns of processor time for " + unit, found, (profile) -> profile.kernelNanos(),
				(profile, owner) -> profile.nanos(owner)));
		tables.append(table("bytes allocated for " + unit, found, null, (profile, owner) -> profile.bytes(owner)));
		tables.append(header("for " + unit, found));
		tables.append("| threads that went to sleep |");
		found.values()
			.forEach((each) -> tables.append(String.format(Locale.ROOT, " %.3f |", each.of(Profile::sleeps))));
		return tables.append('\n').toString();
	}

	private static String table(String title, Map<String, Each> found, @Nullable ToDoubleFunction<Profile> kernel,
			Part part) {
		StringBuilder table = new StringBuilder(header(title, found));
		Map<String, List<Double>> rows = new LinkedHashMap<>();
		if (kernel != null) {
			rows.put("the kernel", found.values().stream().map((each) -> each.of(kernel)).toList());
		}
		for (Owner owner : Owner.values()) {
			rows.put(owner.title(),
					found.values().stream().map((each) -> each.of((profile) -> part.of(profile, owner))).toList());
		}
		double[] sums = new double[found.size()];
		rows.values().forEach((row) -> {
			for (int column = 0; column < sums.length; column++) {
				sums[column] += row.get(column);
			}
		});
		rows.forEach((name, row) -> {
			if (row.stream().anyMatch((value) -> value >= 0.5)) {
				table.append("| ").append(name).append(" |");
				for (int column = 0; column < sums.length; column++) {
					table.append(String.format(Locale.ROOT, " %,.0f (%.0f %%) |", row.get(column),
							100 * row.get(column) / sums[column]));
				}
				table.append('\n');
			}
		});
		table.append("| together |");
		for (double sum : sums) {
			table.append(String.format(Locale.ROOT, " %,.0f |", sum));
		}
		return table.append('\n').toString();
	}

	private static String header(String title, Map<String, Each> found) {
		return "\n| " + title + " | " + String.join(" | ", found.keySet()) + " |\n" + "|---".repeat(found.size() + 1)
				+ "|\n";
	}

	/**
	 * An owner's part of a profile.
	 */
	@FunctionalInterface
	private interface Part {

		double of(Profile profile, Owner owner);

	}

	/**
	 * The profiles of both processes, and for how many messages these are.
	 */
	private record Each(double messages, List<Profile> profiles) {

		double of(ToDoubleFunction<Profile> value) {
			return this.profiles.stream().mapToDouble(value).sum() / this.messages;
		}

	}

	/**
	 * Records from when a round first asks for the processor time until it asks again.
	 */
	private static final class Recorder implements LongSupplier {

		private final ServerProcess server;

		private final List<Profile> profiles = new ArrayList<>();

		private @Nullable ProfileRecording recording;

		Recorder(ServerProcess server) {
			this.server = server;
		}

		@Override
		public long getAsLong() {
			try {
				ProfileRecording begun = this.recording;
				if (begun == null) {
					this.server.startProfile();
					this.recording = ProfileRecording.start();
				}
				else {
					this.profiles.add(begun.stop());
					this.profiles.add(this.server.stopProfile());
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return 0;
		}

		List<Profile> profiles() {
			return List.copyOf(this.profiles);
		}

	}

}
