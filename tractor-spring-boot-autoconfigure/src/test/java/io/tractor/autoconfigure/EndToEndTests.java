package io.tractor.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.rsocket.exceptions.ApplicationErrorException;
import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextHandle;
import io.tractor.ContextListener;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.MsgTypeException;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.stereotype.Controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Contexts between two applications, over Boot's own server.
 */
@Timeout(120)
class EndToEndTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp", "websocket" })
	@DisplayName("O1 M1 R1 a context from end to end over Boot's server, and a message of almost 1 MiB each way")
	void contextFromEndToEnd(String transport) {
		ConfigurableApplicationContext server = this.applications.start(List.of("spring.application.name=server",
				"spring.rsocket.server.port=0", "spring.rsocket.server.transport=" + transport), Echo.class);
		echo(this.applications.startClient(server).getBean(Portals.class).get("there"), 1_000_000);
	}

	@Test
	@DisplayName("M17 where RSocket is mapped into WebFlux, a message above its frame limit fails at send")
	void whenMappedIntoWebFluxThenMessagesAreLimited() {
		ConfigurableApplicationContext server = this.applications.startWeb(List.of("spring.application.name=server",
				"spring.rsocket.server.mapping-path=/contexts", "spring.rsocket.server.transport=websocket"),
				Echo.class);
		String uri = "ws://localhost:" + server.getEnvironment().getProperty("local.server.port") + "/contexts";
		Portal portal = this.applications
			.start(List.of("spring.application.name=client", "tractor.portals.there.uri=" + uri))
			.getBean(Portals.class)
			.get("there");
		portal.context(Echo.TYPE).argument(new Echo.Greeting("world")).run((context) -> {
			try (MsgStream<Echo.Greeting, Echo.Greeting> stream = context.openStream()) {
				assertThatExceptionOfType(MsgTypeException.class)
					.isThrownBy(() -> stream.send(new Echo.Greeting("x".repeat(65_000))))
					.withMessageContaining("64512");
			}
			return null;
		});
		echo(portal, 64_000);
	}

	private static void echo(Portal portal, int size) {
		List<String> echoed = new ArrayList<>();
		List<String> seen = portal.context(Echo.TYPE).argument(new Echo.Greeting("world")).run((context) -> {
			assertThat(context.started().text()).isEqualTo("Hello world");
			assertThat(context.peer().application()).isEqualTo("server");
			try (MsgStream<Echo.Greeting, Echo.Greeting> stream = context.openStream()) {
				for (int i = 0; i < 10; i++) {
					stream.send(new Echo.Greeting("m" + i));
					echoed.add(stream.receive().text());
				}
				stream.send(new Echo.Greeting("x".repeat(size)));
				echoed.add(stream.receive().text());
			}
			return context.result();
		});
		assertThat(seen).hasSize(11).isEqualTo(echoed);
	}

	@Test
	@DisplayName("O14 @MessageMapping routes work beside contexts, and a plain client on a context route is told what to do")
	void whenPlainClientThenOrdinaryRoutesWorkAndContextRoutesExplain() {
		ConfigurableApplicationContext server = this.applications.startServer(Echo.class, Ordinary.class);
		RSocketRequester requester = RSocketRequester.builder()
			.rsocketStrategies(server.getBean(RSocketStrategies.class))
			.tcp("localhost", server.getEnvironment().getProperty("local.rsocket.server.port", Integer.class, 0));
		assertThat(requester.route("upper").data("abc").retrieveMono(String.class).block(TIMEOUT)).isEqualTo("ABC");
		assertThat(requester.route("upper.all")
			.data(Flux.just("a", "b"), String.class)
			.retrieveFlux(String.class)
			.collectList()
			.block(TIMEOUT)).containsExactly("A", "B");
		for (Flux<String> response : List.of(requester.route("echo").data("abc").retrieveMono(String.class).flux(),
				requester.route("echo").data("abc").retrieveFlux(String.class),
				requester.route("echo").data(Flux.just("a"), String.class).retrieveFlux(String.class))) {
			assertThatExceptionOfType(ApplicationErrorException.class).isThrownBy(() -> response.blockLast(TIMEOUT))
				.withMessageContaining("Route 'echo'")
				.withMessageContaining("@ActorContext handler")
				.withMessageContaining("open a context on it with a tractor portal");
		}
		requester.dispose();
	}

	@Test
	@DisplayName("O14 a portal to a server without tractor is refused, and says so")
	void whenServerHasNoTractorThenNotSupported() {
		ConfigurableApplicationContext server = this.applications.start(
				List.of("spring.rsocket.server.port=0",
						"spring.autoconfigure.exclude=" + TestApplications.SECURITY + "," + TestApplications.TRACTOR),
				Ordinary.class);
		Portal portal = this.applications.startClient(server).getBean(Portals.class).get("there");
		assertThatExceptionOfType(ContextRejectedException.class)
			.isThrownBy(() -> portal.context(Echo.TYPE).argument(new Echo.Greeting("world")).open())
			.withMessageContaining("Does it have the tractor starter")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.NOT_SUPPORTED));
	}

	@Test
	@DisplayName("T9 V2 what openStream says beats the route, the annotation and the application, and origins can be asked")
	void settingsHaveTheirOrderAndOrigins() {
		ConfigurableApplicationContext server = this.applications.start(
				List.of("spring.rsocket.server.port=0", "tractor.stream.msg-buffer-size=16",
						"tractor.routes.[routed].msg-buffer-size=8", "tractor.routes.[called].msg-buffer-size=8"),
				Settings.class);
		Portals portals = this.applications.start(List.of("tractor.portals.there.uri=" + TestApplications.uri(server),
				"tractor.routes.[routed].backpressure=false"))
			.getBean(Portals.class);
		assertThat(settings(portals, "plain")).containsExactly("16 APPLICATION true DEFAULT",
				"64 DEFAULT true DEFAULT");
		assertThat(settings(portals, "annotated")).containsExactly("32 ANNOTATION false ANNOTATION",
				"64 DEFAULT true DEFAULT");
		assertThat(settings(portals, "routed")).containsExactly("8 ROUTE false ANNOTATION", "64 DEFAULT false ROUTE");
		assertThat(settings(portals, "called")).containsExactly("4 CALL false ANNOTATION", "64 DEFAULT true DEFAULT");
		try (ContextHandle<Void, Void, Void, String> handle = portals.get("there")
			.context(Settings.type("plain"))
			.open()) {
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> handle.openStream((options) -> options.msgBufferSize(0)))
				.withMessageContaining("at least 1 message");
		}
	}

	@Test
	@DisplayName("T9 V22 a dropping policy comes from properties, the annotation or the call, on either side, and drops")
	void overflowComesFromAnyPlaceAndDrops() {
		ConfigurableApplicationContext server = this.applications.start(List.of("spring.rsocket.server.port=0",
				"tractor.stream.msg-buffer-size=4", "tractor.routes.[routed].overflow=drop-oldest"), Dropping.class,
				Reports.class);
		ConfigurableApplicationContext client = this.applications
			.start(List.of("tractor.portals.there.uri=" + TestApplications.uri(server),
					"tractor.stream.overflow=drop-latest", "tractor.stream.msg-buffer-size=4"), Reports.class);
		Portal portal = client.getBean(Portals.class).get("there");
		assertThat(send(portal, "routed")).isEqualTo("DROP_OLDEST ROUTE [96, 97, 98, 99]");
		assertThat(send(portal, "annotated")).isEqualTo("DROP_LATEST ANNOTATION [0, 1, 2, 3]");
		assertThat(send(portal, "called")).isEqualTo("DROP_OLDEST CALL [96, 97, 98, 99]");
		assertThat(receive(portal, client.getBean(Reports.class))).isEqualTo("DROP_LATEST APPLICATION [0, 1, 2, 3]");
	}

	/**
	 * Send 100 messages to a callee that takes none before all have come.
	 */
	private static String send(Portal portal, String route) {
		return portal.context(Dropping.type(route)).run((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				// the callee's stream is open
				stream.receive();
				for (int i = 0; i < 100; i++) {
					stream.send(i);
				}
			}
			return context.result();
		});
	}

	/**
	 * Take the messages of a callee that sends 100, when all have come.
	 */
	private static String receive(Portal portal, Reports reports) {
		List<String> received = new ArrayList<>();
		Outcome<String> outcome = portal.context(Dropping.type("burst")).runForOutcome((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				stream.send(100);
				received.add(Dropping.take(stream, reports));
			}
			return null;
		});
		assertThat(outcome).isInstanceOf(Outcome.Completed.class);
		assertThat(outcome.ledger().toCaller()).isEqualTo(new Ledger.Direction(100, 4, 96, 0, 0));
		assertThat(outcome.overruns()).extracting(OverrunReport::describe)
			.singleElement(InstanceOfAssertFactories.STRING)
			.contains("messages 4 to 99", "drop-latest", "'burst'", "caller");
		return received.get(0);
	}

	@Test
	@DisplayName("V22 openStream refuses backpressure with a dropping policy, and the stream can still be opened")
	void whenCallContradictsItselfThenItIsRefused() {
		ConfigurableApplicationContext server = this.applications.startServer(Settings.class);
		Portal portal = this.applications.startClient(server).getBean(Portals.class).get("there");
		portal.context(Settings.type("plain")).run((context) -> {
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> context
					.openStream((options) -> options.overflow(BufferOverflowStrategy.DROP_OLDEST).backpressure(true)))
				.withMessageContaining("DROP_OLDEST with backpressure")
				.withMessageContaining("set backpressure to false");
			try (MsgStream<Void, Void> stream = context
				.openStream((options) -> options.overflow(BufferOverflowStrategy.DROP_OLDEST))) {
				assertThat(Settings.describe(stream.settings())).endsWith("false CALL");
				assertThat(stream.settings().overflow()).isEqualTo(BufferOverflowStrategy.DROP_OLDEST);
				assertThat(stream.settings().overflowOrigin()).isEqualTo(StreamSettings.Origin.CALL);
			}
			return null;
		});
	}

	private static List<String> settings(Portals portals, String route) {
		return portals.get("there").context(Settings.type(route)).run((context) -> {
			try (MsgStream<Void, Void> stream = context.openStream()) {
				return List.of(context.result(), Settings.describe(stream.settings()));
			}
		});
	}

	@Test
	@DisplayName("O8 L1 when no handler thread is free, the opening is refused as busy, with the property to raise")
	void whenNoThreadIsFreeThenBusy() {
		ConfigurableApplicationContext server = this.applications.start(
				List.of("spring.application.name=server", "spring.rsocket.server.port=0",
						"tractor.handler.threads=platform", "tractor.handler.max-threads=1"),
				Echo.class, Listener.class);
		Portal portal = this.applications.startClient(server).getBean(Portals.class).get("there");
		try (ContextHandle<?, ?, ?, ?> first = portal.context(Echo.TYPE).argument(new Echo.Greeting("1")).open()) {
			assertThat(first.peer().application()).isEqualTo("server");
			assertThatExceptionOfType(ContextRejectedException.class)
				.isThrownBy(() -> portal.context(Echo.TYPE).argument(new Echo.Greeting("2")).open())
				.withMessageContaining("tractor.handler.max-threads")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.BUSY))
				.satisfies((ex) -> assertThat(ex.retryable()).isTrue());
		}
		Listener listener = server.getBean(Listener.class);
		await().untilAsserted(() -> assertThat(listener.ended).hasSize(2));
		assertThat(listener.peers).contains("client");
	}

	@Controller
	static class Ordinary {

		@MessageMapping("upper")
		String upper(String text) {
			return text.toUpperCase(Locale.ROOT);
		}

		@MessageMapping("upper.all")
		Flux<String> upperAll(Flux<String> texts) {
			return texts.map(this::upper);
		}

	}

	static class Settings {

		static ContextType<Void, Void, Void, Void, String> type(String route) {
			return new ContextType<>(route) {
			};
		}

		static String describe(StreamSettings settings) {
			return settings.msgBufferSize() + " " + settings.msgBufferSizeOrigin() + " " + settings.backpressure() + " "
					+ settings.backpressureOrigin();
		}

		@ActorContext("plain")
		String plain(CalleeContext<Void, Void, Void> context) {
			context.started(null);
			return describe(context.openStream().settings());
		}

		@ActorContext(value = "annotated", backpressure = "false", msgBufferSize = "32")
		String annotated(CalleeContext<Void, Void, Void> context) {
			return plain(context);
		}

		@ActorContext(value = "routed", backpressure = "false", msgBufferSize = "32")
		String routed(CalleeContext<Void, Void, Void> context) {
			return plain(context);
		}

		@ActorContext(value = "called", backpressure = "false", msgBufferSize = "32")
		String called(CalleeContext<Void, Void, Void> context) {
			context.started(null);
			return describe(context.openStream((options) -> options.msgBufferSize(4)).settings());
		}

	}

	static class Dropping {

		private final Reports reports;

		Dropping(Reports reports) {
			this.reports = reports;
		}

		static ContextType<Void, Void, Integer, Integer, String> type(String route) {
			return new ContextType<>(route) {
			};
		}

		static String take(MsgStream<Integer, Integer> stream, Reports reports) throws InterruptedException {
			reports.awaitFinal();
			List<Integer> received = new ArrayList<>();
			stream.forEach(received::add);
			return stream.settings().overflow() + " " + stream.settings().overflowOrigin() + " " + received;
		}

		@ActorContext("routed")
		String routed(CalleeContext<Void, Integer, Integer> context) throws InterruptedException {
			context.started(null);
			return take(context.openStream());
		}

		@ActorContext(value = "annotated", overflow = "${annotated:Drop-Latest}")
		String annotated(CalleeContext<Void, Integer, Integer> context) throws InterruptedException {
			return routed(context);
		}

		@ActorContext(value = "called", backpressure = "true")
		String called(CalleeContext<Void, Integer, Integer> context) throws InterruptedException {
			context.started(null);
			return take(context.openStream((options) -> options.overflow(BufferOverflowStrategy.DROP_OLDEST)));
		}

		private String take(MsgStream<Integer, Integer> stream) throws InterruptedException {
			this.reports.finals.clear();
			stream.send(0);
			return take(stream, this.reports);
		}

		@ActorContext("burst")
		void burst(CalleeContext<Void, Integer, Integer> context) {
			context.started(null);
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				int count = stream.receive();
				for (int i = 0; i < count; i++) {
					stream.send(i);
				}
				stream.endSend();
				// until the caller leaves
				assertThat(stream).isEmpty();
			}
		}

	}

	/**
	 * What this application was told of messages that it dropped.
	 */
	static class Reports implements ContextListener {

		private final BlockingQueue<OverrunReport> finals = new LinkedBlockingQueue<>();

		@Override
		public void overrun(TaskContext context, OverrunReport report) {
			if (!report.provisional() && report.receiver() == context.side()) {
				this.finals.add(report);
			}
		}

		void awaitFinal() throws InterruptedException {
			assertThat(this.finals.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
		}

	}

	/**
	 * A listener that needs what tells it.
	 */
	static class Listener implements ContextListener {

		private final List<Outcome<?>> ended = new CopyOnWriteArrayList<>();

		private final List<String> peers = new CopyOnWriteArrayList<>();

		Listener(Portals portals) {
			assertThat(portals.names()).isEmpty();
		}

		@Override
		public void ended(TaskContext context, Outcome<?> outcome) {
			this.peers.add(context.peer().application());
			this.ended.add(outcome);
		}

	}

}
