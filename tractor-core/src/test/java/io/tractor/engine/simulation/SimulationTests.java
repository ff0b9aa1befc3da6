package io.tractor.engine.simulation;

import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs schedules, the same ones each time. To run other ones or more, set
 * {@code -Dsimulation.first=<seed>} and {@code -Dsimulation.schedules=<number>}. To see
 * the steps of one, set {@code -Dsimulation.seed=<seed>}.
 */
class SimulationTests {

	private static final String SEED = "simulation.seed";

	private static final long FIRST = Long.getLong("simulation.first", 0);

	private static final long NORMALLY = 100_000;

	private static final long SCHEDULES = Long.getLong("simulation.schedules", NORMALLY);

	/**
	 * How often each event must come about in a normal run.
	 */
	private static final long ENOUGH = 20;

	private static final int SHOWN_STEPS = 60;

	@Test
	@DisabledIfSystemProperty(named = SEED, matches = ".+",
			disabledReason = "one schedule was asked for, which the other test replays step by step")
	@DisplayName("V11 V14 V15 V16 V19 V22 V23 V24 V27 M1 M8 whatever the interleaving, both sides agree and nothing is lost")
	void whateverTheInterleavingThenBothSidesAgreeAndNothingIsLost() {
		Tally tally = new Tally();
		for (long seed = FIRST; seed < FIRST + SCHEDULES; seed++) {
			run(seed, tally);
		}
		for (Event event : Event.values()) {
			assertThat(tally.count(event)).as("%s in %s", event, tally)
				.isGreaterThanOrEqualTo(ENOUGH * SCHEDULES / NORMALLY);
		}
	}

	private static void run(long seed, Tally tally) {
		try {
			new Schedule(seed, new Trace(false), tally).run();
		}
		catch (AssertionError | RuntimeException ex) {
			List<String> steps = trace(seed);
			List<String> shown = steps.subList(Math.max(0, steps.size() - SHOWN_STEPS), steps.size());
			throw new AssertionError("Schedule " + seed + " fails: " + ex.getMessage() + "\nTo see all of it: -Dtest="
					+ SimulationTests.class.getSimpleName() + " -D" + SEED + "=" + seed + "\nIts last steps:\n"
					+ String.join("\n", shown), ex);
		}
	}

	private static List<String> trace(long seed) {
		Trace trace = new Trace(true);
		try {
			new Schedule(seed, trace, new Tally()).run();
		}
		catch (AssertionError | RuntimeException ex) {
			trace.note(() -> "and then: " + ex.getMessage());
		}
		return trace.steps();
	}

	@Test
	@DisplayName("the same seed gives the same schedule")
	void whenSeedIsTheSameThenScheduleIsTheSame() {
		for (long seed = 0; seed < 200; seed++) {
			assertThat(trace(seed)).isNotEmpty().isEqualTo(trace(seed));
		}
	}

	@Test
	@EnabledIfSystemProperty(named = SEED, matches = ".+")
	void showOne() {
		long seed = Long.getLong(SEED, 0);
		trace(seed).forEach(System.out::println);
		run(seed, new Tally());
	}

}
