package io.tractor.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs contexts and what would be used instead side by side: this process is the client,
 * a second one that it starts is the server.
 */
public final class SideBySide {

	private SideBySide() {
	}

	/**
	 * Run all comparisons and write their tables to the file that the system property
	 * {@code benchmark.report} names; or run some and only print them.
	 * @param args part of the names of the comparisons to run; none for all
	 */
	public static void main(String[] args) {
		String part = String.join(" ", args);
		try (ServerProcess server = ServerProcess.start()) {
			List<Rounds> all = new ArrayList<>();
			for (Comparison comparison : new Comparisons(server).all()) {
				if (comparison.name().contains(part)) {
					Rounds rounds = Rounds.run(comparison, server);
					System.out.println(Report.of(List.of(rounds)));
					all.add(rounds);
				}
			}
			if (part.isEmpty()) {
				Report.write(Path.of(System.getProperty("benchmark.report")), "measured", Report.of(all));
			}
		}
		catch (Exception ex) {
			ex.printStackTrace();
			System.exit(1);
		}
		System.exit(0);
	}

}
