package io.tractor.rows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.ClientTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.CallerContext;
import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.Peer;
import io.tractor.Portal;
import io.tractor.TractorException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.Envelopes;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import io.tractor.wire.Bundles;
import io.tractor.wire.EnvelopeWriter;
import io.tractor.wire.OpeningCodec;
import io.tractor.wire.OpeningEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Peers that do not speak the protocol, or another version of it.
 */
@Timeout(60)
class PlainPeerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final String ROUTING = WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString();

	static final ContextType<String, String, String, String, String> TEXT = new ContextType<>("text") {
	};

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O14 a plain RSocket client on a context route is told what the route is")
	void whenPlainClientAsksForContextRouteThenErrorExplains(Link link) {
		try (Pair pair = new Pair(link)) {
			serve(pair);
			assertExplains(requester(pair.client()));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O14 a plain RSocket client on a context route is told what the route is, beside message mappings too")
	void whenPlainClientAsksBesideMappingsThenErrorExplains(Link link) {
		Node node = new Node("there", BufferLimits.DEFAULT, PATIENCE);
		node.handle(TEXT, (ctx, argument) -> {
			ctx.started("started");
			return "done";
		});
		SocketAcceptor mappings = messageHandler().responder();
		Link.Server server = link.start(node.endpoint.outer(node.endpoint.inner(mappings)));
		try {
			RSocketRequester requester = requester(server.client().get());
			assertExplains(requester);
			assertThatThrownBy(() -> requester.route("unmapped").data("x").retrieveMono(String.class).block(PATIENCE))
				.hasMessageNotContaining("@ActorContext");
			requester.dispose();
		}
		finally {
			server.closeable().dispose();
			node.close();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O14 a plain client whose metadata is a bare route is told what the route is")
	void whenPlainClientHasBareRoutesThenErrorExplains(Link link) {
		try (Pair pair = new Pair(link)) {
			serve(pair);
			RSocketRequester requester = RSocketRequester.builder()
				.rsocketStrategies(Node.STRATEGIES)
				.metadataMimeType(MimeType.valueOf(ROUTING))
				.transport(pair.client());
			assertExplains(requester);
		}
	}

	private static void serve(Pair pair) {
		pair.handle(TEXT, (ctx, argument) -> {
			ctx.started("started");
			return "done";
		});
	}

	private static RSocketRequester requester(ClientTransport transport) {
		return RSocketRequester.builder().rsocketStrategies(Node.STRATEGIES).transport(transport);
	}

	private static RSocketMessageHandler messageHandler() {
		RSocketMessageHandler handler = new RSocketMessageHandler();
		handler.setRSocketStrategies(Node.STRATEGIES);
		handler.afterPropertiesSet();
		return handler;
	}

	private static void assertExplains(RSocketRequester requester) {
		List<Publisher<String>> requests = List.of(requester.route("text").data("x").retrieveMono(String.class),
				requester.route("text").data("x").retrieveFlux(String.class),
				requester.route("text").data(Flux.just("x", "y"), String.class).retrieveFlux(String.class));
		for (Publisher<String> request : requests) {
			assertThatThrownBy(() -> Flux.from(request).blockLast(PATIENCE)).hasMessageContaining("'text'")
				.hasMessageContaining("@ActorContext")
				.hasMessageContaining("there/there-1")
				.hasMessageContaining("tractor");
		}
	}

	@InEachForm
	@DisplayName("O14 a portal to a server without tractor gets a rejection that says so")
	void whenServerHasNoTractorThenOpeningIsRejected(Link link, Form form) {
		assertNotSupported(link, form, SocketAcceptor.with(new RSocket() {
		}));
	}

	@InEachForm
	@DisplayName("O14 a portal to a Spring application without the starter gets a rejection that says so")
	void whenServerHasNoStarterThenOpeningIsRejected(Link link, Form form) {
		assertNotSupported(link, form, messageHandler().responder());
	}

	@InEachForm
	@DisplayName("O14 a portal to a server whose channels end at once gets a rejection that says so")
	void whenServerEndsChannelThenOpeningIsRejected(Link link, Form form) {
		assertNotSupported(link, form, SocketAcceptor.forRequestChannel((payloads) -> {
			consume(payloads);
			return Flux.empty();
		}));
	}

	private static void consume(Publisher<Payload> payloads) {
		Flux.from(payloads).doOnNext(Payload::release).onErrorComplete().subscribe();
	}

	private static void assertNotSupported(Link link, Form form, SocketAcceptor acceptor) {
		Foreign.open(link, acceptor,
				(portal) -> assertThatExceptionOfType(ContextRejectedException.class)
					.isThrownBy(() -> form.run(portal.context(TEXT).argument("x"), CallerContext::result))
					.withMessageContaining("'text'")
					.withMessageContaining("tractor")
					.satisfies((ex) -> {
						assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.NOT_SUPPORTED);
						assertThat(ex.retryable()).isFalse();
					}));
	}

	@InEachForm
	@DisplayName("O14 a portal to a server that answers something else gets a protocol error, not an echo")
	void whenServerAnswersSomethingElseThenOpeningFails(Link link, Form form) {
		SocketAcceptor echo = SocketAcceptor.forRequestChannel(Flux::from);
		Foreign.open(link, echo, (portal) -> {
			for (String argument : List.of("x", "")) {
				assertThatExceptionOfType(ContextProtocolException.class).isThrownBy(
						() -> form.run(portal.context(TEXT).argument(argument).cancelTimeout(Duration.ofMillis(100)),
								CallerContext::result))
					.withMessageContaining("'text'");
			}
		});
	}

	@InEachForm
	@DisplayName("O14 a portal to a server that never answers gives up when the opening's time is over")
	void whenServerNeverAnswersThenOpeningTimesOut(Link link, Form form) {
		SocketAcceptor silent = SocketAcceptor.forRequestChannel((payloads) -> {
			consume(payloads);
			return Flux.never();
		});
		Foreign.open(link, silent,
				(portal) -> assertThatExceptionOfType(ContextTimeoutException.class).isThrownBy(() -> form.run(
						portal.context(TEXT).openTimeout(Duration.ofMillis(100)).cancelTimeout(Duration.ofMillis(100)),
						CallerContext::result))
					.withMessageContaining("'text'")
					.withMessageContaining("start"));
	}

	@InEachForm
	@DisplayName("O14 a connection without composite metadata is refused, in both directions, by an error that says so")
	void whenMetadataIsNotCompositeThenOpeningIsRejected(Link link, Form form) {
		UnaryOperator<PortalBuilder> bare = (builder) -> builder
			.connector((connector) -> connector.metadataMimeType(ROUTING));
		try (Pair pair = new Pair(link, BufferLimits.DEFAULT, PATIENCE, bare)) {
			serve(pair);
			pair.here.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				return "done";
			});
			for (Portal portal : List.of(pair.portal, pair.back())) {
				assertThatExceptionOfType(ContextRejectedException.class)
					.isThrownBy(() -> form.run(portal.context(TEXT), CallerContext::result))
					.withMessageContaining(ROUTING)
					.withMessageContaining("composite-metadata")
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.NOT_SUPPORTED));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O14 an opening in a version that this side does not speak is rejected, and the versions are named")
	void whenVersionIsUnknownThenOpeningIsRejected(Link link) {
		try (Pair pair = new Pair(link)) {
			serve(pair);
			RSocket client = RSocketConnector.create()
				.dataMimeType("application/cbor")
				.metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
				.connect(pair.client())
				.block(PATIENCE);
			assertThat(client).isNotNull();
			assertThat(answers(client, 2, 7)).singleElement()
				.satisfies((envelope) -> assertThat(Unpooled.wrappedBuffer(envelope)).satisfies((bytes) -> {
					assertThat(bytes.readUnsignedByte()).as("REJECT").isEqualTo((short) 0x18);
					assertThat(bytes.readUnsignedByte()).as("UNSUPPORTED_VERSION").isEqualTo((short) 1);
					assertThat(bytes.readUnsignedByte()).as("retryable").isEqualTo((short) 0);
					assertThat(bytes.readUnsignedByte()).as("lowest").isEqualTo((short) 1);
					assertThat(bytes.readUnsignedByte()).as("highest").isEqualTo((short) 1);
				}));
			assertThat(answers(client, 0, 0)).hasSize(1).first().satisfies((bytes) -> assertThat(bytes[1]).isOne());
			assertThat(answers(client, 0, 3).get(0)[0]).as("STARTED").isOne();
			client.dispose();
		}
	}

	private static List<byte[]> answers(RSocket client, int minVersion, int maxVersion) {
		OpeningEntry entry = new OpeningEntry(minVersion, maxVersion, "context-1", new Peer("foreign", "1"),
				new Envelopes.Grant(64, 1 << 20, 1 << 20), false, Map.of(), null);
		ByteBuf opening = Unpooled.buffer();
		OpeningCodec.write(opening, entry);
		CompositeByteBuf metadata = Unpooled.compositeBuffer();
		CompositeMetadataCodec.encodeAndAddMetadata(metadata, ByteBufAllocator.DEFAULT,
				WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
				TaggingMetadataCodec.createTaggingContent(ByteBufAllocator.DEFAULT, List.of(TEXT.route())));
		CompositeMetadataCodec.encodeAndAddMetadata(metadata, ByteBufAllocator.DEFAULT, OpeningCodec.MIME_TYPE,
				opening);
		Payload first = ByteBufPayload.create(Unpooled.EMPTY_BUFFER, metadata);
		List<byte[]> answers = client.requestChannel(Flux.concat(Mono.just(first), Flux.never()))
			.concatMapIterable((payload) -> {
				byte[] bytes = new byte[payload.data().readableBytes()];
				payload.data().readBytes(bytes);
				payload.release();
				return Bundles.envelopes(bytes);
			})
			.take(1)
			.collectList()
			.block(PATIENCE);
		assertThat(answers).isNotNull();
		return answers;
	}

	@InEachForm
	@DisplayName("O14 a callee that speaks other versions rejects the opening with a typed error")
	void whenCalleeSpeaksOtherVersionsThenOpeningIsRejected(Link link, Form form) {
		SocketAcceptor newer = SocketAcceptor.forRequestChannel((payloads) -> Flux.from(payloads)
			.doOnNext(Payload::release)
			.take(1)
			.map((first) -> envelope((writer) -> writer.reject(ContextRejectedException.Code.UNSUPPORTED_VERSION, false,
					"newer/newer-1 speaks versions 2 to 3 of the protocol"))));
		Foreign.open(link, newer, (portal) -> assertThatExceptionOfType(ContextRejectedException.class)
			.isThrownBy(() -> form.run(portal.context(TEXT), CallerContext::result))
			.withMessageContaining("speaks versions 2 to 3")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.UNSUPPORTED_VERSION)));
	}

	@InEachForm
	@DisplayName("O14 a callee that starts in a version that was not offered breaks the protocol")
	void whenCalleeStartsInOtherVersionThenOpeningFails(Link link, Form form) {
		SocketAcceptor newer = SocketAcceptor.forRequestChannel((payloads) -> Flux.from(payloads)
			.doOnNext(Payload::release)
			.map((first) -> envelope(
					(writer) -> writer.started(new Envelopes.Grant(64, 1 << 20, 1 << 20), new Peer("newer", "1"), null),
					2)));
		Foreign.open(link, newer, (portal) -> assertThatExceptionOfType(TractorException.class)
			.isThrownBy(
					() -> form.run(portal.context(TEXT).cancelTimeout(Duration.ofMillis(100)), CallerContext::result))
			.isInstanceOf(ContextProtocolException.class)
			.withMessageContaining("version 2"));
	}

	private static Payload envelope(Consumer<EnvelopeWriter> content) {
		return envelope(content, -1);
	}

	private static Payload envelope(Consumer<EnvelopeWriter> content, int version) {
		List<ByteBuf> written = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, written::add);
		content.accept(writer);
		writer.flush();
		ByteBuf envelope = written.get(0);
		if (version >= 0) {
			envelope.setByte(1, version);
		}
		return ByteBufPayload.create(envelope);
	}

	/**
	 * A server that has no endpoint of this library.
	 */
	private interface Foreign {

		void use(RSocketPortal portal);

		static void open(Link link, SocketAcceptor acceptor, Foreign test) {
			Node here = new Node("here", BufferLimits.DEFAULT, PATIENCE);
			Link.Server server = link.start(acceptor);
			try (RSocketPortal portal = new PortalBuilder("foreign", here.endpoint).build(server.client().get())) {
				// or a short open timeout would be that of connecting
				portal.connect().block(PATIENCE);
				test.use(portal);
			}
			finally {
				server.closeable().dispose();
				here.close();
			}
		}

	}

}
