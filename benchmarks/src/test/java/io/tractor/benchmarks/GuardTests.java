package io.tractor.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GuardTests {

	@Test
	void contextsAreNotSlowerThanRawRSocket() throws Exception {
		try (ServerProcess server = ServerProcess.start()) {
			Rounds rounds = Rounds.run(new Comparisons(server).guard(), server);
			String report = Report.of(List.of(rounds));
			System.out.println(report);
			assertThat(rounds.comparison().ratios())
				.allSatisfy((ratio) -> assertThat(ratio.mayBeReached(rounds.of(ratio))).as(report).isTrue());
		}
	}

}
