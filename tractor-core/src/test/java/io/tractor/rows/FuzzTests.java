package io.tractor.rows;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.RequestNFrameCodec;
import io.tractor.ContextHandle;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.engine.Envelopes;
import io.tractor.engine.Envelopes.Cancellation;
import io.tractor.engine.Envelopes.Counts;
import io.tractor.engine.Envelopes.Grant;
import io.tractor.wire.EnvelopeWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Anything at any time, from a client, on connections of the real transports.
 */
@Timeout(120)
class FuzzTests {

	private static final int CONTEXTS = 200;

	private static final List<BufferOverflowStrategy> POLICIES = List.of(BufferOverflowStrategy.ERROR,
			BufferOverflowStrategy.DROP_LATEST, BufferOverflowStrategy.DROP_OLDEST);

	private static final ContextType<String, String, String, String, String> ECHO = new ContextType<>("echo") {
	};

	/**
	 * RSocket and its transport log each connection that is none.
	 */
	private static final List<Logger> NOISE = List.of(logger("io.rsocket"), logger("reactor"));

	private static Logger logger(String name) {
		return (Logger) LoggerFactory.getLogger(name);
	}

	@BeforeAll
	static void keepQuiet() {
		NOISE.forEach((logger) -> logger.setLevel(Level.OFF));
	}

	@AfterAll
	static void speakAgain() {
		NOISE.forEach((logger) -> logger.setLevel(null));
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L2 whatever arrives on contexts' channels, valid, mutated or random, in any order and at any time, or as their first frame, ends at most these contexts")
	void whenAnythingArrivesThenSiblingsLiveOn(Link link) {
		long seed = System.nanoTime();
		try (Pair pair = pair(link); RawPeer peer = new RawPeer(pair.client()).setup().reading()) {
			Random random = new Random(seed);
			int sibling = peer.open("echo");
			peer.envelope(sibling, RawPeer.STARTED);
			List<Integer> streams = new ArrayList<>();
			for (int i = 0; i < CONTEXTS; i++) {
				streams.add(open(peer, random));
				for (int j = random.nextInt(20); j > 0; j--) {
					int stream = streams.get(random.nextInt(streams.size()));
					frame(peer, stream, random);
				}
				if (i % 30 == 0) {
					echo(peer, sibling, String.valueOf(i));
				}
			}
			streams.forEach(peer::cancel);
			echo(peer, sibling, "last");
			Waits.until(() -> pair.there.endpoint.openContexts() == 1);
			assertThat(pair.there.endpoint.connected()).as("seed " + seed).hasSize(1);
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("seed " + seed, ex);
		}
	}

	private static void echo(RawPeer peer, int stream, String text) {
		byte[] message = ("\u0002" + text).getBytes(StandardCharsets.UTF_8);
		peer.envelope(stream, message);
		Waits.until(() -> peer.envelopes(stream)
			.stream()
			.anyMatch((envelope) -> new String(envelope, StandardCharsets.UTF_8).contains(text)));
	}

	private static int open(RawPeer peer, Random random) {
		byte[] metadata = RawPeer.metadata((random.nextInt(5) > 0) ? "echo" : "unknown", UUID.randomUUID().toString());
		byte[] data = new byte[random.nextInt(30)];
		random.nextBytes(data);
		return switch (random.nextInt(4)) {
			case 0 -> peer.open(flipped(metadata, random), data);
			case 1 -> peer.open(garbage(random), data);
			default -> peer.open(metadata, data);
		};
	}

	/**
	 * Send a frame that RSocket takes for one, with anything in it.
	 */
	private static void frame(RawPeer peer, int stream, Random random) {
		switch (random.nextInt(12)) {
			case 0 -> peer.complete(stream);
			case 1 -> peer.cancel(stream);
			case 2 -> peer.send(stream, RequestNFrameCodec.encode(ByteBufAllocator.DEFAULT, stream,
					1 + random.nextInt(Integer.MAX_VALUE - 1)));
			case 3 -> peer.send(stream,
					ErrorFrameCodec.encode(ByteBufAllocator.DEFAULT, stream, new IllegalStateException("made up")));
			case 4 -> peer.fragment(stream, null, 100 + random.nextInt(100));
			case 5, 6 -> peer.envelope(stream, garbage(random));
			case 7 -> peer.envelope(stream, flipped(valid(random), random));
			default -> peer.envelope(stream, valid(random));
		}
	}

	private static byte[] garbage(Random random) {
		byte[] bytes = new byte[random.nextInt(40)];
		random.nextBytes(bytes);
		return bytes;
	}

	private static byte[] flipped(byte[] bytes, Random random) {
		for (int i = 0; bytes.length > 0 && i <= random.nextInt(4); i++) {
			bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
		}
		return bytes;
	}

	private static byte[] valid(Random random) {
		return encode((peer) -> {
			Counts counts = new Counts(random.nextInt(3), random.nextInt(3), random.nextInt(3));
			Cancellation cancellation = new Cancellation(Cancellation.Origin.values()[random.nextInt(3)], "why",
					value(random, "T"), value(random, "m"));
			OverrunReport report = new OverrunReport(OverrunReport.Reason.values()[random.nextInt(2)],
					Side.values()[random.nextInt(2)], "r", "c", new Peer("a", "b"), new Peer("c", "d"),
					random.nextInt(3), POLICIES.get(random.nextInt(POLICIES.size())), random.nextInt(3),
					random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3), Instant.EPOCH,
					random.nextBoolean());
			switch (random.nextInt(17)) {
				case 0 -> peer.started(new Grant(1 + random.nextInt(9), 100, 100), new Peer("p", "q"), new byte[2]);
				case 1, 2 -> peer.msg(new byte[random.nextInt(20)]);
				case 3 -> {
					peer.msg(new byte[2]);
					peer.msg(new byte[3]);
				}
				case 4 -> peer.opened(random.nextBoolean(), 1 + random.nextInt(9), 100, random.nextInt(3));
				case 5 -> peer.endSend(random.nextInt(4));
				case 6 -> peer.returned(counts, new byte[2]);
				case 7 -> peer.credit(random.nextInt(3), random.nextInt(9));
				case 8 -> peer.probe(random.nextInt(3), random.nextInt(9));
				case 9 -> peer.stopReceive();
				case 10 -> peer.overrun(report);
				case 11 -> peer.dropped(report);
				case 12 -> peer.decodeFailed(random.nextInt(3), "T");
				case 13 -> peer.cancel(counts, cancellation);
				case 14 -> peer.error(counts, new RemoteActorException.Failure(RemoteActorException.Code.TYPE, "T", "m",
						"r", "c", List.of(), null, report));
				case 15 -> peer.reject(ContextRejectedException.Code.BUSY, true, "busy");
				default -> peer.end(counts);
			}
		});
	}

	private static @Nullable String value(Random random, String text) {
		return random.nextBoolean() ? text : null;
	}

	private static byte[] encode(Consumer<Envelopes> content) {
		List<ByteBuf> written = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, written::add);
		content.accept(writer);
		writer.flush();
		return ByteBufUtil.getBytes(written.get(0));
	}

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("L2 whatever bytes a connection begins with, or goes on with, other connections and their contexts live on")
	void whenConnectionIsNoneThenOthersLiveOn(Link link) throws IOException {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		try (Pair pair = pair(link);
				ContextHandle<String, String, String, String> handle = pair.portal.context(ECHO).open()) {
			MsgStream<String, String> sibling = handle.openStream();
			for (int i = 0; i < 100; i++) {
				if (random.nextBoolean()) {
					bytes(pair.port(), random);
				}
				else {
					frames(pair, random);
				}
				sibling.send("still there?");
				assertThat(sibling.receive()).as("seed " + seed).isEqualTo("still there?");
			}
			Waits.until(() -> pair.there.endpoint.connected().size() == 1);
			Waits.until(() -> pair.there.endpoint.openContexts() == 1);
		}
	}

	private static void bytes(int port, Random random) throws IOException {
		byte[] bytes = new byte[random.nextInt(200)];
		random.nextBytes(bytes);
		if (bytes.length > 2 && random.nextBoolean()) {
			// as if it were a short frame
			bytes[0] = 0;
			bytes[1] = 0;
		}
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			OutputStream out = socket.getOutputStream();
			out.write(bytes);
			out.flush();
		}
	}

	private static void frames(Pair pair, Random random) {
		try (RawPeer peer = new RawPeer(pair.client()).reading()) {
			if (random.nextInt(4) > 0) {
				peer.setup(Duration.ofMillis(random.nextInt()), Duration.ofMillis(random.nextInt()));
				peer.open("echo");
			}
			// with many frames before them, others are looked at later
			for (int i = random.nextBoolean() ? random.nextInt(100) : 0; i > 0; i--) {
				peer.cancel(1);
			}
			for (int i = random.nextInt(20); i >= 0; i--) {
				peer.send(random.nextInt(3), Unpooled.wrappedBuffer(garbage(random)));
			}
		}
	}

	private static Pair pair(Link link) {
		Pair pair = new Pair(link);
		pair.handle(ECHO, (context, argument) -> {
			context.started("started");
			try (MsgStream<String, String> stream = context.openStream()) {
				for (String message : stream) {
					stream.send(message);
				}
			}
			return "done";
		});
		return pair;
	}

}
