package io.tractor.sample;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.task.ContextSnapshot;
import io.tractor.task.LiveContexts;
import io.tractor.task.MeasuredTask;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a {@link Viewer} that is told to behave differently.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.source.events-per-second=300", "tractor.open-timeout=60s" })
@DirtiesContext
@Timeout(120)
class ViewerTests {

	@Autowired
	private Viewer viewer;

	@Autowired
	private LiveContexts contexts;

	@DynamicPropertySource
	static void rsocketPort(DynamicPropertyRegistry registry) {
		RSocketPort.choose(registry);
	}

	@BeforeEach
	void keepUp() {
		change(new ViewerChange(true, true, 0, true, BufferOverflowStrategy.ERROR, 64, true));
		awaitConsumption();
	}

	@Test
	void whenItStopsReadingThenItsBufferFillsUntilItReadsAgain() {
		String id = current().id();
		change(new ViewerChange(null, false, null, null, null, null, null));
		await().until(() -> current().receiving().buffered() == 64);
		change(new ViewerChange(null, true, null, null, null, null, null));
		awaitConsumption();
		assertThat(current().id()).isEqualTo(id);
	}

	@Test
	void whenItsDelayIsChangedThenItDoesNotIdleAnyLonger() {
		String id = current().id();
		change(new ViewerChange(null, null, 10_000, null, null, null, null));
		await().until(() -> current().receiving().buffered() == 64);
		change(new ViewerChange(null, null, 0, null, null, null, null));
		awaitConsumption();
		assertThat(current().id()).isEqualTo(id);
	}

	@Test
	void whenItNeverOpensItsStreamThenItStaysAtTheOverrunUntilItOpensAgain() throws Exception {
		String id = current().id();
		change(new ViewerChange(false, null, null, null, null, null, null));
		Outcome<Summary> outcome = this.viewer.outcome().get(60, TimeUnit.SECONDS);
		assertThat(outcome).isInstanceOf(Outcome.Failed.class);
		assertThat(outcome.overruns()).last()
			.extracting(OverrunReport::reason)
			.isEqualTo(OverrunReport.Reason.NEVER_OPENED);
		assertThat(this.viewer.isRunning()).isFalse();
		change(new ViewerChange(true, null, null, null, null, null, null));
		assertThat(this.viewer.isRunning()).isFalse();
		change(new ViewerChange(null, null, null, null, null, null, true));
		assertThat(this.viewer.isRunning()).isTrue();
		awaitConsumption();
		assertThat(current().id()).isNotEqualTo(id);
	}

	@Test
	void whenBackpressureIsSwitchedOffAndItIsSlowThenOverrun() throws Exception {
		change(new ViewerChange(null, null, 1000, false, null, 1, null));
		Outcome<Summary> outcome = this.viewer.outcome().get(60, TimeUnit.SECONDS);
		assertThat(outcome.overruns()).last().satisfies((report) -> {
			assertThat(report.reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
			assertThat(report.msgBufferSize()).isEqualTo(1);
		});
	}

	@Test
	void whenItOpensANewContextThenTheOldOneIsCancelledFirst() {
		String id = current().id();
		CompletableFuture<Outcome<Summary>> before = this.viewer.outcome();
		change(new ViewerChange(null, null, null, null, null, 8, null));
		assertThat(this.viewer.isRunning()).isTrue();
		await().until(() -> current() != null && !current().id().equals(id));
		assertThat(before).isCompletedWithValueMatching(Outcome.Cancelled.class::isInstance);
		awaitConsumption();
		assertThat(current().settings().msgBufferSize()).isEqualTo(8);
	}

	@Test
	void whenItOpensNewContextsFasterThanTheyOpenThenTheLastOneStays() {
		for (int size = 1; size <= 5; size++) {
			change(new ViewerChange(null, null, null, null, null, size, true));
		}
		await().until(() -> current() != null && current().settings().msgBufferSize() == 5);
		awaitConsumption();
		assertThat(this.contexts.all()).filteredOn((task) -> task.side() == Side.CALLER).hasSize(1);
	}

	@Test
	void whenBackpressureIsOnThenDroppingPolicyIsPassedOver() {
		change(new ViewerChange(null, null, null, true, BufferOverflowStrategy.DROP_OLDEST, null, null));
		awaitConsumption();
		assertThat(current().settings().backpressure()).isTrue();
		change(new ViewerChange(null, null, 20, false, null, null, null));
		await().until(() -> current() != null && current().receiving().dropped() > 0);
		assertThat(this.viewer.settings().delay()).isEqualTo(Duration.ofMillis(20));
	}

	private void change(ViewerChange change) {
		this.viewer.change(change);
	}

	private void awaitConsumption() {
		await().until(() -> consumed() > 0);
		long consumed = consumed();
		await().until(() -> consumed() > consumed);
	}

	private long consumed() {
		ContextSnapshot current = current();
		return (current != null) ? current.receiving().consumed() : -1;
	}

	private ContextSnapshot current() {
		return this.contexts.all()
			.stream()
			.filter((task) -> task.side() == Side.CALLER)
			.map(MeasuredTask::snapshot)
			.findFirst()
			.orElse(null);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

}
