package io.tractor.rows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.util.ByteBufPayload;
import io.tractor.CalleeContext;
import io.tractor.ContextHandle;
import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextRejectedException.Code;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.Portal;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.Envelopes;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import io.tractor.wire.EnvelopeWriter;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a peer may make this side do and hold, and what happens beyond.
 */
@Timeout(120)
class LimitTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final ContextType<String, String, String, String, String> ECHO = new ContextType<>("echo") {
	};

	private static final ContextType<Void, Void, Void, Void, String> CALL = new ContextType<>("call") {
	};

	private static final ConnectionLimits DEFAULT = ConnectionLimits.DEFAULT;

	@InEachForm
	@DisplayName("L1 one context more than a connection may have is rejected, until another one has ended; other peers are not limited by it")
	void whenTooManyContextsThenRejected(Link link, Form form) {
		try (Limited limited = new Limited(link,
				new ConnectionLimits(2, DEFAULT.openingsPerSecond(), DEFAULT.maxUnread(),
						DEFAULT.maxUnfinishedFragments(), DEFAULT.keepAliveInterval(),
						DEFAULT.keepAliveMaxLifeTime()))) {
			ContextHandle<String, String, String, String> first = limited.open(limited.portal());
			ContextHandle<String, String, String, String> second = limited.open(limited.portal());
			assertLimited(() -> form.run(limited.portal().context(ECHO), (ctx) -> null))
				.hasMessageContaining("2 contexts at once")
				.hasMessageContaining("tractor.limits.max-contexts-per-connection");
			try (RSocketPortal other = limited.anotherPeer()) {
				assertThat(limited.echo(limited.open(other))).isEqualTo("hello");
			}
			assertThat(limited.echo(first)).isEqualTo("hello");
			Waits.until(() -> limited.pair.there.endpoint.openContexts() == 1);
			assertThat(limited.echo(limited.open(limited.portal()))).isEqualTo("hello");
			assertThat(limited.echo(second)).isEqualTo("hello");
		}
	}

	@InEachForm
	@DisplayName("L1 contexts of a server on its client are limited as well, each side by its own limit")
	void whenServerOpensTooManyThenRejected(Link link, Form form) {
		try (Limited limited = new Limited(link, DEFAULT)) {
			limited.pair.here.endpoint
				.setLimits(new ConnectionLimits(1, DEFAULT.openingsPerSecond(), DEFAULT.maxUnread(),
						DEFAULT.maxUnfinishedFragments(), DEFAULT.keepAliveInterval(), DEFAULT.keepAliveMaxLifeTime()));
			limited.pair.here.handle(ECHO, Limited::echo);
			Portal back = limited.pair.back();
			ContextHandle<String, String, String, String> first = limited.open(back);
			assertLimited(() -> form.run(back.context(ECHO), (ctx) -> null))
				.hasMessageContaining("here/here-1 refuses a context on route 'echo'");
			List<ContextHandle<String, String, String, String>> forth = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				forth.add(limited.open(limited.portal()));
			}
			forth.forEach((handle) -> assertThat(limited.echo(handle)).isEqualTo("hello"));
			assertThat(limited.echo(first)).isEqualTo("hello");
		}
	}

	@InEachForm
	@DisplayName("L1 openings faster than a connection may have are rejected; contexts that are open, and other peers, are not disturbed")
	void whenOpeningsComeTooFastThenRejected(Link link, Form form) {
		try (Limited limited = new Limited(link, new ConnectionLimits(DEFAULT.maxContexts(), 1, DEFAULT.maxUnread(),
				DEFAULT.maxUnfinishedFragments(), DEFAULT.keepAliveInterval(), DEFAULT.keepAliveMaxLifeTime()))) {
			ContextHandle<String, String, String, String> first = limited.open(limited.portal());
			assertLimited(() -> {
				while (true) {
					form.run(limited.portal().context(CALL), (ctx) -> ctx.result());
				}
			}).hasMessageContaining("1 openings a second").hasMessageContaining("tractor.limits.openings-per-second");
			try (RSocketPortal other = limited.anotherPeer()) {
				assertThat(limited.echo(limited.open(other))).isEqualTo("hello");
			}
			assertThat(limited.echo(first)).isEqualTo("hello");
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L1 a second context with the id of one that is open on the connection is rejected; on another connection the id is free")
	void whenContextIdIsInUseThenRejected(Link link) {
		try (Limited limited = new Limited(link, DEFAULT);
				RawPeer peer = new RawPeer(limited.pair.client()).setup().reading();
				RawPeer other = new RawPeer(limited.pair.client()).setup().reading()) {
			int first = peer.open(RawPeer.metadata("echo", "c-1"), new byte[0]);
			peer.envelope(first, RawPeer.STARTED);
			int second = peer.open(RawPeer.metadata("echo", "c-1"), new byte[0]);
			assertThat(peer.rejection(second)).startsWith("3 ").contains("'c-1' is in use");
			int third = other.open(RawPeer.metadata("echo", "c-1"), new byte[0]);
			other.envelope(third, RawPeer.STARTED);
			peer.cancel(first);
			Waits.until(() -> limited.pair.there.endpoint.openContexts() == 1);
			peer.envelope(peer.open(RawPeer.metadata("echo", "c-1"), new byte[0]), RawPeer.STARTED);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L1 an argument or metadata above the limit rejects that opening alone, before anything of it is kept")
	void whenOpeningIsTooLargeThenRejected(Link link) {
		try (Limited limited = new Limited(link, DEFAULT, new BufferLimits(4096, 1024, 8));
				RawPeer peer = new RawPeer(limited.pair.client()).setup().reading()) {
			int sibling = peer.open("echo");
			int argument = peer.open(RawPeer.metadata("echo", "c-1"), new byte[1025]);
			assertThat(peer.rejection(argument)).startsWith("3 ").contains("'echo'").contains("1025 bytes");
			byte[] padded = new byte[70_000];
			byte[] metadata = RawPeer.metadata("echo", "c-2");
			System.arraycopy(metadata, 0, padded, 0, metadata.length);
			// one more entry, of a type without a meaning, with the rest as its content
			padded[metadata.length] = (byte) 0xf0;
			int rest = padded.length - metadata.length - 4;
			padded[metadata.length + 1] = (byte) (rest >> 16);
			padded[metadata.length + 2] = (byte) (rest >> 8);
			padded[metadata.length + 3] = (byte) rest;
			assertThat(peer.rejection(peer.open(padded, new byte[0]))).startsWith("3 ").contains("70000 bytes");
			peer.envelope(sibling, RawPeer.STARTED);
			assertThat(limited.pair.there.started).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L1 L3 messages above the limit, beyond the credit or beyond the buffer's bytes end that context by a protocol error, and nothing else")
	void whenMessagesAreBeyondTheGrantThenProtocolError(Link link) {
		try (Limited limited = new Limited(link, DEFAULT, new BufferLimits(4096, 1024, 8));
				RawPeer peer = new RawPeer(limited.pair.client()).setup().reading()) {
			CountDownLatch over = new CountDownLatch(1);
			limited.pair.handle(new ContextType<String, String, String, String, String>("sleep") {
			}, (ctx, argument) -> {
				ctx.started("");
				ctx.openStream();
				over.await();
				return "";
			});
			int sibling = peer.open("echo");
			List<Integer> streams = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				int stream = peer.open("sleep");
				peer.envelope(stream, RawPeer.STARTED);
				streams.add(stream);
			}
			byte[] large = new byte[1026];
			large[0] = 0x02;
			peer.envelope(streams.get(0), large);
			for (int i = 0; i < 65; i++) {
				peer.envelope(streams.get(1), new byte[] { 0x02 });
			}
			byte[] medium = new byte[1025];
			medium[0] = 0x02;
			for (int i = 0; i < 5; i++) {
				peer.envelope(streams.get(2), medium);
			}
			byte[] batch = new byte[1 + 2 * 70];
			batch[0] = 0x03;
			for (int i = 0; i < 70; i++) {
				batch[1 + 2 * i] = 1;
			}
			peer.envelope(streams.get(3), batch);
			for (int stream : streams) {
				assertThat(peer.envelope(stream, RawPeer.ERROR)[4]).as("PROTOCOL").isEqualTo((byte) 2);
				// and what comes all the same is not kept
				peer.envelope(stream, large);
			}
			peer.envelope(sibling, "02 68 69");
			assertThat(peer.envelope(sibling, (byte) 0x02)).containsExactly(0x02, 'h', 'i');
			streams.forEach((stream) -> peer.envelope(stream, "1a 00 00 00"));
			Waits.until(() -> limited.pair.there.outcomes.size() == 4);
			assertThat(limited.pair.there.outcomes)
				.allSatisfy((outcome) -> assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class,
						(failed) -> assertThat(failed.error()).isInstanceOf(ContextProtocolException.class)));
		}
	}

	@InEachForm
	@DisplayName("L1 a started value or a result above the limit ends the caller's context by a protocol error")
	void whenCalleesValueIsTooLargeThenProtocolError(Link link, Form form) {
		Envelopes.Grant grant = new Envelopes.Grant(64, 1 << 20, 1 << 20);
		List<List<Payload>> answers = List.of(
				envelopes((writer) -> writer.started(grant, new Peer("eve", "1"), new byte[1025])),
				envelopes((writer) -> {
					writer.started(grant, new Peer("eve", "1"), null);
					writer.returned(new Envelopes.Counts(0, 0, 0), new byte[1025]);
				}));
		for (List<Payload> answer : answers) {
			Node here = new Node("here", new BufferLimits(4096, 1024, 8), Duration.ofMillis(100));
			Link.Server server = link.start(SocketAcceptor.with(new RSocket() {

				@Override
				public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
					Flux.from(payloads).subscribe(Payload::release, (error) -> {
					});
					return Flux.fromIterable(answer).concatWith(Flux.never());
				}

			}));
			try (RSocketPortal portal = new PortalBuilder("eve", here.endpoint).build(server.client().get())) {
				assertThatExceptionOfType(ContextProtocolException.class)
					.isThrownBy(() -> form.run(portal.context(ECHO), (ctx) -> ctx.result()))
					.withMessageContaining("1025 bytes is above the limit of 1024");
			}
			finally {
				server.closeable().dispose();
				here.close();
			}
		}
	}

	private static List<Payload> envelopes(Consumer<EnvelopeWriter> content) {
		List<Payload> envelopes = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer,
				(envelope) -> envelopes.add(ByteBufPayload.create(envelope)));
		content.accept(writer);
		writer.flush();
		return envelopes;
	}

	private static AbstractThrowableAssert<?, ? extends Throwable> assertLimited(ThrowingCallable opening) {
		return assertThatThrownBy(opening).isInstanceOfSatisfying(ContextRejectedException.class, (ex) -> {
			assertThat(ex.code()).isEqualTo(Code.LIMIT);
			assertThat(ex.retryable()).isTrue();
		}).hasMessageContaining("refuses a context on route '");
	}

	/**
	 * Two applications, of which the one that is a server has limits, and a handler that
	 * sends back a message.
	 */
	private static final class Limited implements AutoCloseable {

		private final Pair pair;

		Limited(Link link, ConnectionLimits limits) {
			this(link, limits, BufferLimits.DEFAULT);
		}

		Limited(Link link, ConnectionLimits limits, BufferLimits bufferLimits) {
			Node here = new Node("here", bufferLimits, PATIENCE);
			Node there = new Node("there", bufferLimits, PATIENCE);
			there.endpoint.setLimits(limits);
			this.pair = new Pair(link, here, there, UnaryOperator.identity());
			this.pair.handle(ECHO, Limited::echo);
			this.pair.handle(CALL, (context, argument) -> "done");
		}

		private static String echo(CalleeContext<String, String, String> context, String argument) throws Exception {
			context.started("started");
			try (MsgStream<String, String> stream = context.openStream()) {
				stream.send(stream.receive());
			}
			return "done";
		}

		Portal portal() {
			return this.pair.portal;
		}

		RSocketPortal anotherPeer() {
			return new PortalBuilder("other", this.pair.here.endpoint).build(this.pair.client());
		}

		ContextHandle<String, String, String, String> open(Portal portal) {
			return portal.context(ECHO).open();
		}

		String echo(ContextHandle<String, String, String, String> handle) {
			try (handle; MsgStream<String, String> stream = handle.openStream()) {
				stream.send("hello");
				String reply = stream.receive();
				assertThat(handle.result()).isEqualTo("done");
				return reply;
			}
		}

		@Override
		public void close() {
			this.pair.close();
		}

	}

}
