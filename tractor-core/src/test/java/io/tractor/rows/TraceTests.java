package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.tractor.CallerContext;
import io.tractor.ContextType;
import io.tractor.observation.MicrometerContextObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The spans of three applications, each with a tracer of its own, make one trace.
 */
class TraceTests {

	private static final ContextType<String, String, Integer, Integer, String> FIRST = new ContextType<>("first") {
	};

	private static final ContextType<String, String, Integer, Integer, String> SECOND = new ContextType<>("second") {
	};

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final Application here = new Application("here");

	private final Application there = new Application("there");

	private final Application third = new Application("third");

	private Pair connect(Application client, Application server) {
		return new Pair(Link.TCP, client.node, server.node, (builder) -> builder);
	}

	@ParameterizedTest
	@EnumSource(value = Form.class, names = { "SCOPE", "HANDLE" })
	void whenHandlerOpensAContextThenAllSpansAreOneTrace(Form form) throws Exception {
		try (Pair hop = connect(this.here, this.there); Pair nested = connect(this.there, this.third)) {
			nested.handle(SECOND, (context, argument) -> {
				context.started("started");
				return "done";
			});
			hop.handle(FIRST, (context, argument) -> {
				context.started("started");
				return form.run(nested.portal.context(SECOND), (inner) -> inner.result());
			});
			Observation user = Observation.start("user", this.here.registry);
			try (Observation.Scope scope = user.openScope()) {
				String result = form.run(hop.portal.context(FIRST), (context) -> context.result());
				assertThat(result).isEqualTo("done");
			}
			user.stop();
			assertOneTrace();
		}
	}

	@Test
	void whenReactiveHandlerOpensAContextThenAllSpansAreOneTrace() {
		try (Pair hop = connect(this.here, this.there); Pair nested = connect(this.there, this.third)) {
			nested.there.react(SECOND, (context, argument) -> {
				context.started("started");
				return Mono.just("done");
			});
			hop.there.react(FIRST, (context, argument) -> {
				context.started("started");
				return nested.portal.context(SECOND).runMono((inner) -> inner.result());
			});
			Observation user = Observation.start("user", this.here.registry);
			try (Observation.Scope scope = user.openScope()) {
				assertThat(hop.portal.context(FIRST).runMono((context) -> context.result()).block(PATIENCE))
					.isEqualTo("done");
			}
			user.stop();
			assertOneTrace();
		}
	}

	private void assertOneTrace() {
		Duet.eventually(() -> assertThat(this.there.exporter.getFinishedSpanItems()).hasSize(2));
		Duet.eventually(() -> assertThat(this.third.exporter.getFinishedSpanItems()).hasSize(1));
		Duet.eventually(() -> assertThat(this.here.exporter.getFinishedSpanItems()).hasSize(2));
		SpanData user = this.here.span(SpanKind.INTERNAL);
		SpanData caller = this.here.span(SpanKind.CLIENT);
		SpanData callee = this.there.span(SpanKind.SERVER);
		SpanData nestedCaller = this.there.span(SpanKind.CLIENT);
		SpanData nestedCallee = this.third.span(SpanKind.SERVER);
		assertThat(user.getParentSpanId()).isEqualTo(SpanId.getInvalid());
		assertIsChild(caller, user);
		assertIsChild(callee, caller);
		assertIsChild(nestedCaller, callee);
		assertIsChild(nestedCallee, nestedCaller);
		assertThat(List.of(caller.getName(), callee.getName())).containsOnly("context first");
		assertThat(List.of(nestedCaller.getName(), nestedCallee.getName())).containsOnly("context second");
		assertThat(nestedCallee.getEvents()).extracting(EventData::getName).containsExactly("started");
	}

	private static void assertIsChild(SpanData child, SpanData parent) {
		assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
		assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
	}

	@Test
	void whenTaskBlocksThenItsSpanIsTheCurrentOneInItAlone() throws Exception {
		try (Pair pair = connect(this.here, this.there)) {
			AtomicReference<String> inHandler = new AtomicReference<>();
			pair.handle(FIRST, (context, argument) -> {
				inHandler.set(this.there.currentSpanId());
				context.started("started");
				return "done";
			});
			String inBody = pair.portal.context(FIRST).run((context) -> this.here.currentSpanId());
			assertThat(this.here.currentSpanId()).isNull();
			Duet.eventually(() -> assertThat(this.here.span(SpanKind.CLIENT).getSpanId()).isEqualTo(inBody));
			Duet.eventually(() -> assertThat(this.there.span(SpanKind.SERVER).getSpanId()).isEqualTo(inHandler.get()));
		}
	}

	@Test
	void whenCalleeFailsThenBothSpansAreErrors() {
		try (Pair pair = connect(this.here, this.there)) {
			pair.handle(FIRST, (context, argument) -> {
				context.started("started");
				throw new IllegalStateException("out of flour");
			});
			assertThatThrownBy(() -> pair.portal.context(FIRST).run(CallerContext::result))
				.hasMessageContaining("out of flour");
			Duet.eventually(() -> assertThat(this.here.span(SpanKind.CLIENT).getStatus().getStatusCode())
				.isEqualTo(StatusCode.ERROR));
			Duet.eventually(() -> assertThat(this.there.span(SpanKind.SERVER).getStatus().getStatusCode())
				.isEqualTo(StatusCode.ERROR));
		}
	}

	@Test
	void whenCallerCancelsThenTheSpansSayWhoAndWhyAndAreNoErrors() throws Exception {
		try (Pair pair = connect(this.here, this.there)) {
			pair.handle(FIRST, (context, argument) -> {
				context.started("started");
				return ObservationTests.Ending.never();
			});
			pair.portal.context(FIRST).run((context) -> {
				context.cancel("lunch");
				return null;
			});
			for (SpanData span : List.of(this.here.spanOf(SpanKind.CLIENT), this.there.spanOf(SpanKind.SERVER))) {
				assertThat(span.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
				assertThat(span.getEvents()).extracting(EventData::getName)
					.containsExactly("started", "cancelled: by the caller, lunch");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nonsense", "00-", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
			"00-00000000000000000000000000000000-0000000000000000-01",
			"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bZ-01", "\u0000\n\uD800" })
	void whenTraceparentIsMalformedThenTheContextRunsInATraceOfItsOwn(String malformed) throws Exception {
		try (Pair pair = connect(this.here, this.there)) {
			pair.handle(FIRST, (context, argument) -> {
				context.started("started");
				return "done";
			});
			assertThat(pair.portal.context(FIRST)
				.header("traceparent", malformed)
				.header("tracestate", malformed)
				.<String, Exception>run(CallerContext::result)).isEqualTo("done");
			assertThat(this.there.spanOf(SpanKind.SERVER).getParentSpanId()).isEqualTo(SpanId.getInvalid());
		}
	}

	@Test
	void whenApplicationSetsTheHeaderItselfThenThatIsSent() throws Exception {
		try (Pair pair = connect(this.here, this.there)) {
			pair.handle(FIRST, (context, argument) -> {
				context.started("started");
				return "done";
			});
			pair.portal.context(FIRST)
				.header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
				.run(CallerContext::result);
			SpanData callee = this.there.spanOf(SpanKind.SERVER);
			assertThat(callee.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
			assertThat(callee.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
		}
	}

	/**
	 * An application with a tracer of its own.
	 */
	private static final class Application {

		private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

		private final ObservationRegistry registry = ObservationRegistry.create();

		private final OtelTracer tracer;

		private final Node node;

		Application(String name) {
			ContextPropagators propagators = ContextPropagators.create(W3CTraceContextPropagator.getInstance());
			OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
				.setTracerProvider(
						SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(this.exporter)).build())
				.setPropagators(propagators)
				.build();
			Tracer spans = sdk.getTracer(name);
			this.tracer = new OtelTracer(spans, new OtelCurrentTraceContext(), (event) -> {
			});
			OtelPropagator propagator = new OtelPropagator(propagators, spans);
			this.registry.observationConfig()
				.observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
						new PropagatingSenderTracingObservationHandler<>(this.tracer, propagator),
						new PropagatingReceiverTracingObservationHandler<>(this.tracer, propagator),
						new DefaultTracingObservationHandler(this.tracer)));
			this.node = ObservationTests.node(name, new MicrometerContextObserver(this.registry));
		}

		String currentSpanId() {
			Span span = this.tracer.currentSpan();
			return (span != null) ? span.context().spanId() : null;
		}

		SpanData span(SpanKind kind) {
			List<SpanData> spans = this.exporter.getFinishedSpanItems()
				.stream()
				.filter((each) -> each.getKind() == kind)
				.toList();
			assertThat(spans).hasSize(1);
			return spans.get(0);
		}

		SpanData spanOf(SpanKind kind) {
			Duet.eventually(() -> span(kind));
			return span(kind);
		}

	}

}
