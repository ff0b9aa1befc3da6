package io.tractor.benchmarks;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FiguresTests {

	@Test
	void whenThereAre60RoundsThenTheIntervalIsFromThe22ndToThe39th() {
		assertThat(upTo(60).medianInterval()).containsExactly(22, 39);
		assertThat(upTo(60).median()).isEqualTo(30.5);
	}

	@Test
	void whenThereAre11RoundsThenTheIntervalIsFromThe2ndToThe10th() {
		assertThat(upTo(11).medianInterval()).containsExactly(2, 10);
	}

	@Test
	void whenThereAreFewerThan6RoundsThenTheIntervalIsAllOfThem() {
		assertThat(upTo(5).medianInterval()).containsExactly(1, 5);
		assertThat(upTo(6).medianInterval()).containsExactly(1, 6);
	}

	private static Figures upTo(int last) {
		return new Figures(IntStream.rangeClosed(1, last).mapToDouble((value) -> value).toArray());
	}

}
