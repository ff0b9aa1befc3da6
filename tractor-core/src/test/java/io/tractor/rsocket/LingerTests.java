package io.tractor.rsocket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever waits for a last word waits for a limited time, and only so many do.
 */
class LingerTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final List<String> given = new CopyOnWriteArrayList<>();

	@Test
	@DisplayName("D6 whoever has waited for the whole time gives up, first come first")
	void whenTimeIsOverThenThatIsTold() {
		Linger<String> linger = new Linger<>(Duration.ofMillis(50), 3, () -> false, this.given::add);
		assertThat(linger.add("a")).isTrue();
		assertThat(linger.add("b")).isTrue();
		assertThat(linger.add("c")).isTrue();
		linger.remove("b");
		Awaitility.await().until(() -> this.given.size() == 2);
		assertThat(this.given).containsExactly("a", "c");
	}

	@Test
	@DisplayName("L3 no more wait than the limit allows")
	void whenLimitIsReachedThenNobodyElseMayWait() {
		Linger<String> linger = new Linger<>(LONG, 2, () -> true, this.given::add);
		assertThat(linger.add("a")).isTrue();
		assertThat(linger.add("b")).isTrue();
		assertThat(linger.add("c")).isFalse();
		linger.remove("a");
		assertThat(linger.add("c")).isTrue();
		linger.remove("b");
		linger.remove("c");
		assertThat(this.given).isEmpty();
	}

}
