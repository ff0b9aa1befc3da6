package io.tractor.autoconfigure.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import io.tractor.autoconfigure.TestApplications;
import io.tractor.observation.MeterContextListener;
import io.tractor.task.LiveContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.actuate.endpoint.MetricsEndpoint;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The meters of real contexts.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class MetricsTests {

	private static final ContextType<Void, Void, Integer, Integer, Void> DEAF = new ContextType<>("deaf") {
	};

	private static final ContextType<Void, Void, Integer, Integer, Void> ECHO = new ContextType<>("echo") {
	};

	private static final ContextType<Void, Void, Integer, Integer, Void> DROPPING = new ContextType<>("dropping") {
	};

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	@DisplayName("V17 the overruns of a known route answer 0 before the first, and are counted on both sides after it")
	void overrunsAreZeroAndThenCounted() {
		ConfigurableApplicationContext server = this.applications.start(
				List.of("spring.rsocket.server.port=0", "tractor.stream.msg-buffer-size=2"), Handlers.class,
				Registry.class);
		assertThat(overruns(server, "side:callee")).isZero();
		assertThat(overruns(server, "route:deaf", "reason:never-opened")).isZero();
		assertThat(overruns(server, "route:echo", "reason:slow-consumer")).isZero();
		ConfigurableApplicationContext client = this.applications.startClient(server, Registry.class);
		client.getBean(MeterContextListener.class).register("deaf", Side.CALLER);
		assertThat(overruns(client, "route:deaf", "side:caller")).isZero();
		assertThatExceptionOfType(StreamOverrunException.class)
			.isThrownBy(() -> overrun(client.getBean(Portals.class).get("there")));
		await().untilAsserted(() -> {
			assertThat(overruns(server, "route:deaf", "side:callee", "receiver:callee", "reason:never-opened"))
				.isEqualTo(1);
			assertThat(overruns(client, "route:deaf", "side:caller", "receiver:callee", "reason:never-opened"))
				.isEqualTo(1);
			assertThat(ended(server, "cancelled")).isEqualTo(1);
			assertThat(ended(client, "failed")).isEqualTo(1);
		});
		assertThat(overruns(server)).isEqualTo(1);
		assertThat(overruns(client)).isEqualTo(1);
	}

	@Test
	@DisplayName("V17 V22 dropped messages and their episodes are counted on both sides, and are 0 before")
	void droppedMessagesAreCounted() {
		ConfigurableApplicationContext server = this.applications.start(List.of("spring.rsocket.server.port=0",
				"tractor.stream.msg-buffer-size=2", "tractor.routes.[dropping].overflow=drop-oldest"), Handlers.class,
				Registry.class);
		assertThat(value(server, "tractor.stream.messages.dropped", "route:dropping", "receiver:callee")).isZero();
		ConfigurableApplicationContext client = this.applications.startClient(server, Registry.class);
		client.getBean(Portals.class).get("there").context(DROPPING).run((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				stream.receive();
				for (int i = 0; i < 10; i++) {
					stream.send(i);
				}
				stream.endSend();
				await().untilAsserted(() -> {
					assertThat(value(server, "tractor.stream.messages.dropped", "side:callee", "receiver:callee"))
						.isEqualTo(8);
					assertThat(value(client, "tractor.stream.messages.dropped", "side:caller", "receiver:callee"))
						.isEqualTo(8);
					assertThat(overruns(server, "route:dropping", "reason:slow-consumer", "receiver:callee"))
						.isEqualTo(1);
					assertThat(overruns(client, "route:dropping", "reason:slow-consumer", "receiver:callee"))
						.isEqualTo(1);
				});
			}
			server.getBean(Handlers.class).dropped.countDown();
			return null;
		});
		assertThat(value(server, "tractor.stream.messages.dropped")).isEqualTo(8);
		assertThat(overruns(server)).isEqualTo(1);
		assertThat(overruns(client)).isEqualTo(1);
	}

	@Test
	void messagesAndContextsAreCounted() {
		ConfigurableApplicationContext server = this.applications.startServer(Handlers.class, Registry.class);
		ConfigurableApplicationContext client = this.applications.startClient(server, Registry.class);
		client.getBean(Portals.class).get("there").context(ECHO).run((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				for (int i = 0; i < 5; i++) {
					stream.send(i);
					stream.receive();
				}
				for (ConfigurableApplicationContext application : List.of(server, client)) {
					assertThat(value(application, "tractor.contexts.active")).isEqualTo(1);
					assertThat(value(application, "tractor.stream.messages.sent")).isEqualTo(5);
					assertThat(value(application, "tractor.stream.messages.received")).isEqualTo(5);
				}
			}
			return null;
		});
		await().untilAsserted(() -> {
			for (ConfigurableApplicationContext application : List.of(server, client)) {
				assertThat(value(application, "tractor.contexts.active")).isZero();
				assertThat(value(application, "tractor.stream.messages.sent")).isEqualTo(5);
				assertThat(ended(application, "completed")).isEqualTo(1);
			}
		});
	}

	@Test
	void whenThereIsNoMeterRegistryThenNoMeters() {
		ConfigurableApplicationContext server = this.applications.start(List.of("spring.rsocket.server.port=0",
				"spring.autoconfigure.exclude=" + TestApplications.SECURITY + ","
						+ CompositeMeterRegistryAutoConfiguration.class.getName() + ","
						+ SimpleMetricsExportAutoConfiguration.class.getName()),
				Handlers.class);
		assertThat(server.getBeanProvider(MeterRegistry.class).stream()).isEmpty();
		assertThat(server.getBeanProvider(MeterContextListener.class).stream()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("V4 with management.metrics.enable.tractor=false there is no meter, and an overrun ends the sender as ever")
	void whenMetersAreDisabledThenThereAreNoneAndContextsAreAsEver(boolean enabled, CapturedOutput output) {
		List<String> properties = List.of("spring.rsocket.server.port=0", "tractor.stream.msg-buffer-size=2",
				"management.metrics.enable.tractor=" + enabled);
		ConfigurableApplicationContext server = this.applications.start(properties, Handlers.class, BootMetrics.class);
		List<String> clientProperties = new ArrayList<>(properties);
		clientProperties.add("tractor.portals.there.uri=" + TestApplications.uri(server));
		ConfigurableApplicationContext client = this.applications.start(clientProperties, BootMetrics.class);
		Portal portal = client.getBean(Portals.class).get("there");
		assertThatExceptionOfType(StreamOverrunException.class).isThrownBy(() -> overrun(portal));
		portal.context(ECHO).run((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				stream.send(1);
				return stream.receive();
			}
		});
		for (ConfigurableApplicationContext application : List.of(server, client)) {
			MeterRegistry registry = application.getBean(MeterRegistry.class);
			if (enabled) {
				await().untilAsserted(() -> assertThat(tractorMeters(registry))
					.contains("tractor.stream.overruns", "tractor.connections")
					.containsAnyOf("tractor.caller", "tractor.callee"));
			}
			else {
				LiveContexts live = application.getBean(LiveContexts.class);
				await().untilAsserted(() -> assertThat(live.all()).isEmpty());
				assertThat(tractorMeters(registry)).isEmpty();
			}
		}
		assertThat(output).doesNotContain(" ERROR ");
	}

	private static Set<String> tractorMeters(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map((meter) -> meter.getId().getName())
			.filter((name) -> name.startsWith("tractor"))
			.collect(Collectors.toSet());
	}

	private static Integer overrun(Portal portal) {
		return portal.context(DEAF).run((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				for (int i = 0; i < 3; i++) {
					stream.send(i);
				}
				return stream.receive();
			}
		});
	}

	private static double overruns(ConfigurableApplicationContext application, String... tags) {
		return value(application, "tractor.stream.overruns", tags);
	}

	private static double ended(ConfigurableApplicationContext application, String outcome) {
		return value(application, "tractor.contexts.ended", "outcome:" + outcome);
	}

	private static double value(ConfigurableApplicationContext application, String name, String... tags) {
		MetricsEndpoint.MetricDescriptor metric = new MetricsEndpoint(application.getBean(MeterRegistry.class))
			.metric(name, List.of(tags));
		assertThat(metric).as(name + List.of(tags)).isNotNull();
		return metric.getMeasurements().get(0).getValue();
	}

	static class Handlers {

		private final CountDownLatch dropped = new CountDownLatch(1);

		@ActorContext("deaf")
		void deaf(CalleeContext<Void, Integer, Integer> context) throws InterruptedException {
			context.started(null);
			new CountDownLatch(1).await();
		}

		@ActorContext("dropping")
		void dropping(CalleeContext<Void, Integer, Integer> context) throws InterruptedException {
			context.started(null);
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				stream.send(0);
				this.dropped.await();
			}
		}

		@ActorContext("echo")
		void echo(CalleeContext<Void, Integer, Integer> context) {
			context.started(null);
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				for (Integer number : stream) {
					stream.send(number);
				}
			}
		}

	}

	/**
	 * Boot's registry, with its filters, and its timers of observations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
			SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class })
	static class BootMetrics {

	}

	@Configuration(proxyBeanMethods = false)
	static class Registry {

		@Bean
		SimpleMeterRegistry simpleMeterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
