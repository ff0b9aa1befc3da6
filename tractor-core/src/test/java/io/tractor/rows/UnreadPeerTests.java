package io.tractor.rows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javax.net.ssl.KeyManagerFactory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.rsocket.DuplexConnection;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.plugins.DuplexConnectionInterceptor;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.ContextHandle;
import io.tractor.ContextProtocolException;
import io.tractor.ContextType;
import io.tractor.EndOfStreamException;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;
import reactor.netty.tcp.TcpSslContextSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Peers that do not read what they make this side send, or never finish what they send.
 */
@Timeout(120)
class UnreadPeerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final int LARGE = 100_000;

	private static final ContextType<String, String, String, String, String> ECHO = new ContextType<>("echo") {
	};

	private static final ContextType<String, String, String, String, String> FLOOD = new ContextType<>("flood") {
	};

	private static final ContextType<String, byte[], Void, Void, byte[]> LARGE_STARTED = new ContextType<>(
			"large.started") {
	};

	private static final ContextType<String, Void, Void, Void, byte[]> LARGE_RESULT = new ContextType<>(
			"large.result") {
	};

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.tractor.rsocket.ConnectionGuard");

	private final AtomicLong handedOver = new AtomicLong();

	private final AtomicLong received = new AtomicLong();

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.addAppender(this.log);
		this.logger.setLevel(Level.WARN);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("L3 a peer that lets openings be refused, and reads no refusal, is cut off; other peers are not disturbed")
	void whenRefusalsAreNotReadThenCutOff(Link link) {
		whenAnswersAreNotReadThenCutOff(link, (peer) -> peer.open("unknown".repeat(30)));
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("L3 a peer that opens and cancels contexts, and reads nothing, is cut off")
	void whenContextsComeAndGoUnreadThenCutOff(Link link) {
		whenAnswersAreNotReadThenCutOff(link, (peer) -> peer.cancel(peer.open("echo")));
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("L3 a peer that asks for signs of life, and reads none, is cut off")
	void whenKeepAlivesAreNotReadThenCutOff(Link link) {
		whenAnswersAreNotReadThenCutOff(link, (peer) -> peer.keepAlive(true, 1000));
	}

	private void whenAnswersAreNotReadThenCutOff(Link link, Consumer<RawPeer> question) {
		try (Pair pair = pair(link, new ConnectionLimits(8, 1_000_000, 64 * 1024, 1 << 20, Duration.ofSeconds(20),
				Duration.ofSeconds(90)))) {
			MsgStream<String, String> sibling = sibling(pair);
			RawPeer peer = new RawPeer(pair.client()).setup();
			Waits.until(() -> pair.there.endpoint.connected().size() == 2);
			long before = this.received.get();
			for (int i = 0; this.log.list.isEmpty(); i++) {
				question.accept(peer);
				awaitReceived(before, i);
			}
			assertThat(this.log.list.get(0).getFormattedMessage()).startsWith("Closing the connection to ")
				.contains("65536 bytes of answers unread")
				.contains("tractor.limits.max-unread");
			Waits.until(() -> pair.there.endpoint.connected().size() == 1);
			Waits.until(() -> pair.there.endpoint.openContexts() == 1);
			assertThat(this.log.list).hasSize(1);
			sibling.send("still there?");
			assertThat(sibling.receive()).isEqualTo("still there?");
			peer.close();
		}
	}

	private void awaitReceived(long before, int frames) {
		if (frames % 100 == 0) {
			Waits.until(() -> this.received.get() - before > frames || !this.log.list.isEmpty());
		}
		assertThat(frames).as("frames until the peer is cut off").isLessThan(100_000);
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = "TCP")
	@DisplayName("L3 a peer that never reads, but sends signs of life, is cut off, and its contexts end by a transport error")
	void whenPeerNeverReadsThenCutOff(Link link) {
		Duration lifeTime = Duration.ofSeconds(3);
		CountDownLatch over = new CountDownLatch(1);
		try (Pair pair = pair(link,
				new ConnectionLimits(8, 1000, 1 << 20, 1 << 20, Duration.ofMillis(300), lifeTime))) {
			MsgStream<String, String> sibling = sibling(pair);
			RawPeer peer = new RawPeer(pair.client()).setup();
			peer.open("flood");
			CompletableFuture<Void> alive = Waits.inThread(() -> {
				while (!over.await(100, TimeUnit.MILLISECONDS)) {
					peer.keepAlive(true, 0);
				}
				return null;
			});
			Waits.until(() -> pair.there.outcomes.size() == 1);
			over.countDown();
			assertThat(alive).succeedsWithin(PATIENCE);
			assertThat(pair.there.outcomes.get(0)).isInstanceOfSatisfying(Outcome.Failed.class,
					(failed) -> assertThat(failed.error()).isInstanceOf(TransportClosedException.class));
			assertThat(this.log.list.get(0).getFormattedMessage()).contains("has not answered a keep-alive for");
			Waits.until(() -> pair.there.endpoint.connected().size() == 1);
			sibling.send("still there?");
			assertThat(sibling.receive()).isEqualTo("still there?");
			peer.close();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L3 what contexts have to say waits in them while the peer does not read, however many they are, and arrives when it does")
	void whenPeerDoesNotReadThenValuesWait(Link link) {
		int maxUnread = 4 * LARGE;
		try (Pair pair = pair(link,
				new ConnectionLimits(40, 1000, maxUnread, 1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(90)))) {
			for (ContextType<?, ?, ?, ?, ?> type : List.of(LARGE_STARTED, LARGE_RESULT)) {
				this.handedOver.set(0);
				int started = pair.there.started.size();
				RawPeer peer = new RawPeer(pair.client()).setup();
				List<Integer> streams = new ArrayList<>();
				for (int i = 0; i < 40; i++) {
					streams.add(peer.open(type.route()));
				}
				Waits.until(() -> pair.there.started.size() == started + 40);
				assertThat(this.handedOver.get()).isLessThan(maxUnread + 2 * LARGE);
				peer.reading();
				byte kind = (type == LARGE_STARTED) ? RawPeer.STARTED : 0x06;
				streams.forEach((stream) -> assertThat(peer.envelope(stream, kind)).hasSizeGreaterThan(LARGE));
				peer.close();
			}
			assertThat(this.log.list).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("L3 a peer that sends fragments without their ends is cut off, on one stream or on many; other peers are not disturbed")
	void whenFragmentsNeverEndThenCutOff(Link link) {
		for (boolean many : new boolean[] { false, true }) {
			this.log.list.clear();
			try (Pair pair = pair(link,
					new ConnectionLimits(8, 1000, 1 << 20, 1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(90)))) {
				MsgStream<String, String> sibling = sibling(pair);
				RawPeer peer = new RawPeer(pair.client()).setup().reading();
				int pacer = peer.open("echo");
				int context = peer.open("echo");
				peer.envelope(pacer, RawPeer.STARTED);
				peer.envelope(context, RawPeer.STARTED);
				for (int i = 0; this.log.list.isEmpty(); i++) {
					peer.fragment(many ? peer.nextStream() + 2 * i : context, many ? "echo" : null, 10_000);
					if (i % 20 == 0) {
						int echoes = peer.envelopes(pacer).size();
						peer.envelope(pacer, "02 68 69");
						Waits.until(() -> peer.envelopes(pacer).size() > echoes || !this.log.list.isEmpty());
					}
				}
				assertThat(this.log.list.get(0).getFormattedMessage()).contains("1048576 bytes of fragments")
					.contains("tractor.limits.max-unfinished-fragments");
				Waits.until(() -> pair.there.endpoint.connected().size() == 1);
				Waits.until(() -> pair.there.outcomes.size() == 2);
				sibling.send("still there?");
				assertThat(sibling.receive()).isEqualTo("still there?");
				peer.close();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L3 fragments that do end are not counted for ever")
	void whenFragmentsEndThenNothingIsCounted(Link link) {
		try (Pair pair = pair(link,
				new ConnectionLimits(8, 1000, 1 << 20, 64 * 1024, Duration.ofSeconds(20), Duration.ofSeconds(90)),
				(builder) -> builder.connector((connector) -> connector.fragment(64)))) {
			MsgStream<String, String> sibling = sibling(pair);
			for (int i = 0; i < 10; i++) {
				String message = "x".repeat(10_000);
				sibling.send(message);
				assertThat(sibling.receive()).isEqualTo(message);
			}
			assertThat(this.log.list).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L1 L3 a message above the limit that a server sends in fragments ends that context; one above what fragments may take closes the connection")
	void whenServersFragmentsAreTooManyThenContextOrConnectionEnds(Link link) {
		AtomicBoolean hostile = new AtomicBoolean(true);
		Node here = new Node("here", BufferLimits.DEFAULT, Duration.ofMillis(100));
		Link.Server server = link.start(SocketAcceptor.with(new RSocket() {

			@Override
			public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
				Flux.from(payloads).subscribe(Payload::release, (error) -> {
				});
				byte[] huge = new byte[20 << 20];
				huge[0] = 0x02;
				Payload started = ByteBufPayload
					.create(ByteBufUtil.decodeHexDump("01 01 01 61 01 62 40 80 20 80 08 00 00".replace(" ", "")));
				Payload answer = ByteBufPayload
					.create(hostile.get() ? huge : new byte[] { 0x06, 0, 0, 0, 1, 'h', 'i' });
				return Flux.just(started, answer).concatWith(Flux.never());
			}

		}), (rsocketServer) -> rsocketServer.fragment(64 * 1024));
		try (RSocketPortal portal = new PortalBuilder("eve", here.endpoint).build(server.client().get())) {
			portal.connect().block(PATIENCE);
			assertThatExceptionOfType(ContextProtocolException.class).isThrownBy(() -> receive(portal))
				.withMessageContaining("a message of 20971519 bytes is above the limit");
			assertThat(portal.isConnected()).isTrue();
			hostile.set(false);
			assertThat(receive(portal)).isEqualTo("hi");
		}
		hostile.set(true);
		here.endpoint
			.setLimits(new ConnectionLimits(8, 1000, 1 << 20, 1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(90)));
		try (RSocketPortal portal = new PortalBuilder("eve", here.endpoint).build(server.client().get())) {
			assertThatExceptionOfType(TransportClosedException.class).isThrownBy(() -> receive(portal))
				.withMessageContaining("1048576 bytes of fragments");
			Waits.until(() -> !portal.isConnected());
			hostile.set(false);
			assertThat(receive(portal)).isEqualTo("hi");
			Waits.until(() -> here.endpoint.openContexts() == 0);
		}
		finally {
			server.closeable().dispose();
			here.close();
		}
	}

	private static String receive(RSocketPortal portal) {
		return portal.context(ECHO).run((ctx) -> {
			try (MsgStream<String, String> stream = ctx.openStream()) {
				return stream.receive();
			}
			catch (EndOfStreamException ex) {
				return ctx.result();
			}
		});
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("D6 a connection that is closed from here is closed, even if the peer reads nothing of it")
	void whenPeerDoesNotReadThenConnectionClosesAllTheSame(Link link) {
		try (Pair pair = pair(link, ConnectionLimits.DEFAULT)) {
			RawPeer peer = RawPeer.narrow(link, pair).setup();
			peer.open("flood");
			Waits.until(() -> pair.there.started.size() == 1);
			pair.accepted.get(0).dispose();
			Waits.until(() -> pair.there.endpoint.connected().isEmpty() && pair.there.endpoint.openContexts() == 0);
			peer.close();
		}
	}

	@Test
	@DisplayName("L3 over TLS, too, contexts wait with what they have to say while the peer does not read, and a peer that lets openings be refused is cut off")
	void whenPeerDoesNotReadOverTlsThenSame(@TempDir Path directory) throws Exception {
		int maxUnread = 2 * LARGE;
		Node there = new Node("there", BufferLimits.DEFAULT, PATIENCE);
		there.endpoint.setLimits(new ConnectionLimits(100, 1_000_000, maxUnread, 1 << 20, Duration.ofSeconds(20),
				Duration.ofSeconds(90)));
		there.handle(LARGE_RESULT, (context, argument) -> new byte[LARGE]);
		TcpSslContextSpec certified = TcpSslContextSpec.forServer(keys(directory));
		CloseableChannel server = RSocketServer.create(Pair.acceptor(there))
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.interceptors((registry) -> registry.forConnection(there.endpoint.guard())
				.forConnection((type, connection) -> (type == DuplexConnectionInterceptor.Type.SOURCE)
						? new Meter(connection) : connection))
			.bind(TcpServerTransport
				.create(Link.narrow(TcpServer.create()).secure((spec) -> spec.sslContext(certified))))
			.block(PATIENCE);
		TcpSslContextSpec trusting = TcpSslContextSpec.forClient()
			.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE));
		TcpClientTransport client = TcpClientTransport.create(TcpClient.create()
			.host("127.0.0.1")
			.port(server.address().getPort())
			.secure((spec) -> spec.sslContext(trusting)));
		try {
			RawPeer slow = new RawPeer(client).setup();
			List<Integer> streams = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				streams.add(slow.open(LARGE_RESULT.route()));
			}
			Waits.until(() -> there.started.size() == 10);
			assertThat(this.handedOver.get()).isLessThan(maxUnread + 2 * LARGE);
			RawPeer deaf = new RawPeer(client).setup();
			Waits.until(() -> there.endpoint.connected().size() == 2);
			long before = this.received.get();
			for (int i = 0; this.log.list.isEmpty(); i++) {
				deaf.open("unknown".repeat(30));
				awaitReceived(before, i);
			}
			assertThat(this.log.list.get(0).getFormattedMessage()).contains(maxUnread + " bytes of answers unread");
			Waits.until(() -> there.endpoint.connected().size() == 1);
			slow.reading();
			streams.forEach((stream) -> assertThat(slow.envelope(stream, (byte) 0x06)).hasSizeGreaterThan(LARGE));
			slow.close();
			deaf.close();
		}
		finally {
			server.dispose();
			there.close();
		}
	}

	/**
	 * Make a key and a certificate that it has signed itself.
	 */
	private static KeyManagerFactory keys(Path directory) throws Exception {
		Path file = directory.resolve("keys.p12");
		String password = "changeit";
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=localhost", "-validity", "2",
				"-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", password)
			.redirectErrorStream(true)
			.start();
		String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(keytool.waitFor()).as(said).isZero();
		KeyStore store = KeyStore.getInstance(file.toFile(), password.toCharArray());
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(store, password.toCharArray());
		return keys;
	}

	private Pair pair(Link link, ConnectionLimits limits) {
		return pair(link, limits, UnaryOperator.identity());
	}

	private Pair pair(Link link, ConnectionLimits limits, UnaryOperator<PortalBuilder> customizer) {
		Node there = new Node("there", BufferLimits.DEFAULT, PATIENCE);
		there.endpoint.setLimits(limits);
		Pair pair = new Pair(link, new Node("here", BufferLimits.DEFAULT, PATIENCE), there, customizer,
				(server) -> server.interceptors((registry) -> registry
					.forConnection((type, connection) -> (type == DuplexConnectionInterceptor.Type.SOURCE)
							? new Meter(connection) : connection)));
		pair.handle(ECHO, (context, argument) -> {
			context.started("started");
			try (MsgStream<String, String> stream = context.openStream()) {
				for (String message : stream) {
					stream.send(message);
				}
			}
			return "done";
		});
		pair.handle(FLOOD, (context, argument) -> {
			context.started("started");
			try (MsgStream<String, String> stream = context.openStream()) {
				while (true) {
					stream.send("x".repeat(LARGE));
				}
			}
		});
		pair.handle(LARGE_STARTED, (context, argument) -> {
			context.started(new byte[LARGE]);
			return new byte[0];
		});
		pair.handle(LARGE_RESULT, (context, argument) -> new byte[LARGE]);
		return pair;
	}

	/**
	 * Return the stream of a context of another peer.
	 */
	private static MsgStream<String, String> sibling(Pair pair) {
		ContextHandle<String, String, String, String> handle = pair.portal.context(ECHO).open();
		return handle.openStream();
	}

	/**
	 * Counts the bytes that are handed over to the transport, and the frames that come.
	 */
	private final class Meter extends ForwardingConnection {

		Meter(DuplexConnection source) {
			super(source);
		}

		@Override
		public void sendFrame(int streamId, ByteBuf frame) {
			UnreadPeerTests.this.handedOver.addAndGet(frame.readableBytes());
			super.sendFrame(streamId, frame);
		}

		@Override
		public Flux<ByteBuf> receive() {
			return super.receive().doOnNext((frame) -> UnreadPeerTests.this.received.incrementAndGet());
		}

	}

}
