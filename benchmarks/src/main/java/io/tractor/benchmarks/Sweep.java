package io.tractor.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The same comparison again and again, as one thing grows.
 *
 * @param name the name of the plot's file
 * @param title what is compared
 * @param grows what grows
 * @param points how large it is each time
 * @param contenders who takes part at a point
 */
record Sweep(String name, String title, String grows, List<Integer> points, IntFunction<List<Contender>> contenders) {

	/**
	 * Run it.
	 * @param server the other process
	 * @return the points of each contender's line
	 * @throws Exception if it fails
	 */
	Map<String, List<Plot.Point>> run(ServerProcess server) throws Exception {
		Map<String, List<Plot.Point>> lines = new LinkedHashMap<>();
		for (int point : this.points) {
			List<Contender> present = this.contenders.apply(point);
			Rounds rounds = Rounds.run(
					new Comparison(this.title + " " + point, Pace.POINT, List.of(Measure.MESSAGES), present, List.of()),
					server);
			for (Contender contender : present) {
				Figures figures = rounds.of(contender.name(), Measure.MESSAGES);
				lines.computeIfAbsent(contender.name(), (name) -> new ArrayList<>())
					.add(new Plot.Point(point, figures.median(), figures.least(), figures.most()));
			}
		}
		return lines;
	}

}
