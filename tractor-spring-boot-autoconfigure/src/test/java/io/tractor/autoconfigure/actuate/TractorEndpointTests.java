package io.tractor.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.tractor.CalleeContext;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.StreamSettings;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.Envelopes;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.observation.BufferAdvisor;
import io.tractor.observation.RecentOverruns;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.BlockingCalleeHandler;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.CalleeTask;
import io.tractor.task.ContextListeners;
import io.tractor.task.ContextMonitor;
import io.tractor.task.ContextObserver;
import io.tractor.task.LiveContexts;
import io.tractor.task.Opening;
import io.tractor.task.RemoteErrors;
import io.tractor.task.TaskSetup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TractorEndpoint} with 10,000 contexts: every other one is an order,
 * the first 100 have not started, every thousandth waits to send, and there is one
 * message more in each one's buffer, up to 63.
 */
class TractorEndpointTests {

	private static final int CONTEXTS = 10_000;

	private static final int OPENING = 100;

	private final RSocketStrategies strategies = RSocketStrategies.create();

	private Instant now = Instant.EPOCH;

	private final LiveContexts live = new LiveContexts(Duration.ofSeconds(30), () -> this.now);

	private final TaskSetup setup = new TaskSetup(new Peer("here", "1"), BufferLimits.DEFAULT,
			new ContextListeners(List.of()), new StrategiesMsgCodecs(this.strategies), RemoteErrors.DEFAULT,
			() -> this.now, this.live, ContextObserver.NONE);

	private final TractorEndpoint endpoint = endpoint();

	@BeforeEach
	void open() {
		for (int i = 0; i < CONTEXTS; i++) {
			this.now = this.now.plusSeconds(1);
			open(i);
		}
		this.now = this.now.plusSeconds(60);
	}

	private void open(int index) {
		boolean order = index % 2 == 0;
		Opening opening = new Opening(order ? "orders." + index : "other", id(index), new Peer("there", "2"), null,
				MimeTypeUtils.TEXT_PLAIN, Map.of(), null, null, Context.empty());
		CalleeTask task = new CalleeTask(new StubHandler(order ? "orders.{id}" : "other"), opening,
				new Envelopes.Grant(1, 1024, 1024), this.setup, new Unsent());
		task.start((handler) -> {
		});
		if (index >= OPENING) {
			task.started(null);
			task.monitor().update((engine) -> {
				for (int i = 0; i < index % 64; i++) {
					engine.msg(new byte[10]);
				}
				if (index % 1000 == 0) {
					engine.send(new byte[1], true);
					engine.send(new byte[1], true);
				}
			});
		}
	}

	private static String id(int index) {
		return String.format("id-%05d", index);
	}

	private TractorEndpoint endpoint() {
		CalleeHandlers handlers = new CalleeHandlers() {

			@Override
			public @Nullable CalleeHandler find(String route) {
				return null;
			}

			@Override
			public Collection<? extends CalleeHandler> all() {
				return List.of(new StubHandler("orders.{id}"), new StubHandler("other"));
			}

		};
		ContextEndpoint contexts = new ContextEndpoint(this.setup, handlers, Runnable::run, (context) -> Mono.empty(),
				new CallerDefaults((route) -> StreamSettings.DEFAULT, Duration.ofSeconds(1), Duration.ofSeconds(1)));
		return new TractorEndpoint(contexts, this.live, handlers, new NamedPortals(null, new TractorProperties()),
				new BufferAdvisor(this.live), new RecentOverruns(10), this.strategies.routeMatcher(), () -> this.now);
	}

	@Test
	void whenNothingIsAskedThenTheFirstPageAndTotals() {
		TractorDescriptor all = this.endpoint.tractor(null, null, null, null, null, null, null);
		assertThat(all.application()).isEqualTo("here/1");
		assertThat(all.contexts().total()).isEqualTo(CONTEXTS);
		assertThat(all.contexts().matching()).isEqualTo(CONTEXTS);
		assertThat(all.contexts().limit()).isEqualTo(50);
		assertThat(all.contexts().contexts()).hasSize(50);
		assertThat(all.contexts().contexts().get(0).id()).isEqualTo(id(0));
		assertThat(all.contexts().contexts()).extracting(ContextDescriptor::id).isSorted().doesNotHaveDuplicates();
		assertThat(all.bufferAdvice()).extracting(BufferAdviceDescriptor::route)
			.containsExactly("orders.{id}", "other");
		assertThat(all.handlers()).hasSize(2);
	}

	@Test
	void pagesFollowOneAnother() {
		ContextPage first = page(null, null, null, ContextSort.AGE, 0, 1000);
		ContextPage second = page(null, null, null, ContextSort.AGE, 1000, 1000);
		ContextPage last = page(null, null, null, ContextSort.AGE, CONTEXTS - 10, 50);
		assertThat(first.contexts()).hasSize(1000).last().extracting(ContextDescriptor::id).isEqualTo(id(999));
		assertThat(second.contexts()).hasSize(1000).first().extracting(ContextDescriptor::id).isEqualTo(id(1000));
		assertThat(last.contexts()).hasSize(10).last().extracting(ContextDescriptor::id).isEqualTo(id(CONTEXTS - 1));
		assertThat(page(null, null, null, ContextSort.AGE, CONTEXTS, 50).contexts()).isEmpty();
		assertThat(page(null, null, null, ContextSort.AGE, 0, 0).total()).isEqualTo(CONTEXTS);
	}

	@Test
	void filtersChoose() {
		for (String route : List.of("orders.{id}", "orders.*", "orders.{any}")) {
			ContextPage orders = page(route, null, null, ContextSort.AGE, 0, 50);
			assertThat(orders.total()).isEqualTo(CONTEXTS);
			assertThat(orders.matching()).isEqualTo(CONTEXTS / 2);
			assertThat(orders.contexts()).allMatch((context) -> context.pattern().equals("orders.{id}"));
		}
		assertThat(page("orders.12", null, null, ContextSort.AGE, 0, 50).matching()).isEqualTo(1);
		assertThat(page("nothing", null, null, ContextSort.AGE, 0, 50).matching()).isZero();
		assertThat(page(null, ContextEngine.State.OPENING, null, ContextSort.AGE, 0, 50).matching()).isEqualTo(OPENING);
		assertThat(page(null, null, false, ContextSort.AGE, 0, 50).matching()).isEqualTo(CONTEXTS - 9);
		assertThat(this.endpoint.tractor(null, Side.CALLER, null, null, null, null, null).contexts().matching())
			.isZero();
	}

	@Test
	void fullestBuffersComeFirst() {
		ContextPage page = page(null, null, null, ContextSort.FILL, 0, 200);
		assertThat(page.contexts())
			.isSortedAccordingTo(Comparator.comparing((ContextDescriptor context) -> -context.receiving().fill())
				.thenComparing(ContextDescriptor::id));
		ContextDescriptor first = page.contexts().get(0);
		assertThat(first.receiving().buffered()).isEqualTo(63);
		assertThat(first.receiving().bufferedBytes()).isEqualTo(630);
		assertThat(first.receiving().fill()).isEqualTo(63 / 64.0);
		assertThat(first.receiving().highWater()).isEqualTo(63);
	}

	@Test
	@DisplayName("V24 contexts that wait for longer than tractor.stalled-after are found, the longest wait first")
	void stalledContextsAreFound() {
		ContextPage stalled = page(null, null, true, ContextSort.WAITING, 0, 50);
		assertThat(stalled.matching()).isEqualTo(9);
		assertThat(stalled.contexts()).extracting(ContextDescriptor::id).startsWith(id(1000), id(2000)).hasSize(9);
		ContextDescriptor.Waiting waiting = Optional.ofNullable(stalled.contexts().get(8).waiting()).orElseThrow();
		assertThat(waiting.reason()).isEqualTo("does-not-read");
		assertThat(waiting.stalled()).isTrue();
		assertThat(waiting.time()).isEqualTo(Duration.ofSeconds(60 + CONTEXTS - 1 - 9000));
		assertThat(waiting.description()).contains("there/2", "orders.9000", "msg-buffer-size");
		assertThat(page(null, null, null, ContextSort.WAITING, 0, 10).contexts()).extracting(ContextDescriptor::waiting)
			.last()
			.isNull();
	}

	@Test
	void whenParametersMakeNoSenseThenRefused() {
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> page(null, null, null, ContextSort.AGE, -1, 50));
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> page(null, null, null, ContextSort.AGE, 0, 1001));
	}

	@Test
	@DisplayName("X9 an operator cancels one context by its id")
	void oneContextIsCancelled() {
		ContextSides sides = this.endpoint.cancel(id(500), "no\nmore");
		assertThat(sides).isNotNull();
		assertThat(sides.sides()).singleElement().extracting(ContextDescriptor::state).isEqualTo("ending");
		assertThat(page(null, ContextEngine.State.ENDING, null, ContextSort.AGE, 0, 50).contexts())
			.extracting(ContextDescriptor::id)
			.containsExactly(id(500));
		assertThat(this.endpoint.context("nothing")).isNull();
		assertThat(this.endpoint.cancel("nothing", null)).isNull();
	}

	private ContextPage page(@Nullable String route, ContextEngine.@Nullable State state, @Nullable Boolean stalled,
			ContextSort sort, int offset, int limit) {
		return this.endpoint.tractor(route, null, state, stalled, sort, offset, limit).contexts();
	}

	private record StubHandler(String pattern) implements BlockingCalleeHandler {

		private static final ResolvableType STRING = ResolvableType.forClass(String.class);

		@Override
		public StreamSettings settings() {
			return StreamSettings.DEFAULT;
		}

		@Override
		public ResolvableType startedType() {
			return STRING;
		}

		@Override
		public ResolvableType receivedType() {
			return STRING;
		}

		@Override
		public ResolvableType sentType() {
			return STRING;
		}

		@Override
		public ResolvableType resultType() {
			return STRING;
		}

		@Override
		public @Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) {
			return null;
		}

	}

	/**
	 * Nothing goes out here.
	 */
	private static final class Unsent implements ContextMonitor.Outlet {

		@Override
		public void writable(boolean urgent) {
		}

		@Override
		public void afterWriting(Runnable action) {
		}

	}

}
