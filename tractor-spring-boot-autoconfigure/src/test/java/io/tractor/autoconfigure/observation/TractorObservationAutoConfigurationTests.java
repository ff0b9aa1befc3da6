package io.tractor.autoconfigure.observation;

import java.util.List;
import java.util.Locale;

import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.tractor.ActorContext;
import io.tractor.CallerContext;
import io.tractor.ContextType;
import io.tractor.Portals;
import io.tractor.autoconfigure.TestApplications;
import io.tractor.observation.CallerObservationContext;
import io.tractor.observation.DefaultCallerObservationConvention;
import io.tractor.observation.MicrometerContextObserver;
import io.tractor.task.ContextObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The observations of real contexts, with Boot's registry.
 */
@Timeout(120)
class TractorObservationAutoConfigurationTests {

	private static final ContextType<String, Void, Void, Void, String> SHOUT = new ContextType<>("shout.{how}") {
	};

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	void whenTwoApplicationsTraceThenAContextIsOneTrace() {
		ConfigurableApplicationContext server = this.applications.startServer(Shouter.class, Tracing.class);
		ConfigurableApplicationContext client = this.applications.startClient(server, Tracing.class);
		shout(client);
		await().untilAsserted(() -> {
			assertThat(spans(server)).hasSize(1);
			assertThat(spans(client)).hasSize(1);
		});
		SpanData caller = spans(client).get(0);
		SpanData callee = spans(server).get(0);
		assertThat(callee.getTraceId()).isEqualTo(caller.getTraceId());
		assertThat(callee.getParentSpanId()).isEqualTo(caller.getSpanId());
		assertThat(caller.getName()).isEqualTo("context shout.{how}");
		assertThat(callee.getName()).isEqualTo("context shout.{how}");
	}

	@Test
	void whenThereIsAConventionThenItCounts() {
		ConfigurableApplicationContext server = this.applications.startServer(Shouter.class);
		ConfigurableApplicationContext client = this.applications.startClient(server, Tracing.class, Convention.class);
		shout(client);
		await().untilAsserted(() -> assertThat(spans(client)).singleElement()
			.satisfies((span) -> assertThat(span.getName()).isEqualTo("mine")));
	}

	@Test
	void whenTractorIsNotToBeObservedThenItIsNot() {
		ConfigurableApplicationContext server = this.applications.startServer(Shouter.class, Tracing.class);
		ConfigurableApplicationContext client = this.applications
			.start(List.of("management.observations.enable.tractor=false",
					"tractor.portals.there.uri=" + TestApplications.uri(server)), Tracing.class);
		shout(client);
		await().untilAsserted(() -> assertThat(spans(server)).hasSize(1));
		assertThat(spans(client)).isEmpty();
	}

	@Test
	void whenThereIsNoRegistryThenThereIsNoObserver() {
		ConfigurableApplicationContext server = this.applications.startServer(Shouter.class);
		assertThat(server.getBeanProvider(ContextObserver.class).stream()).isEmpty();
		shout(this.applications.startClient(server));
	}

	@Test
	void whenThereIsAnotherObserverThenItCounts() {
		ConfigurableApplicationContext server = this.applications.startServer(Shouter.class, Tracing.class,
				Observer.class);
		assertThat(server.getBeanProvider(MicrometerContextObserver.class).stream()).isEmpty();
		shout(this.applications.startClient(server));
		assertThat(spans(server)).isEmpty();
	}

	private static void shout(ConfigurableApplicationContext client) {
		String answer = client.getBean(Portals.class)
			.get("there")
			.context(SHOUT)
			.variables("loud")
			.argument("hello")
			.run(CallerContext::result);
		assertThat(answer).isEqualTo("HELLO");
	}

	private static List<SpanData> spans(ConfigurableApplicationContext application) {
		return application.getBean(InMemorySpanExporter.class).getFinishedSpanItems();
	}

	static class Shouter {

		@ActorContext("shout.{how}")
		String shout(String text) {
			return text.toUpperCase(Locale.ROOT);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ObservationAutoConfiguration.class)
	static class Tracing {

		@Bean
		InMemorySpanExporter spanExporter() {
			return InMemorySpanExporter.create();
		}

		@Bean
		ObservationHandler<?> tracingHandler(InMemorySpanExporter exporter) {
			ContextPropagators propagators = ContextPropagators.create(W3CTraceContextPropagator.getInstance());
			Tracer spans = SdkTracerProvider.builder()
				.addSpanProcessor(SimpleSpanProcessor.create(exporter))
				.build()
				.get("test");
			OtelTracer tracer = new OtelTracer(spans, new OtelCurrentTraceContext(), (event) -> {
			});
			OtelPropagator propagator = new OtelPropagator(propagators, spans);
			return new ObservationHandler.FirstMatchingCompositeObservationHandler(
					new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
					new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
					new DefaultTracingObservationHandler(tracer));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Convention {

		@Bean
		DefaultCallerObservationConvention callerConvention() {
			return new DefaultCallerObservationConvention() {

				@Override
				public String getContextualName(CallerObservationContext context) {
					return "mine";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observer {

		@Bean
		ContextObserver contextObserver() {
			return ContextObserver.NONE;
		}

	}

}
