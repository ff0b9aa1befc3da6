package io.tractor.autoconfigure.portal;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.rsocket.core.Resume;
import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.TransportClosedException;
import io.tractor.autoconfigure.Echo;
import io.tractor.autoconfigure.FailureAnalyses;
import io.tractor.autoconfigure.TestApplications;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.RSocketPortal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.annotation.ConnectMapping;
import org.springframework.stereotype.Controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Portals that are configured, and portals to connected peers.
 */
@Timeout(120)
class PortalsTests {

	private static final ContextType<Void, String, Void, Void, String> WHO = new ContextType<>("who") {
	};

	@TempDir
	private Path directory;

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	void portalsAreFoundByNameAndAreBeans() {
		ConfigurableApplicationContext server = this.applications.startServer(Who.class);
		ConfigurableApplicationContext client = this.applications.startClient(server, Client.class);
		Portals portals = client.getBean(Portals.class);
		assertThat(portals.names()).containsExactly("there");
		assertThat(client.getBean("therePortal")).isSameAs(portals.get("there"));
		assertThat(client.getBean(Client.class).there).isSameAs(portals.get("there"));
		assertThatIllegalArgumentException().isThrownBy(() -> portals.get("elsewhere"))
			.withMessageContaining("[there]")
			.withMessageContaining("tractor.portals.elsewhere.uri");
		assertThatIllegalArgumentException().isThrownBy(() -> portals.of(mock(RSocketRequester.class)));
	}

	@Test
	void whenUserHasPortalsThenOursBackOff() {
		Portals own = mock(Portals.class);
		OwnPortals.portals = own;
		ConfigurableApplicationContext application = this.applications.start(List.of(), OwnPortals.class);
		assertThat(application.getBean(Portals.class)).isSameAs(own);
	}

	@Test
	@DisplayName("O10 a portal without a server fails with a transport error that names the property")
	void whenThereIsNoServerThenFails() {
		Portal portal = this.applications.start(List.of("tractor.portals.nowhere.uri=tcp://localhost:1"))
			.getBean(Portals.class)
			.get("nowhere");
		assertThatExceptionOfType(TransportClosedException.class).isThrownBy(() -> portal.context(WHO).open())
			.withMessageContaining("refused")
			.withMessageContaining("tractor.portals.nowhere.uri");
	}

	@Test
	@DisplayName("O10 a portal that reconnects waits for the server no longer than its open-timeout, and says why")
	void whenServerStaysAwayThenFailsAfterOpenTimeout() {
		Portal portal = this.applications
			.start(List.of("tractor.portals.nowhere.uri=tcp://localhost:1", "tractor.portals.nowhere.open-timeout=2s",
					"tractor.portals.nowhere.reconnect.enabled=true"))
			.getBean(Portals.class)
			.get("nowhere");
		assertThatExceptionOfType(TransportClosedException.class).isThrownBy(() -> portal.context(WHO).open())
			.withMessageContaining("refused")
			.withMessageContaining("PT2S");
	}

	@Test
	@DisplayName("O9 a portal's deadline is that of its contexts whose call does not say")
	void whenPortalHasDeadlineThenContextsHaveIt() {
		ConfigurableApplicationContext server = this.applications.startServer(Who.class);
		Portal portal = this.applications
			.start(List.of("tractor.portals.there.uri=" + TestApplications.uri(server),
					"tractor.portals.there.deadline=1h"))
			.getBean(Portals.class)
			.get("there");
		portal.context(WHO).run((context) -> {
			assertThat(context.remainingTime().orElseThrow()).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
			return context.result();
		});
	}

	@Test
	void whenApplicationStopsThenPortalNoLongerLooksForItsServer() {
		ConfigurableApplicationContext application = this.applications.start(List
			.of("tractor.portals.nowhere.uri=tcp://localhost:1", "tractor.portals.nowhere.reconnect.enabled=true"));
		RSocketPortal portal = (RSocketPortal) application.getBean(Portals.class).get("nowhere");
		CompletableFuture<Void> connecting = portal.connect().toFuture();
		application.close();
		assertThat(connecting).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.havingRootCause()
			.withMessageContaining("Portal 'nowhere' is closed");
	}

	@Test
	@DisplayName("D4 a portal connects again for the next opening after its server was away")
	void whenServerComesBackThenNextOpeningConnects() {
		ConfigurableApplicationContext server = this.applications.startServer(Who.class);
		String port = server.getEnvironment().getProperty("local.rsocket.server.port");
		Portal portal = this.applications
			.start(List.of("tractor.portals.there.uri=tcp://localhost:" + port,
					"tractor.portals.there.reconnect.enabled=true", "tractor.portals.there.reconnect.min-backoff=10ms"))
			.getBean(Portals.class)
			.get("there");
		assertThat(who(portal)).startsWith("server/");
		server.close();
		await().until(() -> !((RSocketPortal) portal).isConnected());
		this.applications.start(List.of("spring.application.name=again", "spring.rsocket.server.port=" + port),
				Who.class);
		assertThat(who(portal)).startsWith("again/");
	}

	@Test
	@DisplayName("O12 a server opens contexts on a client that connected to it, by its requester and by the registry")
	void whenClientConnectsThenServerOpensContextsOnIt() {
		ConfigurableApplicationContext server = this.applications.startServer(Connections.class);
		this.applications.start(List.of("spring.application.name=client", "tractor.portals.there.connect=eager",
				"tractor.portals.there.uri=" + TestApplications.uri(server)), Who.class, Ordinary.class);
		Connections connections = server.getBean(Connections.class);
		Portals portals = server.getBean(Portals.class);
		await().until(() -> connections.requesters.size() == 1 && portals.connected().size() == 1);
		assertThat(who(portals.connected().iterator().next())).startsWith("client/");
		RSocketRequester requester = connections.requesters.get(0);
		assertThat(who(portals.of(requester))).startsWith("client/");
		assertThat(requester.route("ordinary").data("x").retrieveMono(String.class).block(Duration.ofSeconds(20)))
			.isEqualTo("ordinary x");
	}

	@Test
	@DisplayName("O13 an application opens a context on itself, and its @ConnectMapping is told of the client alone")
	void whenPortalLeadsBackThenContextOnItself() throws IOException {
		int port = freePort();
		ConfigurableApplicationContext application = this.applications.start(
				List.of("spring.application.name=self", "tractor.instance-id=1", "spring.rsocket.server.port=" + port,
						"tractor.portals.self.uri=tcp://localhost:" + port, "tractor.portals.self.connect=eager"),
				Who.class, Connections.class);
		Portals portals = application.getBean(Portals.class);
		assertThat(who(portals.get("self"))).isEqualTo("self/1");
		assertThat(application.getBean(Connections.class).requesters).hasSize(1);
		assertThat(portals.connected()).hasSize(2);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@Test
	void whenCustomizerSetsResumeThenRefused() {
		ConfigurableApplicationContext server = this.applications.startServer(Who.class);
		Portal portal = this.applications.startClient(server, WithResume.class).getBean(Portals.class).get("there");
		assertThatExceptionOfType(TransportClosedException.class).isThrownBy(() -> portal.context(WHO).open())
			.withMessageContaining("RSocket resume")
			.withMessageContaining("'there'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp", "websocket" })
	@DisplayName("L4 a portal speaks TLS with an SSL bundle")
	void whenServerHasTlsThenPortalUsesBundle(String transport) throws Exception {
		String store = keyStore();
		ConfigurableApplicationContext server = this.applications.start(List.of("spring.application.name=secure",
				"spring.rsocket.server.port=0", "spring.rsocket.server.transport=" + transport,
				"spring.rsocket.server.ssl.bundle=server", "spring.ssl.bundle.jks.server.keystore.location=" + store,
				"spring.ssl.bundle.jks.server.keystore.password=changeit"), Who.class);
		String uri = ("tcp".equals(transport) ? "tcps" : "wss") + "://localhost:"
				+ server.getEnvironment().getProperty("local.rsocket.server.port");
		ConfigurableApplicationContext client = this.applications.start(List.of("tractor.portals.there.uri=" + uri,
				"tractor.portals.there.ssl.bundle=client", "tractor.portals.distrusting.uri=" + uri,
				"spring.ssl.bundle.jks.client.truststore.location=" + store,
				"spring.ssl.bundle.jks.client.truststore.password=changeit"));
		assertThat(who(client.getBean(Portals.class).get("there"))).startsWith("secure/");
		assertThatExceptionOfType(TransportClosedException.class)
			.isThrownBy(() -> client.getBean(Portals.class).get("distrusting").context(WHO).open());
	}

	@Test
	void whenBundleIsUnknownThenFails() {
		Throwable failure = catchThrowable(() -> this.applications.start(
				List.of("tractor.portals.there.uri=tcps://localhost:1", "tractor.portals.there.ssl.bundle=unknown")));
		FailureAnalysis analysis = FailureAnalyses.analyze(failure);
		assertThat(analysis.getDescription()).contains("tractor.portals.there.ssl.bundle").contains("unknown");
		assertThat(analysis.getAction()).contains("spring.ssl.bundle");
	}

	@Test
	@DisplayName("D5 when the application stops, its contexts end, and its portals are closed")
	void whenApplicationStopsThenPortalsAreClosed() {
		ConfigurableApplicationContext server = this.applications.startServer(Echo.class);
		ConfigurableApplicationContext client = this.applications.startClient(server);
		Portal portal = client.getBean(Portals.class).get("there");
		ContextHandle<Echo.Greeting, Echo.Greeting, Echo.Greeting, List<String>> handle = portal.context(Echo.TYPE)
			.argument(new Echo.Greeting("world"))
			.open();
		MsgStream<Echo.Greeting, Echo.Greeting> stream = handle.openStream();
		client.close();
		assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(stream::receive)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("shutdown"));
		assertThatExceptionOfType(ContextRejectedException.class)
			.isThrownBy(() -> portal.context(Echo.TYPE).argument(new Echo.Greeting("again")).open())
			.withMessageContaining("this application is shutting down");
		handle.close();
	}

	private static String who(Portal portal) {
		return portal.context(WHO).run((context) -> context.result());
	}

	private String keyStore() throws IOException, InterruptedException {
		Path store = this.directory.resolve("store.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost",
				"-validity", "2", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "changeit")
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return store.toUri().toString();
	}

	static class Who {

		private final ContextEndpoint endpoint;

		Who(ContextEndpoint endpoint) {
			this.endpoint = endpoint;
		}

		@ActorContext("who")
		String who(CalleeContext<String, Void, Void> context) {
			context.started("started");
			return this.endpoint.self().toString();
		}

	}

	static class Client {

		private final Portal there;

		Client(@Qualifier("there") Portal there) {
			this.there = there;
		}

	}

	@Controller
	static class Connections {

		private final List<RSocketRequester> requesters = new CopyOnWriteArrayList<>();

		@ConnectMapping
		void connected(RSocketRequester requester) {
			this.requesters.add(requester);
		}

	}

	@Controller
	static class Ordinary {

		@MessageMapping("ordinary")
		String ordinary(String text) {
			return "ordinary " + text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPortals {

		private static Portals portals;

		@Bean
		Portals ownPortals() {
			return portals;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithResume {

		@Bean
		PortalCustomizer resume() {
			return (name, builder) -> builder.connector((connector) -> connector.resume(new Resume()));
		}

	}

}
