package io.tractor.rows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import io.tractor.ContextRejectedException;
import io.tractor.ContextSpec;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.Envelopes;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import io.tractor.wire.Bundles;
import io.tractor.wire.OpeningCodec;
import io.tractor.wire.OpeningEntry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Peers that know the protocol from {@code docs/protocol.md} alone, and such as know it
 * badly.
 */
class ForeignPeerTests {

	private static final Duration LONG = Duration.ofSeconds(10);

	private static final Duration SHORT = Duration.ofMillis(300);

	private static final byte STARTED = 0x01;

	private static final byte RETURN = 0x06;

	private static final byte CANCELLED = 0x19;

	private static final int HOSTILE_CONTEXTS = 300;

	private static final byte[] KINDS = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
			0x16, 0x17, 0x18, 0x19, (byte) 0x80 };

	private static final ContextType<String, String, String, String, String> HELLO = new ContextType<>("hello") {
	};

	private static final ContextType<String, String, String, String, String> FOREVER = new ContextType<>("forever") {
	};

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a caller that ends and completes, but does not cancel, leaves nothing open")
	void whenCallerDoesNotCancelThenCalleeCompletes(Link link) {
		try (Pair pair = new Pair(link); Client client = new Client(pair)) {
			pair.handle(HELLO, (ctx, argument) -> {
				ctx.started("s");
				return "Hello " + argument;
			});
			Sinks.Many<Payload> out = client.opening("Ada");
			StepVerifier.create(client.channel(out))
				.consumeNextWith((frame) -> assertThat(frame[0]).isEqualTo(STARTED))
				.consumeNextWith((frame) -> assertThat(new String(frame, 5, frame.length - 5, StandardCharsets.UTF_8))
					.isEqualTo("Hello Ada"))
				.then(() -> {
					out.tryEmitNext(envelope("1a 00 00 00"));
					out.tryEmitComplete();
				})
				.expectComplete()
				.verify(LONG);
			Awaitility.await().until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOf(Outcome.Completed.class);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a caller that never acknowledges the callee's end is left behind, and leaves nothing open")
	void whenCallerDoesNotEndThenCalleeGivesUp(Link link) {
		try (Pair pair = new Pair(link); Client client = new Client(pair)) {
			pair.there.endpoint.setLingerTimeout(SHORT);
			pair.handle(HELLO, (ctx, argument) -> {
				ctx.started("s");
				return "Hello " + argument;
			});
			Sinks.Many<Payload> out = client.opening("Ada");
			StepVerifier.create(client.channel(out)).expectNextCount(2).expectComplete().verify(LONG);
			Awaitility.await().until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOf(Outcome.Completed.class);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O9 a callee whose caller lets the deadline pass goes on, but what it opened has ended")
	void whenCallerForgetsItsDeadlineThenOnlyInheritedOnesEnd(Link link) {
		try (Pair pair = new Pair(link); Client client = new Client(pair)) {
			CompletableFuture<Throwable> nested = new CompletableFuture<>();
			pair.handle(FOREVER, (ctx, argument) -> {
				ctx.started("s");
				Waits.awaitInterrupt();
				return "";
			});
			pair.handle(HELLO, (ctx, argument) -> {
				ctx.started("s");
				nested.complete(catchThrowable(() -> pair.portal.context(FOREVER).run((inner) -> inner.result())));
				return "Hello " + argument + " at " + ctx.remainingTime().orElseThrow();
			});
			Sinks.Many<Payload> out = client.opening("Ada", SHORT);
			StepVerifier.create(client.channel(out))
				.consumeNextWith((frame) -> assertThat(frame[0]).isEqualTo(STARTED))
				.consumeNextWith((frame) -> assertThat(new String(frame, 5, frame.length - 5, StandardCharsets.UTF_8))
					.isEqualTo("Hello Ada at PT0S"))
				.thenCancel()
				.verify(LONG);
			assertThat(nested).succeedsWithin(LONG)
				.satisfies((error) -> assertThat(error).isInstanceOf(ContextTimeoutException.class)
					.hasMessageContaining("inherited deadline of PT0"));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X9 a peer that did not open a context cannot cancel it, not even by its id")
	void whenAnotherPeerCancelsThenContextGoesOn(Link link) {
		try (Pair pair = new Pair(link); Client owner = new Client(pair); Client other = new Client(pair)) {
			pair.handle(HELLO, (ctx, argument) -> {
				ctx.started("s");
				return "Hello " + argument + ctx.openStream().receive();
			});
			Sinks.Many<Payload> out = owner.opening("Ada");
			CompletableFuture<byte[]> answer = owner.channel(out)
				.filter((frame) -> frame[0] == RETURN)
				.next()
				.toFuture();
			Awaitility.await().until(() -> pair.there.started.size() == 1);
			Sinks.Many<Payload> foreign = other.opening("Eve");
			foreign.tryEmitNext(envelope("16 00 00 00 00 01 78 00 00"));
			StepVerifier.create(other.channel(foreign).filter((frame) -> frame[0] == CANCELLED))
				.expectNextCount(1)
				.thenCancel()
				.verify(LONG);
			out.tryEmitNext(envelope("02 21"));
			assertThat(answer).succeedsWithin(LONG)
				.satisfies((frame) -> assertThat(new String(frame, StandardCharsets.UTF_8)).endsWith("Hello Ada!"));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a caller that completes before its end loses the context, and leaves nothing open")
	void whenCallerCompletesEarlyThenCalleeIsCancelledAndCompletes(Link link) {
		try (Pair pair = new Pair(link); Client client = new Client(pair)) {
			pair.handle(HELLO, (ctx, argument) -> {
				ctx.started("s");
				return ctx.openStream().receive();
			});
			Sinks.Many<Payload> out = client.opening("Ada");
			StepVerifier
				.create(client.channel(out)
					.doOnNext((frame) -> out.tryEmitComplete())
					.filter((frame) -> frame[0] != STARTED && frame[0] != 0x04))
				.expectComplete()
				.verify(LONG);
			Awaitility.await().until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOfSatisfying(Outcome.Failed.class,
					(failed) -> assertThat(failed.error()).isInstanceOf(TransportClosedException.class));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a server that completes at once fails the opening, and nothing is left open")
	void whenServerCompletesAtOnceThenOpeningFails(Link link) {
		CompletableFuture<Void> over = new CompletableFuture<>();
		try (Server server = new Server(link, (frames) -> {
			Flux.from(frames).doFinally((signal) -> over.complete(null)).subscribe(Payload::release);
			return Flux.empty();
		})) {
			assertThatExceptionOfType(ContextRejectedException.class)
				.isThrownBy(() -> server.portal.context(HELLO).argument("Ada").open())
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.NOT_SUPPORTED));
			assertThat(over).succeedsWithin(10, TimeUnit.SECONDS);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a server that neither reads nor answers is left behind, and nothing is left open")
	void whenServerIsSilentThenChannelIsCancelled(Link link) {
		CompletableFuture<Void> over = new CompletableFuture<>();
		try (Server server = new Server(link,
				(frames) -> Flux.<Payload>never().doOnCancel(() -> over.complete(null)))) {
			assertThatExceptionOfType(ContextTimeoutException.class).isThrownBy(
					() -> server.portal.context(HELLO).argument("Ada").openTimeout(SHORT).cancelTimeout(SHORT).open());
			assertThat(over).succeedsWithin(10, TimeUnit.SECONDS);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a server that stops reading, but ends the context, is cancelled")
	void whenServerStopsReadingThenChannelIsCancelled(Link link) {
		CompletableFuture<Void> over = new CompletableFuture<>();
		try (Server server = new Server(link,
				(frames) -> Flux.from(frames)
					.take(1)
					.doOnNext(Payload::release)
					.thenMany(Flux.just("01 01 01 73 01 31 01 01 01 00 00", "06 00 00 00 01 68 69")
						.map(ForeignPeerTests::envelope))
					.concatWith(Flux.never())
					.doOnCancel(() -> over.complete(null)))) {
			String result = server.portal.context(HELLO).argument("Ada").run((ctx) -> ctx.result());
			assertThat(result).isEqualTo("hi");
			assertThat(over).succeedsWithin(10, TimeUnit.SECONDS);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a caller that knows the callee's end lets it complete, and cancels nothing")
	void whenServerCompletesLaterThenCallerDoesNotCancel(Link link) {
		Sinks.Empty<Payload> complete = Sinks.empty();
		List<SignalType> ends = new CopyOnWriteArrayList<>();
		try (Server server = new Server(link, (frames) -> untilEnd(frames, complete).doFinally(ends::add))) {
			for (int i = 0; i < 2; i++) {
				// by the time the second has had its answer, the first would be cancelled
				String result = server.portal.context(HELLO).argument("Ada").run((ctx) -> ctx.result());
				assertThat(result).isEqualTo("hi");
			}
			Awaitility.await().until(() -> server.here.endpoint.openContexts() == 0);
			assertThat(ends).isEmpty();
			complete.tryEmitEmpty();
			assertThat(ends).containsExactly(SignalType.ON_COMPLETE, SignalType.ON_COMPLETE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 a server that reads the end, but does not complete, is cancelled")
	void whenServerDoesNotCompleteThenChannelIsCancelled(Link link) {
		CompletableFuture<SignalType> over = new CompletableFuture<>();
		try (Server server = new Server(link, (frames) -> untilEnd(frames, Sinks.empty()).doFinally(over::complete))) {
			String result = server.portal.context(HELLO).argument("Ada").run((ctx) -> ctx.result());
			assertThat(result).isEqualTo("hi");
			assertThat(over).succeedsWithin(LONG).isEqualTo(SignalType.CANCEL);
		}
	}

	/**
	 * Return what a callee says until its result, and that it completes when it is told
	 * to.
	 */
	private static Flux<Payload> untilEnd(Publisher<Payload> frames, Sinks.Empty<Payload> complete) {
		Flux.from(frames).subscribe(Payload::release);
		return Flux.just("01 01 01 73 01 31 01 01 01 00 00", "06 00 00 00 01 68 69")
			.map(ForeignPeerTests::envelope)
			.concatWith(complete.asMono());
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L2 whatever a caller sends ends at most that context; the connection and its other contexts live on")
	void whenCallerSendsAnythingThenOthersLiveOn(Link link) {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		try (Pair pair = new Pair(link); Client client = new Client(pair)) {
			pair.handle(HELLO, (ctx, argument) -> {
				ctx.started("s");
				return "Hello " + argument + ctx.openStream().receive();
			});
			Sinks.Many<Payload> sibling = client.opening("Ada");
			CompletableFuture<List<byte[]>> answer = new CompletableFuture<>();
			client.channel(sibling).doOnNext((frame) -> {
				if (frame[0] == RETURN) {
					sibling.emitNext(envelope("1a 01 00 00"), Sinks.EmitFailureHandler.busyLooping(LONG));
					sibling.emitComplete(Sinks.EmitFailureHandler.busyLooping(LONG));
				}
			}).collectList().subscribe(answer::complete, answer::completeExceptionally);
			for (int i = 0; i < HOSTILE_CONTEXTS; i++) {
				Sinks.Many<Payload> out = client.opening("Eve");
				Mono<Void> channel = client.channel(out).then();
				for (int j = random.nextInt(5); j >= 0; j--) {
					out.tryEmitNext(DefaultPayload.create(garbage(random)));
				}
				out.tryEmitNext(envelope("1a 00 00 00"));
				out.tryEmitComplete();
				assertThatCode(() -> channel.onErrorComplete().block(LONG)).as("seed " + seed)
					.doesNotThrowAnyException();
			}
			sibling.tryEmitNext(envelope("02 21"));
			assertThat(answer).as("seed " + seed)
				.succeedsWithin(LONG)
				.satisfies((frames) -> assertThat(new String(frames.get(frames.size() - 1), StandardCharsets.UTF_8))
					.endsWith("Hello Ada!"));
			Awaitility.await().until(() -> pair.there.outcomes.size() == HOSTILE_CONTEXTS + 1);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("L2 whatever a callee sends ends at most that context; the connection and its other contexts live on")
	void whenCalleeSendsAnythingThenOthersLiveOn(Link link) throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		AtomicBoolean hostile = new AtomicBoolean(true);
		try (Server server = new Server(link, (frames) -> {
			Flux.from(frames).subscribe(Payload::release);
			Flux<Payload> answer = hostile.get()
					? Flux.range(0, 1 + random.nextInt(5)).map((i) -> DefaultPayload.create(garbage(random)))
					: Flux.just("01 01 01 61 01 62 40 80 20 80 08 00 00", "06 00 00 00 01 68 69")
						.map(ForeignPeerTests::envelope);
			return answer.concatWith(Flux.never());
		})) {
			List<CompletableFuture<?>> victims = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				ContextSpec<String, String, String, String, String> spec = server.portal.context(HELLO)
					.argument("Ada")
					.openTimeout(SHORT)
					.cancelTimeout(SHORT);
				// together, since most of them wait in vain
				victims.add(Waits.inThread(() -> assertThatExceptionOfType(TractorException.class).as("seed " + seed)
					.isThrownBy(() -> spec.run((ctx) -> ctx.openStream().receive(LONG)))));
			}
			for (CompletableFuture<?> victim : victims) {
				Waits.await(victim);
			}
			hostile.set(false);
			String result = server.portal.context(HELLO).argument("Ada").run((ctx) -> ctx.result());
			assertThat(result).as("seed " + seed).isEqualTo("hi");
		}
	}

	private static byte[] garbage(Random random) {
		byte[] bytes = new byte[random.nextInt(24)];
		random.nextBytes(bytes);
		if (bytes.length > 0 && random.nextBoolean()) {
			bytes[0] = KINDS[random.nextInt(KINDS.length)];
		}
		return bytes;
	}

	private static Payload envelope(String hex) {
		return DefaultPayload.create(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
	}

	/**
	 * A client without the library.
	 */
	private static final class Client implements AutoCloseable {

		private final RSocket rsocket;

		Client(Pair pair) {
			this.rsocket = RSocketConnector.create()
				.metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
				.dataMimeType("application/cbor")
				.connect(pair.client())
				.block(LONG);
		}

		Sinks.Many<Payload> opening(String argument) {
			return opening(argument, null);
		}

		Sinks.Many<Payload> opening(String argument, @Nullable Duration remaining) {
			ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
			CompositeByteBuf metadata = allocator.compositeBuffer();
			CompositeMetadataCodec.encodeAndAddMetadata(metadata, allocator, WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
					TaggingMetadataCodec.createTaggingContent(allocator, List.of("hello")));
			ByteBuf opening = Unpooled.buffer();
			OpeningCodec.write(opening, new OpeningEntry(1, 1, UUID.randomUUID().toString(), new Peer("shop", "shop-1"),
					new Envelopes.Grant(64, 4096, 1024), true, Map.of(), remaining));
			CompositeMetadataCodec.encodeAndAddMetadata(metadata, allocator, OpeningCodec.MIME_TYPE, opening);
			Sinks.Many<Payload> out = Sinks.many().unicast().onBackpressureBuffer();
			byte[] bytes = ByteBufUtil.getBytes(metadata);
			metadata.release();
			out.tryEmitNext(DefaultPayload.create(argument.getBytes(StandardCharsets.UTF_8), bytes));
			return out;
		}

		Flux<byte[]> channel(Sinks.Many<Payload> out) {
			return this.rsocket.requestChannel(out.asFlux()).concatMapIterable((payload) -> {
				byte[] frame = ByteBufUtil.getBytes(payload.sliceData());
				payload.release();
				return Bundles.envelopes(frame);
			});
		}

		@Override
		public void close() {
			this.rsocket.dispose();
		}

	}

	/**
	 * A server without the library, and a portal to it.
	 */
	private static final class Server implements AutoCloseable {

		private final Link.Server server;

		private final Node here = new Node("here", BufferLimits.DEFAULT, SHORT);

		private final RSocketPortal portal;

		Server(Link link, Channel channel) {
			this.server = link.start(SocketAcceptor.with(new RSocket() {

				@Override
				public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
					return channel.handle(payloads);
				}

			}));
			this.portal = new PortalBuilder("server", this.here.endpoint).build(this.server.client().get());
			// or a short open timeout would be that of connecting
			this.portal.connect().block(LONG);
		}

		@Override
		public void close() {
			this.portal.close();
			this.server.closeable().dispose();
			this.here.close();
		}

	}

	/**
	 * What a server does with a channel.
	 */
	@FunctionalInterface
	private interface Channel {

		Flux<Payload> handle(Publisher<Payload> frames);

	}

}
