package io.tractor.rows;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.StreamOverrunException;
import io.tractor.engine.BufferLimits;
import io.tractor.observation.CalleeObservationContext;
import io.tractor.observation.CallerObservationContext;
import io.tractor.observation.DefaultCallerObservationConvention;
import io.tractor.observation.MicrometerContextObserver;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.task.ContextObservation;
import io.tractor.task.ContextObserver;
import io.tractor.task.LiveContexts;
import io.tractor.task.RemoteErrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * One observation for each context on each side, in all forms, whatever ends it.
 */
class ObservationTests {

	private static final ContextType<String, String, Integer, Integer, String> TYPE = new ContextType<>("observed") {
	};

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final Recorder callers = new Recorder();

	private final Recorder callees = new Recorder();

	private Pair pair() {
		return pair(new MicrometerContextObserver(this.callers.registry),
				new MicrometerContextObserver(this.callees.registry));
	}

	private static Pair pair(ContextObserver here, ContextObserver there) {
		return new Pair(Link.TCP, node("here", here), node("there", there), (builder) -> builder);
	}

	static Node node(String name, ContextObserver observer) {
		return new Node(name, BufferLimits.DEFAULT, PATIENCE, RemoteErrors.DEFAULT, LiveContexts.DEFAULT_STALLED_AFTER,
				observer);
	}

	static Stream<Arguments> endings() {
		return Stream.of(Form.values())
			.flatMap((form) -> Stream.of(Ending.values()).map((ending) -> Arguments.of(form, ending)));
	}

	@ParameterizedTest
	@MethodSource("endings")
	void whateverEndsAContextThenEachObservationStopsOnceAndLast(Form form, Ending ending) {
		try (Pair pair = pair()) {
			pair.handle(TYPE, ending::handle);
			ending.prepare(pair);
			ContextSpec<String, String, Integer, Integer, String> spec = pair.portal.context(TYPE);
			ending.customize(spec);
			Throwable raised = catchThrowable(() -> form.run(spec, (context) -> ending.body(pair, context)));
			assertThat(raised == null).isEqualTo(ending.quiet);
			Duet.eventually(() -> stoppedOnce(this.callers));
			assertThat(this.callers.registry.getCurrentObservation()).isNull();
			if (form != Form.HANDLE || ending != Ending.BODY_FAILS) {
				assertThat(this.callers.key("outcome")).isEqualTo(ending.callers);
			}
			if (ending.callees != null) {
				Duet.eventually(() -> stoppedOnce(this.callees));
				assertThat(this.callees.key("outcome")).isEqualTo(ending.callees);
			}
			else {
				assertThat(this.callees.contexts).isEmpty();
			}
			for (Recorder recorder : List.of(this.callers, this.callees)) {
				List<String> steps = recorder.steps();
				assertThat(steps.contains("error"))
					.isEqualTo(!steps.isEmpty() && "failed".equals(recorder.key("outcome")));
				assertThat(Collections.frequency(steps, "cancelled")).isLessThanOrEqualTo(1);
			}
		}
	}

	private static void stoppedOnce(Recorder recorder) {
		assertThat(recorder.steps()).startsWith("start").endsWith("stop").containsOnlyOnce("start", "stop");
		assertThat(Collections.frequency(recorder.steps(), "scope"))
			.isEqualTo(Collections.frequency(recorder.steps(), "scope closed"));
	}

	@Test
	void whenContextRunsThenItsStepsAreNotedInOrder() throws Exception {
		try (Pair pair = pair()) {
			pair.handle(TYPE, (context, argument) -> {
				context.started("started");
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					stream.send(1);
				}
				return "done";
			});
			pair.portal.context(TYPE).run((context) -> {
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					return stream.receive();
				}
			});
			List<String> steps = List.of("start", "started", "scope", "opened", "scope closed", "stop");
			Duet.eventually(() -> assertThat(this.callers.steps()).isEqualTo(steps));
			Duet.eventually(() -> assertThat(this.callees.steps()).containsExactly("start", "scope", "started",
					"opened", "scope closed", "stop"));
		}
	}

	@Test
	void whenMessageMeetsAFullBufferThenBothSidesNoteTheOverrunOnce() {
		try (Pair pair = pair()) {
			pair.handle(TYPE, (context, argument) -> {
				context.started("started");
				new CountDownLatch(1).await();
				return "never";
			});
			assertThatThrownBy(() -> pair.portal.context(TYPE).run((context) -> {
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					for (int i = 0; i < 65; i++) {
						stream.send(i);
					}
					return stream.receive();
				}
			})).isInstanceOf(StreamOverrunException.class);
			Duet.eventually(() -> stoppedOnce(this.callers));
			Duet.eventually(() -> stoppedOnce(this.callees));
			assertThat(this.callers.steps()).containsOnlyOnce("overrun");
			assertThat(this.callees.steps()).containsOnlyOnce("overrun");
			assertThat(this.callers.key("exception")).isEqualTo("StreamOverrunException");
		}
	}

	@Test
	void whenContextIsObservedThenItHasTheDocumentedKeys() throws Exception {
		TestObservationRegistry here = TestObservationRegistry.create();
		TestObservationRegistry there = TestObservationRegistry.create();
		try (Pair pair = pair(new MicrometerContextObserver(here), new MicrometerContextObserver(there))) {
			AtomicReference<String> id = new AtomicReference<>();
			pair.handle(TYPE, (context, argument) -> {
				context.started("started");
				return "done";
			});
			pair.portal.context(TYPE).run((context) -> {
				id.set(context.id());
				return context.result();
			});
			Duet.eventually(() -> TestObservationRegistryAssert.assertThat(here)
				.hasSingleObservationThat()
				.hasNameEqualTo("tractor.caller")
				.hasContextualNameEqualTo("context observed")
				.hasLowCardinalityKeyValue("route", "observed")
				.hasLowCardinalityKeyValue("outcome", "completed")
				.hasLowCardinalityKeyValue("exception", "none")
				.hasHighCardinalityKeyValue("context.id", id.get())
				.hasHighCardinalityKeyValue("peer", "there/there-1")
				.hasBeenStarted()
				.hasBeenStopped());
			Duet.eventually(() -> TestObservationRegistryAssert.assertThat(there)
				.hasSingleObservationThat()
				.hasNameEqualTo("tractor.callee")
				.hasContextualNameEqualTo("context observed")
				.hasLowCardinalityKeyValue("route", "observed")
				.hasLowCardinalityKeyValue("outcome", "completed")
				.hasLowCardinalityKeyValue("exception", "none")
				.hasHighCardinalityKeyValue("context.id", id.get())
				.hasHighCardinalityKeyValue("peer", "here/here-1")
				.hasBeenStopped());
		}
	}

	@Test
	void whenThereIsAnotherConventionThenItCounts() throws Exception {
		ContextObserver custom = new MicrometerContextObserver(this.callers.registry,
				new DefaultCallerObservationConvention() {

					@Override
					public KeyValues getLowCardinalityKeyValues(CallerObservationContext context) {
						return super.getLowCardinalityKeyValues(context).and("color", "red");
					}

				}, null);
		try (Pair pair = pair(custom, ContextObserver.NONE)) {
			pair.handle(TYPE, Ending.COMPLETED::handle);
			pair.portal.context(TYPE).run(CallerContext::result);
			assertThat(this.callers.key("color")).isEqualTo("red");
		}
	}

	@Test
	void whenTaskBlocksThenItsObservationIsCurrentInItAndTheOneBeforeAfterwards() throws Exception {
		try (Pair pair = pair()) {
			AtomicReference<Observation> inHandler = new AtomicReference<>();
			pair.handle(TYPE, (context, argument) -> {
				inHandler.set(this.callees.registry.getCurrentObservation());
				context.started("started");
				return "done";
			});
			Observation outer = Observation.start("outer", this.callers.registry);
			try (Observation.Scope scope = outer.openScope()) {
				Observation inBody = pair.portal.context(TYPE)
					.run((context) -> this.callers.registry.getCurrentObservation());
				assertThat(inBody.getContext()).isInstanceOf(CallerObservationContext.class);
				assertThat(inBody.getContext().getParentObservation()).isSameAs(outer);
				assertThat(this.callers.registry.getCurrentObservation()).isSameAs(outer);
			}
			assertThat(inHandler.get().getContext()).isInstanceOf(CalleeObservationContext.class);
			assertThat(inHandler.get().getContext().getParentObservation()).isNull();
		}
	}

	@Test
	void whenTaskIsReactiveThenItsObservationIsInTheReactorContext() {
		try (Pair pair = pair()) {
			AtomicReference<Observation> inHandler = new AtomicReference<>();
			pair.there.react(TYPE, (context, argument) -> Mono.deferContextual((view) -> {
				inHandler.set(view.get(ObservationThreadLocalAccessor.KEY));
				context.started("started");
				return Mono.just("done");
			}));
			Observation outer = Observation.start("outer", ObservationRegistry.create());
			Observation inBody = pair.portal.context(TYPE)
				.runMono((context) -> Mono
					.deferContextual((view) -> Mono.just(view.<Observation>get(ObservationThreadLocalAccessor.KEY))))
				.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, outer))
				.block(PATIENCE);
			assertThat(inBody.getContext()).isInstanceOf(CallerObservationContext.class);
			assertThat(inBody.getContext().getParentObservation()).isSameAs(outer);
			assertThat(inHandler.get().getContext()).isInstanceOf(CalleeObservationContext.class);
			Duet.eventually(() -> stoppedOnce(this.callers));
		}
	}

	@Test
	void whenContextIsOpenedAsAHandleThenTheThreadsObservationStays() throws Exception {
		try (Pair pair = pair()) {
			pair.handle(TYPE, Ending.COMPLETED::handle);
			Form.HANDLE.run(pair.portal.context(TYPE), (context) -> {
				assertThat(this.callers.registry.getCurrentObservation()).isNull();
				return context.result();
			});
			assertThat(this.callers.steps()).containsExactly("start", "started", "stop");
		}
	}

	@Test
	void whenSubscriptionIsCancelledWhileConnectingThenTheObservationStops() {
		try (Node node = node("here", new MicrometerContextObserver(this.callers.registry))) {
			Disposable subscription = new PortalBuilder("nowhere", node.endpoint).build(Mono::never)
				.context(TYPE)
				.runMono((context) -> context.result())
				.subscribe();
			assertThat(this.callers.steps()).containsExactly("start");
			subscription.dispose();
			assertThat(this.callers.steps()).containsExactly("start", "cancelled", "stop");
			assertThat(this.callers.key("outcome")).isEqualTo("cancelled");
		}
	}

	@Test
	void whenHandlerOfObservationsFailsThenContextDoesNot() throws Exception {
		for (String when : List.of("start", "scope", "started", "scope closed", "stop")) {
			ObservationRegistry failing = ObservationRegistry.create();
			failing.observationConfig().observationHandler(new FailingHandler(when));
			try (Pair pair = pair(new MicrometerContextObserver(failing), new MicrometerContextObserver(failing))) {
				pair.handle(TYPE, Ending.COMPLETED::handle);
				assertThat(pair.portal.context(TYPE).<String, Exception>run(CallerContext::result)).isEqualTo("done");
			}
			assertThat(failing.getCurrentObservation()).isNull();
		}
	}

	@Test
	void whenNothingIsObservedThenThereIsNoObservation() {
		ObservationRegistry disabled = ObservationRegistry.create();
		disabled.observationConfig()
			.observationHandler(this.callers)
			.observationPredicate((name, context) -> !name.startsWith("tractor."));
		for (ObservationRegistry registry : List.of(ObservationRegistry.NOOP, ObservationRegistry.create(), disabled)) {
			assertThat(new MicrometerContextObserver(registry).caller("observed", "id", Context.empty()))
				.isSameAs(ContextObservation.NONE);
		}
	}

	@ParameterizedTest
	@EnumSource(Form.class)
	void whenOpeningHasAllHeadersThatItMayHaveThenObservingDoesNotFailIt(Form form) throws Exception {
		this.callers.registry.observationConfig().observationHandler(new InjectingHandler());
		try (Pair pair = pair()) {
			pair.handle(TYPE, Ending.COMPLETED::handle);
			ContextSpec<String, String, Integer, Integer, String> spec = pair.portal.context(TYPE);
			for (int i = 0; i < 256; i++) {
				spec.header("header-" + i, "value");
			}
			String result = form.run(spec, (context) -> context.result());
			assertThat(result).isEqualTo("done");
		}
	}

	/**
	 * How a context ends.
	 */
	enum Ending {

		COMPLETED(true, "completed", "completed"),

		CANCELLED_BY_CALLER(true, "cancelled", "cancelled") {

			@Override
			String work() throws InterruptedException {
				return never();
			}

			@Override
			String body(Pair pair, CallerContext<String, Integer, Integer, String> context) {
				context.cancel("enough");
				return "left";
			}

		},

		CANCELLED_BY_CALLEE(false, "cancelled", "cancelled") {

			@Override
			String handle(CalleeContext<String, Integer, Integer> context, String argument)
					throws InterruptedException {
				context.started("started");
				context.cancel("enough");
				return String.valueOf(context.openStream().receive());
			}

		},

		CALLEE_FAILS(false, "failed", "failed") {

			@Override
			String work() {
				throw new IllegalStateException("callee");
			}

		},

		BODY_FAILS(false, "failed", "cancelled") {

			@Override
			String work() throws InterruptedException {
				return never();
			}

			@Override
			String body(Pair pair, CallerContext<String, Integer, Integer, String> context) {
				throw new IllegalStateException("body");
			}

		},

		LOST(false, "failed", "failed") {

			@Override
			String work() throws InterruptedException {
				return never();
			}

			@Override
			String body(Pair pair, CallerContext<String, Integer, Integer, String> context) {
				pair.cut();
				return context.result();
			}

		},

		OPEN_TIMEOUT(false, "failed", "cancelled") {

			@Override
			String handle(CalleeContext<String, Integer, Integer> context, String argument)
					throws InterruptedException {
				return never();
			}

			@Override
			void prepare(Pair pair) {
				pair.portal.connect().block(PATIENCE);
			}

			@Override
			void customize(ContextSpec<?, ?, ?, ?, ?> spec) {
				spec.openTimeout(Duration.ofMillis(300));
			}

		},

		NO_STARTED(false, "failed", "failed") {

			@Override
			String handle(CalleeContext<String, Integer, Integer> context, String argument) {
				return "not started";
			}

		},

		NO_HANDLER(false, "failed", null) {

			@Override
			void prepare(Pair pair) {
				pair.there.forget(TYPE);
			}

		},

		NO_THREAD(false, "failed", "failed") {

			@Override
			void prepare(Pair pair) {
				pair.there.close();
			}

		},

		NO_CONNECTION(false, "failed", null) {

			@Override
			void prepare(Pair pair) {
				pair.cut();
			}

		};

		private final boolean quiet;

		private final String callers;

		private final String callees;

		Ending(boolean quiet, String callers, String callees) {
			this.quiet = quiet;
			this.callers = callers;
			this.callees = callees;
		}

		void prepare(Pair pair) {
		}

		void customize(ContextSpec<?, ?, ?, ?, ?> spec) {
		}

		String handle(CalleeContext<String, Integer, Integer> context, String argument) throws InterruptedException {
			context.started("started");
			return work();
		}

		String work() throws InterruptedException {
			return "done";
		}

		String body(Pair pair, CallerContext<String, Integer, Integer, String> context) {
			return context.result();
		}

		static String never() throws InterruptedException {
			new CountDownLatch(1).await();
			return "never";
		}

	}

	private record FailingHandler(String when) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStart(Observation.Context context) {
			fail("start");
		}

		@Override
		public void onEvent(Observation.Event event, Observation.Context context) {
			fail(event.getName());
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			fail("scope");
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			fail("scope closed");
		}

		@Override
		public void onStop(Observation.Context context) {
			fail("stop");
		}

		private void fail(String now) {
			if (now.equals(this.when)) {
				throw new IllegalStateException(now);
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	private static final class InjectingHandler implements ObservationHandler<CallerObservationContext> {

		@Override
		public void onStart(CallerObservationContext context) {
			context.getSetter().set(context.getCarrier(), "traceparent", "anything");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof CallerObservationContext;
		}

	}

}
