package io.tractor.rows;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocket;
import io.rsocket.RSocketErrorException;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import io.rsocket.frame.RequestChannelFrameCodec;
import io.rsocket.frame.RequestNFrameCodec;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.plugins.DuplexConnectionInterceptor;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.engine.BufferLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.rsocket.api.PayloadExchangeType;
import org.springframework.security.rsocket.authentication.AnonymousPayloadInterceptor;
import org.springframework.security.rsocket.authorization.AuthorizationPayloadInterceptor;
import org.springframework.security.rsocket.authorization.PayloadExchangeMatcherReactiveAuthorizationManager;
import org.springframework.security.rsocket.core.PayloadSocketAcceptorInterceptor;
import org.springframework.security.rsocket.util.matcher.PayloadExchangeMatcher;
import org.springframework.security.rsocket.util.matcher.PayloadExchangeMatcherEntry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * RSocket's own demand is opened wide once, in both directions, whatever stands in the
 * acceptor chain: its sum per stream stops at 2³¹−1, so that a channel that asks in
 * portions freezes there.
 */
@Timeout(60)
class DemandTests {

	private static final ContextType<Void, Integer, Integer, Integer, Integer> ECHO = new ContextType<>("echo") {
	};

	@ParameterizedTest(name = "with security: {0}")
	@ValueSource(booleans = { false, true })
	@DisplayName("O15 a channel's demand is unbounded from the start, and no more is asked for")
	void whenManyMessagesPassThenDemandIsAskedForOnce(boolean secured) {
		Queue<Long> demands = new ConcurrentLinkedQueue<>();
		try (Setup setup = new Setup(secured, true, demands)) {
			int last = setup.portal.context(ECHO).run((context) -> {
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					int reply = 0;
					for (int i = 0; i < 2_000; i++) {
						stream.send(i);
						reply = stream.receive();
					}
					return reply;
				}
			});
			assertThat(last).isEqualTo(1_999);
			assertThat(demands).containsExactly(Long.MAX_VALUE, Long.MAX_VALUE);
		}
	}

	@Test
	@DisplayName("O15 security denies the opening, with a typed error")
	void whenSecurityDeniesThenOpeningIsRejected() {
		try (Setup setup = new Setup(true, false, new ConcurrentLinkedQueue<>())) {
			assertThatExceptionOfType(ContextRejectedException.class)
				.isThrownBy(() -> setup.portal.context(ECHO).open())
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.DENIED))
				.withMessageContaining("'echo'")
				.withMessageContaining("there/there-1");
			assertThat(setup.there.started).isEmpty();
		}
	}

	private static final class Setup implements AutoCloseable {

		private final Node here = new Node("here", BufferLimits.DEFAULT, Duration.ofSeconds(10));

		private final Node there = new Node("there", BufferLimits.DEFAULT, Duration.ofSeconds(10));

		private final CloseableChannel server;

		private final RSocketPortal portal;

		Setup(boolean secured, boolean permitted, Queue<Long> demands) {
			this.there.handle(ECHO, (context, argument) -> {
				context.started(0);
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					for (Integer message : stream) {
						stream.send(message);
					}
				}
				return 0;
			});
			SocketAcceptor acceptor = this.there.endpoint.inner(SocketAcceptor.with(new RSocket() {
			}));
			if (secured) {
				acceptor = security(permitted).apply(acceptor);
			}
			this.server = RSocketServer.create(this.there.endpoint.outer(acceptor))
				.payloadDecoder(PayloadDecoder.ZERO_COPY)
				.interceptors((registry) -> registry
					.forConnection((type, connection) -> (type != DuplexConnectionInterceptor.Type.SOURCE) ? connection
							: new Recorder(connection, demands)))
				.bind(TcpServerTransport.create("127.0.0.1", 0))
				.block();
			this.portal = new PortalBuilder("there", this.here.endpoint)
				.build(TcpClientTransport.create("127.0.0.1", this.server.address().getPort()));
		}

		/**
		 * Rules for setup and requests alone, without a catch-all, which deny every other
		 * payload.
		 */
		private static PayloadSocketAcceptorInterceptor security(boolean permitted) {
			PayloadExchangeMatcher setups = matcher(Set.of(PayloadExchangeType.SETUP));
			PayloadExchangeMatcher openings = matcher(Set.of(PayloadExchangeType.REQUEST_CHANNEL));
			return new PayloadSocketAcceptorInterceptor(List.of(new AnonymousPayloadInterceptor("anonymous"),
					new AuthorizationPayloadInterceptor(PayloadExchangeMatcherReactiveAuthorizationManager.builder()
						.add(new PayloadExchangeMatcherEntry<>(setups,
								(who, exchange) -> Mono.just(new AuthorizationDecision(true))))
						.add(new PayloadExchangeMatcherEntry<>(openings,
								(who, exchange) -> Mono.just(new AuthorizationDecision(permitted))))
						.build())));
		}

		private static PayloadExchangeMatcher matcher(Set<PayloadExchangeType> types) {
			return (exchange) -> types.contains(exchange.getType()) ? PayloadExchangeMatcher.MatchResult.match()
					: PayloadExchangeMatcher.MatchResult.notMatch();
		}

		@Override
		public void close() {
			this.portal.close();
			this.server.dispose();
			this.here.close();
			this.there.close();
		}

	}

	private record Recorder(DuplexConnection connection, Queue<Long> demands) implements DuplexConnection {

		@Override
		public void sendFrame(int streamId, ByteBuf frame) {
			record(frame);
			this.connection.sendFrame(streamId, frame);
		}

		@Override
		public Flux<ByteBuf> receive() {
			return this.connection.receive().doOnNext(this::record);
		}

		private void record(ByteBuf frame) {
			FrameType type = FrameHeaderCodec.frameType(frame);
			if (type == FrameType.REQUEST_CHANNEL) {
				this.demands.add(RequestChannelFrameCodec.initialRequestN(frame));
			}
			else if (type == FrameType.REQUEST_N) {
				this.demands.add(RequestNFrameCodec.requestN(frame));
			}
		}

		@Override
		public void sendErrorAndClose(RSocketErrorException error) {
			this.connection.sendErrorAndClose(error);
		}

		@Override
		public ByteBufAllocator alloc() {
			return this.connection.alloc();
		}

		@Override
		public SocketAddress remoteAddress() {
			return this.connection.remoteAddress();
		}

		@Override
		public Mono<Void> onClose() {
			return this.connection.onClose();
		}

		@Override
		public void dispose() {
			this.connection.dispose();
		}

		@Override
		public boolean isDisposed() {
			return this.connection.isDisposed();
		}

	}

}
