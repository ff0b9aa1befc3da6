package io.tractor.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.tractor.ContextInterruptedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.StreamClosedException;
import io.tractor.StreamOverrunException;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Telemetry}, without a connection.
 */
@Timeout(60)
class TelemetryTests {

	private static final String STATISTICS = "jdk.JavaThreadStatistics";

	private final FakeCalleeContext context = new FakeCalleeContext();

	private final FakeStream stream = this.context.stream();

	private final CompletableFuture<Summary> result = new CompletableFuture<>();

	private List<Recording> before;

	private Thread task;

	@BeforeEach
	void keepRecordings() {
		FlightRecorder.register(Ping.class);
		this.before = FlightRecorder.getFlightRecorder().getRecordings();
	}

	@AfterEach
	void everyTaskClosesItsRecording() {
		if (this.task != null) {
			this.task.interrupt();
			await().until(() -> !this.task.isAlive());
			assertThat(this.stream.isClosed()).isTrue();
		}
		assertThat(this.before).containsAll(FlightRecorder.getFlightRecorder().getRecordings());
	}

	@Test
	void whenEventsHappenThenTheyAreStreamed() throws Exception {
		Instant begin = Instant.now();
		start(new EventChoice(Ping.NAME, null));
		JvmInfo info = this.context.started().get();
		assertThat(info.pid()).isEqualTo(ProcessHandle.current().pid());
		assertThat(info.name()).isNotEmpty();
		assertThat(info.version()).isNotEmpty();
		assertThat(info.startTime()).isBefore(begin);
		await().until(() -> {
			ping(42);
			return this.stream.sent(Ping.NAME) > 0;
		});
		JfrEvent event = this.stream.sent().get(0);
		assertThat(event.name()).isEqualTo(Ping.NAME);
		assertThat(event.time()).isAfter(begin).isBefore(Instant.now());
		assertThat(event.duration()).isPositive();
		assertThat(event.thread()).isNotEmpty();
		assertThat(event.fields()).containsEntry("item", "42").containsEntry("payload", "text").hasSize(2);
		this.stream.end();
		Summary summary = this.result.get();
		assertThat(summary.counts()).containsExactly(Map.entry(Ping.NAME, this.stream.sent(Ping.NAME)));
		assertThat(summary.duration()).isPositive();
	}

	@Test
	void whenRecordingRunsThenWhatItKeepsIsBounded() throws Exception {
		start(new EventChoice(Ping.NAME, null));
		this.context.started().get();
		await().untilAsserted(() -> assertThat(FlightRecorder.getFlightRecorder().getRecordings())
			.filteredOn((recording) -> !this.before.contains(recording))
			.singleElement()
			.satisfies((recording) -> {
				assertThat(recording.getMaxSize()).isPositive();
				assertThat(recording.getMaxAge()).isPositive();
			}));
		this.stream.end();
		this.result.get();
	}

	@Test
	void whenCommandEnablesAnEventThenItIsStreamedToo() throws Exception {
		start(new EventChoice(Ping.NAME, null));
		this.context.started().get();
		this.stream.command(Command.enable(STATISTICS));
		await().until(() -> this.stream.sent(STATISTICS) > 0);
		this.stream.end();
		assertThat(this.result.get().counts()).containsEntry(STATISTICS, this.stream.sent(STATISTICS));
	}

	@Test
	void whenCommandDisablesAnEventThenItIsStreamedNoMore() throws Exception {
		start(new EventChoice(Ping.NAME, null));
		this.context.started().get();
		await().until(() -> {
			ping(1);
			return this.stream.sent(Ping.NAME) > 0;
		});
		this.stream.command(Command.disable(Ping.NAME));
		this.stream.command(new Command(Command.Kind.ENABLE, STATISTICS, Duration.ofMillis(50)));
		await().until(() -> this.stream.sent(STATISTICS) > 0);
		long sent = this.stream.sent(Ping.NAME);
		ping(2);
		long statistics = this.stream.sent(STATISTICS);
		await().until(() -> this.stream.sent(STATISTICS) > statistics);
		assertThat(this.stream.sent(Ping.NAME)).isEqualTo(sent);
		this.stream.end();
		this.result.get();
	}

	@Test
	void whenCommandChangesAPeriodThenItHolds() throws Exception {
		start(new EventChoice(STATISTICS, Duration.ofHours(1)));
		this.context.started().get();
		this.stream.command(Command.period(STATISTICS, Duration.ofMillis(50)));
		await().until(() -> this.stream.sent(STATISTICS) > 10);
		this.stream.end();
		this.result.get();
	}

	@Test
	void whenCommandMakesNoSenseThenTaskGoesOn() throws Exception {
		start(new EventChoice(Ping.NAME, null));
		this.context.started().get();
		this.stream.command(Command.enable("jdk.NoSuchEvent"));
		this.stream.command(Command.disable("jdk.NoSuchEvent"));
		this.stream.command(Command.period("jdk.NoSuchEvent", Duration.ofSeconds(1)));
		await().until(() -> {
			ping(1);
			return this.stream.sent(Ping.NAME) > 0;
		});
		this.stream.end();
		assertThat(this.result.get().counts()).containsOnlyKeys(Ping.NAME);
	}

	@Test
	void whenSendOverrunsThenTaskEndsWithThatOverrun() {
		StreamOverrunException overrun = new StreamOverrunException(
				new OverrunReport(OverrunReport.Reason.NEVER_OPENED, Side.CALLER, "telemetry", "1", Peer.UNKNOWN,
						Peer.UNKNOWN, 64, BufferOverflowStrategy.ERROR, 64, 64, 64, 0, 1, Instant.now(), true));
		this.stream.failSends(overrun);
		start(new EventChoice(Ping.NAME, null));
		await().until(() -> {
			ping(1);
			return this.result.isDone();
		});
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(this.result::get)
			.satisfies((ex) -> assertThat(ex.getCause()).isSameAs(overrun));
	}

	@Test
	void whenViewerHasLeftThenTaskEndsWithSummary() throws Exception {
		this.stream.failSends(new StreamClosedException("the caller has closed its stream"));
		start(new EventChoice(Ping.NAME, null));
		await().until(() -> {
			ping(1);
			return this.result.isDone();
		});
		assertThat(this.result.get().counts()).isEmpty();
	}

	@Test
	void whenViewerEndsWhileASendWaitsThenTaskEnds() throws Exception {
		this.stream.blockSends();
		start(new EventChoice(Ping.NAME, null));
		await().until(() -> {
			ping(1);
			return this.stream.isSendBlocked();
		});
		this.stream.end();
		assertThat(this.result.get(10, TimeUnit.SECONDS).counts()).isEmpty();
	}

	@Test
	void whenInterruptedThenTaskEndsAtOnce() throws Exception {
		this.stream.blockSends();
		start(new EventChoice(Ping.NAME, null));
		await().until(() -> {
			ping(1);
			return this.stream.isSendBlocked();
		});
		this.task.interrupt();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> this.result.get(10, TimeUnit.SECONDS))
			.withCauseInstanceOf(ContextInterruptedException.class);
	}

	@Test
	void whenEventIsUnknownThenTaskFailsBeforeItStarts() {
		start(new EventChoice("jdk.NoSuchEvent", null));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(this.result::get)
			.withCauseInstanceOf(IllegalArgumentException.class)
			.withMessageContaining("jdk.NoSuchEvent");
		assertThat(this.context.started()).isNotDone();
		this.task = null;
	}

	private void start(EventChoice... events) {
		Subscription subscription = new Subscription(Arrays.asList(events));
		this.task = new Thread(() -> {
			try {
				this.result.complete(new Telemetry().telemetry(this.context, subscription));
			}
			catch (Throwable ex) {
				this.result.completeExceptionally(ex);
			}
		});
		this.task.start();
	}

	private static void ping(long item) {
		Ping event = new Ping();
		event.begin();
		event.item = item;
		event.payload = "text";
		event.commit();
	}

	// Work may be done by applications of other tests.
	@Name(Ping.NAME)
	static final class Ping extends Event {

		static final String NAME = "tractor.sample.test.Ping";

		long item;

		String payload;

	}

}
