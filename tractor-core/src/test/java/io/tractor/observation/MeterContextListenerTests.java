package io.tractor.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tractor.ContextCancelledException;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.engine.BufferLoad;
import io.tractor.engine.Receiving;
import io.tractor.engine.Sending;
import io.tractor.task.ContextSnapshot;
import io.tractor.task.MeasuredTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MeterContextListener}.
 */
class MeterContextListenerTests {

	private static final Peer HERE = new Peer("here", "1");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final MeterContextListener listener = new MeterContextListener(this.registry);

	@Test
	@DisplayName("V17 the overrun meters of a registered route are at 0, for both receivers and reasons")
	void whenRegisteredThenOverrunsAreZero() {
		this.listener.register("orders.{id}", Side.CALLEE);
		assertThat(
				this.registry.get("tractor.stream.overruns").tags("route", "orders.{id}", "side", "callee").counters())
			.hasSize(4)
			.allMatch((counter) -> counter.count() == 0);
		assertThat(this.registry.find("tractor.stream.overruns").tag("side", "caller").counters()).isEmpty();
	}

	@Test
	@DisplayName("V17 an overrun is counted once, under who had no room and why")
	void whenOverrunThenCounted() {
		StubTask task = new StubTask("orders", Side.CALLER);
		this.listener.started(task);
		OverrunReport report = report(OverrunReport.Reason.NEVER_OPENED, Side.CALLEE);
		this.listener.overrun(task, report);
		this.listener.overrun(task, report.complete(70));
		assertThat(this.registry.get("tractor.stream.overruns")
			.tags("route", "orders", "side", "caller", "receiver", "callee", "reason", "never-opened")
			.counter()
			.count()).isEqualTo(1);
		assertThat(total("tractor.stream.overruns")).isEqualTo(1);
	}

	@Test
	@DisplayName("V17 V22 an episode is counted once on each side, with the messages that it dropped")
	void whenMessagesAreDroppedThenEpisodesAndMessagesAreCounted() {
		OverrunReport begun = new OverrunReport(OverrunReport.Reason.SLOW_CONSUMER, Side.CALLEE, "orders", "id", HERE,
				new Peer("there", "1"), 64, BufferOverflowStrategy.DROP_OLDEST, 5, 5, 64, 5, 1, Instant.EPOCH, true);
		StubTask receiver = new StubTask("orders", Side.CALLEE);
		StubTask sender = new StubTask("orders", Side.CALLER);
		this.listener.started(receiver);
		this.listener.started(sender);
		assertThat(total("tractor.stream.messages.dropped")).isZero();
		this.listener.overrun(receiver, begun);
		assertThat(total("tractor.stream.overruns")).isEqualTo(1);
		assertThat(total("tractor.stream.messages.dropped")).isZero();
		this.listener.overrun(receiver, begun.endingWith(9));
		this.listener.overrun(sender, begun.endingWith(9));
		for (String side : List.of("caller", "callee")) {
			assertThat(this.registry.get("tractor.stream.overruns")
				.tags("side", side, "receiver", "callee", "reason", "slow-consumer")
				.counter()
				.count()).isEqualTo(1);
			assertThat(this.registry.get("tractor.stream.messages.dropped")
				.tags("side", side, "receiver", "callee")
				.counter()
				.count()).isEqualTo(5);
		}
		assertThat(total("tractor.stream.overruns")).isEqualTo(2);
		assertThat(total("tractor.stream.messages.dropped")).isEqualTo(10);
	}

	@Test
	void whenContextsRunThenTheirMessagesAreCountedAsTheyAre() {
		StubTask first = new StubTask("orders", Side.CALLEE);
		StubTask second = new StubTask("orders", Side.CALLEE);
		this.listener.started(first);
		this.listener.started(second);
		first.sent = 5;
		second.sent = 7;
		second.received = 3;
		assertThat(total("tractor.stream.messages.sent")).isEqualTo(12);
		assertThat(total("tractor.stream.messages.received")).isEqualTo(3);
		assertThat(this.registry.get("tractor.contexts.active").gauge().value()).isEqualTo(2);
		second.sent = 8;
		this.listener.ended(second, completed());
		assertThat(total("tractor.stream.messages.sent")).isEqualTo(13);
		assertThat(total("tractor.stream.messages.received")).isEqualTo(3);
		assertThat(this.registry.get("tractor.contexts.active").gauge().value()).isEqualTo(1);
	}

	@Test
	void whenEndedThenCountedByOutcome() {
		StubTask task = new StubTask("orders", Side.CALLER);
		this.listener.ended(task, completed());
		this.listener.ended(task, new Outcome.Failed<>(new IllegalStateException(), Ledger.EMPTY, List.of()));
		this.listener.ended(task,
				new Outcome.Cancelled<>(
						new ContextCancelledException("orders", Side.CALLER, HERE, "enough", null, null), Ledger.EMPTY,
						List.of()));
		for (String outcome : List.of("completed", "cancelled", "failed")) {
			assertThat(this.registry.get("tractor.contexts.ended")
				.tags("route", "orders", "side", "caller", "outcome", outcome)
				.counter()
				.count()).isEqualTo(1);
		}
	}

	@Test
	void whenEndIsToldBeforeStartThenNotActive() {
		StubTask task = new StubTask("orders", Side.CALLER);
		task.sent = 2;
		this.listener.ended(task, completed());
		this.listener.started(task);
		assertThat(this.registry.get("tractor.contexts.active").gauge().value()).isZero();
		assertThat(total("tractor.stream.messages.sent")).isEqualTo(2);
	}

	@Test
	void metersAreThoseThatAreDocumented() {
		this.listener.register("orders", Side.CALLEE);
		this.listener.registerConnections(this.registry, (source) -> 0);
		Set<String> names = new TreeSet<>();
		for (Meter meter : this.registry.getMeters()) {
			ContextMeterDocumentation documentation = Arrays.stream(ContextMeterDocumentation.values())
				.filter((candidate) -> candidate.getName().equals(meter.getId().getName()))
				.findFirst()
				.orElseThrow();
			names.add(meter.getId().getName());
			assertThat(meter.getId().getType()).isEqualTo(documentation.getType());
			assertThat(meter.getId().getBaseUnit()).isEqualTo(documentation.getBaseUnit());
			assertThat(meter.getId().getDescription()).isEqualTo(documentation.description());
			assertThat(meter.getId().getTags()).extracting(Tag::getKey)
				.containsExactlyInAnyOrderElementsOf(
						Arrays.stream(documentation.getKeyNames()).map(KeyName::asString).toList());
		}
		assertThat(names).hasSize(ContextMeterDocumentation.values().length);
	}

	@Test
	void whenContextsRunThenBytesBuffersAndWaitsAreRead() {
		StubTask first = new StubTask("orders", Side.CALLEE);
		StubTask second = new StubTask("orders", Side.CALLEE);
		this.listener.started(first);
		this.listener.started(second);
		first.sent = 5;
		first.buffered = 16;
		first.highWater = 60;
		second.received = 3;
		second.buffered = 32;
		second.highWater = 40;
		second.waits = 2;
		second.waited = Duration.ofMillis(30);
		assertThat(total("tractor.stream.bytes.sent")).isEqualTo(80);
		assertThat(total("tractor.stream.bytes.received")).isEqualTo(48);
		assertThat(total("tractor.stream.buffer.messages")).isEqualTo(48);
		assertThat(total("tractor.stream.buffer.fill")).isEqualTo(0.5);
		assertThat(total("tractor.stream.buffer.high.water")).isEqualTo(60);
		FunctionTimer waits = this.registry.get("tractor.stream.send.wait").functionTimer();
		assertThat(waits.count()).isEqualTo(2);
		assertThat(waits.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(30);
		Timer opening = this.registry.get("tractor.contexts.opening").timer();
		assertThat(opening.count()).isEqualTo(2);
		assertThat(opening.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
		this.listener.ended(second, completed());
		assertThat(total("tractor.stream.bytes.received")).isEqualTo(48);
		assertThat(waits.count()).isEqualTo(2);
		assertThat(total("tractor.stream.buffer.messages")).isEqualTo(16);
		assertThat(total("tractor.stream.buffer.fill")).isEqualTo(0.25);
	}

	@Test
	void whenMessagesAreLeftThenTheirReceiverCountsThemAsDiscarded() {
		Ledger ledger = new Ledger(new Ledger.Direction(10, 7, 0, 3, 0), new Ledger.Direction(5, 5, 0, 0, 0));
		for (Side side : Side.values()) {
			this.listener.ended(new StubTask("orders", side), new Outcome.Completed<>(null, ledger, List.of()));
		}
		assertThat(this.registry.get("tractor.stream.messages.discarded").tag("side", "callee").counter().count())
			.isEqualTo(3);
		assertThat(this.registry.get("tractor.stream.messages.discarded").tag("side", "caller").counter().count())
			.isZero();
	}

	@Test
	void whenMessagesAreDroppedOrLeftThenTheirBytesAreCounted() {
		StubTask task = new StubTask("orders", Side.CALLEE);
		this.listener.started(task);
		task.received = 10;
		task.dropped = 2;
		task.left = 3;
		assertThat(total("tractor.stream.bytes.dropped")).isEqualTo(32);
		assertThat(total("tractor.stream.bytes.discarded")).isZero();
		this.listener.ended(task, completed());
		assertThat(total("tractor.stream.bytes.dropped")).isEqualTo(32);
		assertThat(total("tractor.stream.bytes.discarded")).isEqualTo(48);
	}

	@Test
	void whenConventionIsGivenThenItNamesAndTags() {
		MeterContextListener renamed = new MeterContextListener(this.registry, new ContextMeterConvention() {

			@Override
			public String name(ContextMeterDocumentation meter) {
				return "shop." + meter.getName();
			}

			@Override
			public Tags tags(ContextMeterDocumentation meter, Tags tags) {
				return tags.and("team", "orders");
			}

		});
		renamed.register("orders", Side.CALLEE);
		assertThat(this.registry.getMeters()).isNotEmpty()
			.allMatch((meter) -> meter.getId().getName().startsWith("shop.tractor.")
					&& "orders".equals(meter.getId().getTag("team")));
	}

	@Test
	void whenCallerOpensOnVeryManyRoutesThenLaterOnesShareTheirMeters() {
		for (int i = 0; i < 1000; i++) {
			this.listener.ended(new StubTask("orders." + i, Side.CALLER), completed());
		}
		assertThat(this.registry.get("tractor.contexts.ended").tag("outcome", "completed").counters()).hasSize(201);
		assertThat(this.registry.get("tractor.contexts.ended")
			.tags("route", "other", "outcome", "completed")
			.counter()
			.count()).isEqualTo(800);
	}

	private double total(String name) {
		return this.registry.get(name)
			.meters()
			.stream()
			.mapToDouble((meter) -> (meter instanceof FunctionCounter counter) ? counter.count()
					: meter.measure().iterator().next().getValue())
			.sum();
	}

	private static Outcome<Object> completed() {
		return new Outcome.Completed<>(null, Ledger.EMPTY, List.of());
	}

	private static OverrunReport report(OverrunReport.Reason reason, Side receiver) {
		return new OverrunReport(reason, receiver, "orders", "id", HERE, new Peer("there", "1"), 64,
				BufferOverflowStrategy.ERROR, 64, 64, 64, 0, 1, Instant.EPOCH, true);
	}

	private static final class StubTask implements MeasuredTask {

		private final String pattern;

		private final Side side;

		private long sent;

		private long received;

		private long dropped;

		private long left;

		private int buffered;

		private int highWater;

		private long waits;

		private Duration waited = Duration.ZERO;

		StubTask(String pattern, Side side) {
			this.pattern = pattern;
			this.side = side;
		}

		@Override
		public String id() {
			return "id";
		}

		@Override
		public String route() {
			return this.pattern;
		}

		@Override
		public Side side() {
			return this.side;
		}

		@Override
		public Peer peer() {
			return Peer.UNKNOWN;
		}

		@Override
		public Optional<Duration> remainingTime() {
			return Optional.empty();
		}

		@Override
		public void cancel(String reason) {
		}

		@Override
		public String pattern() {
			return this.pattern;
		}

		@Override
		public Duration age() {
			return Duration.ofMillis(5);
		}

		@Override
		public Receiving receiving() {
			return new Receiving(true, true, 64, this.buffered, 16L * this.buffered, this.highWater, this.received,
					16 * this.received, this.received - this.dropped - this.left,
					16 * (this.received - this.dropped - this.left), this.dropped, 16 * this.dropped);
		}

		@Override
		public Sending sending() {
			return new Sending(true, this.sent, 16 * this.sent, 0, 64, this.waits, this.waited, null);
		}

		@Override
		public void addLoadTo(BufferLoad load) {
		}

		@Override
		public ContextSnapshot snapshot() {
			throw new UnsupportedOperationException();
		}

	}

}
