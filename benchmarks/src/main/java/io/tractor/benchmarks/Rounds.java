package io.tractor.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a comparison: its contenders run in strict turn, each round beginning
 * with another one.
 */
final class Rounds {

	private final Comparison comparison;

	/**
	 * By contender, measure and round.
	 */
	private final Map<String, double[][]> figures = new LinkedHashMap<>();

	private Rounds(Comparison comparison) {
		this.comparison = comparison;
	}

	static Rounds run(Comparison comparison, ServerProcess server) throws Exception {
		Rounds rounds = new Rounds(comparison);
		List<Contender> contenders = comparison.contenders();
		int measures = comparison.measures().size();
		int count = comparison.pace().rounds();
		contenders.forEach((contender) -> rounds.figures.put(contender.name(), new double[measures][count]));
		for (int round = -comparison.pace().warmUp(); round < count; round++) {
			for (int turn = 0; turn < contenders.size(); turn++) {
				Contender contender = contenders.get(Math.floorMod(round + turn, contenders.size()));
				rounds.keep(contender, round, server);
			}
		}
		return rounds;
	}

	private void keep(Contender contender, int round, ServerProcess server) throws IOException {
		try {
			double[] result = contender.round().run(this.comparison.pace(), server::cpuNanos);
			server.awaitIdle();
			double[][] kept = figuresOf(contender.name());
			for (int measure = 0; round >= 0 && measure < kept.length; measure++) {
				kept[measure][round] = result[measure];
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(
					"'" + contender.name() + "' failed in '" + this.comparison.name() + "', round " + round, ex);
		}
	}

	Comparison comparison() {
		return this.comparison;
	}

	Figures of(String contender, Measure measure) {
		return new Figures(figuresOf(contender)[this.comparison.measures().indexOf(measure)]);
	}

	/**
	 * Return the ratio in each round.
	 */
	Figures of(Ratio ratio) {
		double[] ratios = of(ratio.ours(), ratio.measure()).values().clone();
		double[] best = best(ratio).values();
		for (int round = 0; round < ratios.length; round++) {
			ratios[round] /= best[round];
		}
		return new Figures(ratios);
	}

	/**
	 * Return the best figure in each round of those that a contender is compared with.
	 */
	Figures best(Ratio ratio) {
		double[] best = of(ratio.peers().get(0), ratio.measure()).values().clone();
		for (String peer : ratio.peers()) {
			double[] figuresOfPeer = of(peer, ratio.measure()).values();
			for (int round = 0; round < best.length; round++) {
				best[round] = ratio.measure().better(best[round], figuresOfPeer[round]);
			}
		}
		return new Figures(best);
	}

	private double[][] figuresOf(String contender) {
		double[][] kept = this.figures.get(contender);
		if (kept == null) {
			throw new IllegalArgumentException("No contender '" + contender + "' in '" + this.comparison.name() + "'");
		}
		return kept;
	}

}
