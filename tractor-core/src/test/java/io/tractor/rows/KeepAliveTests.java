package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.tractor.ContextHandle;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Peers that vanish without a word.
 */
@Timeout(120)
class KeepAliveTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration INTERVAL = Duration.ofMillis(300);

	private static final Duration LIFE_TIME = Duration.ofSeconds(3);

	private static final ContextType<String, String, String, String, String> ECHO = new ContextType<>("echo") {
	};

	@ParameterizedTest
	@EnumSource(value = Link.class, names = "TCP")
	@DisplayName("D2 a server that vanishes is noticed within the keep-alive time of the portal, by contexts of either direction")
	void whenServerVanishesThenClientNotices(Link link) throws Exception {
		try (Pair pair = pair(link, ConnectionLimits.DEFAULT);
				SilentProxy proxy = new SilentProxy(pair.port());
				RSocketPortal portal = portal(link, pair, proxy, INTERVAL, LIFE_TIME)) {
			MsgStream<String, String> stream = open(portal);
			MsgStream<String, String> back = pair.there.endpoint.connected()
				.iterator()
				.next()
				.context(ECHO)
				.open()
				.openStream();
			back.send("hello");
			assertThat(back.receive()).isEqualTo("hello");
			long begun = System.nanoTime();
			proxy.silence();
			assertThatExceptionOfType(TransportClosedException.class).isThrownBy(stream::receive)
				.withMessageContaining("keep-alive");
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(LIFE_TIME.minus(INTERVAL));
			Waits.until(() -> pair.here.outcomes.size() == 2);
			assertLost(pair.here);
			Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.here.endpoint.connected().isEmpty());
		}
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("D2 a client that vanishes is noticed within the keep-alive time of the server, even if it asked for a day")
	void whenClientVanishesThenServerNotices(Link link) throws Exception {
		try (Pair pair = pair(link, limits(INTERVAL, LIFE_TIME));
				SilentProxy proxy = new SilentProxy(pair.port());
				RSocketPortal portal = portal(link, pair, proxy, Duration.ofHours(12), Duration.ofDays(1))) {
			open(portal);
			long begun = System.nanoTime();
			proxy.silence();
			Waits.until(() -> pair.there.outcomes.size() == 1);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(LIFE_TIME.minus(INTERVAL));
			assertLost(pair.there);
			Waits.until(() -> pair.there.endpoint.openContexts() == 0 && pair.there.endpoint.connected().isEmpty());
			assertThat(pair.here.outcomes).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D2 a client that asks for no keep-alive, or for one without end, is asked by the server all the same, and stays while it answers")
	void whenClientWantsNoKeepAliveThenServerAsks(Link link) {
		Duration interval = Duration.ofMillis(20);
		for (Duration asked : List.of(Duration.ZERO, Duration.ofMillis(Integer.MAX_VALUE))) {
			try (Pair pair = pair(link, limits(interval, LIFE_TIME));
					RawPeer peer = new RawPeer(pair.client()).setup(asked, asked).reading()) {
				Waits.until(() -> peer.keepAlives.get() > 20);
				int stream = peer.open("echo");
				peer.envelope(stream, RawPeer.STARTED);
				assertThat(pair.there.endpoint.connected()).hasSize(1);
			}
		}
	}

	private static void assertLost(Node node) {
		assertThat(node.outcomes)
			.allSatisfy((outcome) -> assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class,
					(failed) -> assertThat(failed.error()).isInstanceOf(TransportClosedException.class)));
	}

	private static MsgStream<String, String> open(RSocketPortal portal) {
		ContextHandle<String, String, String, String> handle = portal.context(ECHO).open();
		MsgStream<String, String> stream = handle.openStream();
		stream.send("hello");
		assertThat(stream.receive()).isEqualTo("hello");
		return stream;
	}

	private static ConnectionLimits limits(Duration interval, Duration lifeTime) {
		ConnectionLimits limits = ConnectionLimits.DEFAULT;
		return new ConnectionLimits(limits.maxContexts(), limits.openingsPerSecond(), limits.maxUnread(),
				limits.maxUnfinishedFragments(), interval, lifeTime);
	}

	private static Pair pair(Link link, ConnectionLimits limits) {
		Node there = new Node("there", BufferLimits.DEFAULT, Duration.ofMillis(100));
		there.endpoint.setLimits(limits);
		Pair pair = new Pair(link, new Node("here", BufferLimits.DEFAULT, Duration.ofMillis(100)), there,
				UnaryOperator.identity());
		Handler<String, String, String, String, String> echo = (context, argument) -> {
			context.started("started");
			try (MsgStream<String, String> stream = context.openStream()) {
				for (String message : stream) {
					stream.send(message);
				}
			}
			return "done";
		};
		pair.here.handle(ECHO, echo);
		pair.there.handle(ECHO, echo);
		return pair;
	}

	private static RSocketPortal portal(Link link, Pair pair, SilentProxy proxy, Duration interval, Duration lifeTime) {
		ClientTransport transport = (link == Link.TCP) ? TcpClientTransport.create("127.0.0.1", proxy.port())
				: WebsocketClientTransport.create("127.0.0.1", proxy.port());
		RSocketPortal portal = new PortalBuilder("proxied", pair.here.endpoint).keepAlive(interval, lifeTime)
			.build(transport);
		portal.connect().block(PATIENCE);
		Waits.until(() -> pair.there.endpoint.connected().size() == 1);
		return portal;
	}

}
