package io.tractor.autoconfigure.actuate;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.rsocket.transport.netty.client.TcpClientTransport;
import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Side;
import io.tractor.TaskContext;
import io.tractor.autoconfigure.TestApplications;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TractorEndpoint} over HTTP, with WebFlux and with servlets, and over
 * JMX, in an application that is its own peer.
 */
@Timeout(120)
class TractorEndpointWebTests {

	private static final ContextType<String, String, String, String, Void> KEEPER = new ContextType<>("keeper") {
	};

	private static final String NO_SECURITY = "spring.autoconfigure.exclude=" + String.join(",",
			TestApplications.SECURITY, SecurityAutoConfiguration.class.getName(),
			ReactiveWebSecurityAutoConfiguration.class.getName(),
			ReactiveManagementWebSecurityAutoConfiguration.class.getName(),
			ServletWebSecurityAutoConfiguration.class.getName(), SecurityFilterAutoConfiguration.class.getName(),
			ManagementWebSecurityAutoConfiguration.class.getName());

	private final TestApplications applications = new TestApplications();

	private final List<RSocketPortal> portals = new ArrayList<>();

	@AfterEach
	void stop() {
		this.portals.forEach(RSocketPortal::close);
		this.applications.close();
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
		List<String> all = new ArrayList<>(List.of(NO_SECURITY, "spring.application.name=self",
				"spring.rsocket.server.port=0", "management.endpoints.web.exposure.include=tractor",
				"management.endpoints.web.base-path=/actuator", "tractor.portals.elsewhere.uri=tcp://localhost:1",
				"tractor.stream.msg-buffer-size=16"));
		all.addAll(Arrays.asList(properties));
		return this.applications.startWeb(type, all, Keeper.class, Ends.class);
	}

	private ContextHandle<String, String, String, Void> open(ConfigurableApplicationContext application) {
		RSocketPortal portal = new PortalBuilder("self", application.getBean(ContextEndpoint.class))
			.build(TcpClientTransport.create("localhost",
					application.getEnvironment().getProperty("local.rsocket.server.port", Integer.class, 0)));
		this.portals.add(portal);
		return portal.context(KEEPER).argument("secret-argument").open();
	}

	private static WebTestClient client(ConfigurableApplicationContext application) {
		return WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + application.getEnvironment().getProperty("local.server.port")
					+ "/actuator/tractor")
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(-1))
			.build();
	}

	private static String get(WebTestClient client, String uri, Object... variables) {
		byte[] body = client.get()
			.uri(uri, variables)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult()
			.getResponseBody();
		return (body != null) ? new String(body, StandardCharsets.UTF_8) : "";
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	@DisplayName("T9 V24 the endpoint shows handlers with the origins of their settings, portals, and both sides of a context, but nothing that was sent")
	void everythingIsShownButWhatWasSent(WebApplicationType type) {
		ConfigurableApplicationContext application = start(type);
		WebTestClient client = client(application);
		try (ContextHandle<String, String, String, Void> handle = open(application)) {
			MsgStream<String, String> stream = handle.openStream();
			assertThat(stream.receive()).isEqualTo("secret-to-caller");
			stream.send("secret-to-callee");
			await().untilAsserted(() -> client.get()
				.uri("/{id}", handle.id())
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.sides[1].receiving.buffered")
				.isEqualTo(1));
			client.get()
				.uri("")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.connections")
				.isEqualTo(2)
				.jsonPath("$.handlers[0].route")
				.isEqualTo("keeper")
				.jsonPath("$.handlers[0].kind")
				.isEqualTo("blocking")
				.jsonPath("$.handlers[0].handledBy")
				.value(String.class, (by) -> assertThat(by).contains("Keeper#keep"))
				.jsonPath("$.handlers[0].types.argument")
				.isEqualTo("java.lang.String")
				.jsonPath("$.handlers[0].types.result")
				.doesNotExist()
				.jsonPath("$.handlers[0].settings.msgBufferSize.value")
				.isEqualTo(16)
				.jsonPath("$.handlers[0].settings.msgBufferSize.origin")
				.isEqualTo("application")
				.jsonPath("$.handlers[0].settings.overflow.value")
				.isEqualTo("drop-oldest")
				.jsonPath("$.handlers[0].settings.overflow.origin")
				.isEqualTo("annotation")
				.jsonPath("$.portals[0].name")
				.isEqualTo("elsewhere")
				.jsonPath("$.portals[0].uri")
				.isEqualTo("tcp://localhost:1")
				.jsonPath("$.portals[0].state")
				.isEqualTo("idle")
				.jsonPath("$.contexts.total")
				.isEqualTo(2)
				.jsonPath("$.contexts.contexts[0].id")
				.isEqualTo(handle.id())
				.jsonPath("$.contexts.contexts[0].since")
				.value(String.class, (since) -> assertThat(since).matches("\\d{4}-\\d{2}-\\d{2}T.*Z"))
				.jsonPath("$.contexts.contexts[0].age")
				.value(String.class, (age) -> assertThat(age).startsWith("PT"))
				.jsonPath("$.bufferAdvice[0].route")
				.isEqualTo("keeper");
			client.get()
				.uri("/{id}", handle.id())
				.exchange()
				.expectBody()
				.jsonPath("$.sides[0].side")
				.isEqualTo("caller")
				.jsonPath("$.sides[1].side")
				.isEqualTo("callee")
				.jsonPath("$.sides[1].state")
				.isEqualTo("started")
				.jsonPath("$.sides[0].sending.sent")
				.isEqualTo(1);
			assertThat(get(client, "") + get(client, "/{id}", handle.id())).doesNotContain("secret");
			handle.cancel();
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void contextsAreFilteredByParameters(WebApplicationType type) {
		ConfigurableApplicationContext application = start(type);
		WebTestClient client = client(application);
		try (ContextHandle<String, String, String, Void> handle = open(application)) {
			client.get()
				.uri("?route={route}&side=callee&state=started&stalled=false&sort=fill&limit=5", "keep*")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.contexts.matching")
				.isEqualTo(1)
				.jsonPath("$.contexts.limit")
				.isEqualTo(5)
				.jsonPath("$.contexts.contexts[0].side")
				.isEqualTo("callee");
			for (String wrong : List.of("?limit=-1", "?limit=many", "?side=both", "?sort=colour", "?offset=-1")) {
				client.get().uri(wrong).exchange().expectStatus().isBadRequest().expectBody();
			}
			handle.cancel();
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	@DisplayName("X3 X9 an operator's cancellation ends both tasks, says that an operator did it and why; no such context is 404")
	void operatorCancels(WebApplicationType type) throws InterruptedException {
		ConfigurableApplicationContext application = start(type);
		WebTestClient client = client(application);
		ContextHandle<String, String, String, Void> handle = open(application);
		client.delete()
			.uri("/{id}?reason={reason}", handle.id(), "it takes too long")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.id")
			.isEqualTo(handle.id());
		assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(handle::result)
			.withMessageContaining("operator")
			.withMessageContaining("it takes too long");
		Ends ends = application.getBean(Ends.class);
		for (int i = 0; i < 2; i++) {
			Outcome<?> outcome = ends.outcomes.poll(60, TimeUnit.SECONDS);
			assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
			ContextCancelledException cancellation = ((Outcome.Cancelled<?>) outcome).cancellation();
			assertThat(cancellation.by()).isEqualTo(Side.CALLER);
			assertThat(cancellation.reason()).isEqualTo("an operator cancelled it: it takes too long");
		}
		await().untilAsserted(
				() -> client.get().uri("/{id}", handle.id()).exchange().expectStatus().isNotFound().expectBody());
		client.delete().uri("/{id}", handle.id()).exchange().expectStatus().isNotFound().expectBody();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void whenAccessIsReadOnlyThenNothingIsCancelled(WebApplicationType type) {
		ConfigurableApplicationContext application = start(type, "management.endpoint.tractor.access=read-only");
		WebTestClient client = client(application);
		try (ContextHandle<String, String, String, Void> handle = open(application)) {
			client.delete()
				.uri("/{id}", handle.id())
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.METHOD_NOT_ALLOWED)
				.expectBody();
			client.get()
				.uri("/{id}", handle.id())
				.exchange()
				.expectBody()
				.jsonPath("$.sides[0].state")
				.isEqualTo("started");
			handle.cancel();
		}
	}

	@Test
	void jmxHasTheSame() throws Exception {
		ConfigurableApplicationContext application = start(WebApplicationType.REACTIVE, "spring.jmx.enabled=true",
				"spring.jmx.unique-names=true", "management.endpoints.jmx.exposure.include=tractor");
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		ObjectName name = server
			.queryNames(new ObjectName("org.springframework.boot:type=Endpoint,name=Tractor,*"), null)
			.iterator()
			.next();
		try (ContextHandle<String, String, String, Void> handle = open(application)) {
			Object all = server.invoke(name, "tractor", new Object[7], new String[7]);
			assertThat(all).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsKeys("handlers", "portals", "contexts", "bufferAdvice");
			Object cancelled = server.invoke(name, "cancel", new Object[] { handle.id(), "by JMX" }, new String[2]);
			assertThat(cancelled).isInstanceOf(Map.class);
			assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(handle::result)
				.withMessageContaining("by JMX");
			assertThat(server.invoke(name, "context", new Object[] { "nothing" }, new String[1])).isNull();
		}
	}

	static class Keeper {

		@ActorContext(value = "keeper", overflow = "drop-oldest")
		void keep(CalleeContext<String, String, String> context, String argument) throws InterruptedException {
			context.started("secret-started");
			try (MsgStream<String, String> stream = context.openStream()) {
				stream.send("secret-to-caller");
				new CountDownLatch(1).await();
			}
		}

	}

	static class Ends implements ContextListener {

		private final BlockingQueue<Outcome<?>> outcomes = new LinkedBlockingQueue<>();

		@Override
		public void ended(TaskContext context, Outcome<?> outcome) {
			this.outcomes.add(outcome);
		}

	}

}
