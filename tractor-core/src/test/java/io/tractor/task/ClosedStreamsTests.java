package io.tractor.task;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The peer hears of a close that no error follows.
 */
class ClosedStreamsTests {

	private static final Duration GRACE = Duration.ofMillis(50);

	private final ClosedStreams closed = new ClosedStreams(GRACE);

	private final List<String> told = new CopyOnWriteArrayList<>();

	@Test
	@DisplayName("M8 each peer is told of the close once, and not before the time of grace is over")
	void whenTimeOfGraceIsOverThenThatIsTold() {
		long begun = System.nanoTime();
		this.closed.add(() -> this.told.add("a"));
		this.closed.add(() -> this.told.add("b"));
		Awaitility.await().until(() -> this.told.size() == 2);
		assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(GRACE.toNanos());
		this.closed.add(() -> this.told.add("c"));
		Awaitility.await().until(() -> this.told.size() == 3);
		assertThat(this.told).containsExactly("a", "b", "c");
	}

	@Test
	@DisplayName("M8 a close is told even if the timer was lost with Reactor's schedulers")
	void whenTimerIsLostThenTheNextCloseStartsAnother() {
		this.closed.add(() -> this.told.add("a"));
		Schedulers.shutdownNow();
		this.closed.add(() -> this.told.add("b"));
		Awaitility.await().until(() -> this.told.size() == 2);
		assertThat(this.told).containsExactly("a", "b");
	}

	@Test
	@DisplayName("M8 a peer that cannot be told does not keep others from being told")
	void whenTellingFailsThenOthersAreTold() {
		this.closed.add(() -> {
			throw new IllegalStateException("cannot be told");
		});
		this.closed.add(() -> this.told.add("b"));
		Awaitility.await().until(() -> this.told.size() == 1);
	}

}
