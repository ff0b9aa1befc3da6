package io.tractor.benchmarks;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.plugins.DuplexConnectionInterceptor;
import io.rsocket.plugins.SocketAcceptorInterceptor;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextListener;
import io.tractor.MsgStream;
import io.tractor.Peer;
import io.tractor.StreamClosedException;
import io.tractor.StreamSettings;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.ActorContextHandlers;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.observation.MeterContextListener;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.ContextListeners;
import io.tractor.task.RemoteErrors;
import io.tractor.task.TaskSetup;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.rsocket.authentication.AnonymousPayloadInterceptor;
import org.springframework.security.rsocket.authorization.AuthorizationPayloadInterceptor;
import org.springframework.security.rsocket.authorization.PayloadExchangeMatcherReactiveAuthorizationManager;
import org.springframework.security.rsocket.core.PayloadSocketAcceptorInterceptor;
import org.springframework.security.rsocket.util.matcher.PayloadExchangeMatcherEntry;
import org.springframework.security.rsocket.util.matcher.PayloadExchangeMatchers;

/**
 * The process that sends: a context handler on one port, the same behind Spring Security
 * on another, a raw requestChannel on a third.
 */
public final class Source {

	static final RSocketStrategies STRATEGIES = RSocketStrategies.create();

	private Source() {
	}

	/**
	 * Serve until standard input ends; prints the four ports.
	 * @param args none
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		ContextEndpoint endpoint = endpoint("source", List.of(), new Telemetry());
		ContextEndpoint metered = endpoint("source", List.of(meters()), new Telemetry());
		SocketAcceptor inner = endpoint.inner(SocketAcceptor.with(new RSocket() {
		}));
		CloseableChannel contexts = bind(endpoint.outer(inner), endpoint.guard());
		CloseableChannel withMeters = bind(metered.outer(metered.inner(SocketAcceptor.with(new RSocket() {
		}))), metered.guard());
		CloseableChannel secured = bind(endpoint.outer(security().apply(inner)), endpoint.guard());
		CloseableChannel raw = bind(SocketAcceptor.with(new RawSource()), (type, connection) -> connection);
		System.out.println(contexts.address().getPort() + " " + secured.address().getPort() + " "
				+ withMeters.address().getPort() + " " + raw.address().getPort());
		while (System.in.read() != -1) {
			// until the parent is gone
		}
		System.exit(0);
	}

	/**
	 * Return what keeps meters, which are read ten times a second.
	 */
	static ContextListener meters() {
		MeterRegistry registry = new SimpleMeterRegistry();
		Schedulers.single()
			.schedulePeriodically(() -> registry.forEachMeter(Meter::measure), 100, 100, TimeUnit.MILLISECONDS);
		return new MeterContextListener(registry);
	}

	static ContextEndpoint endpoint(String name, List<ContextListener> listeners, Object... handlers) {
		StrategiesMsgCodecs codecs = new StrategiesMsgCodecs(STRATEGIES);
		ActorContextHandlers registry = new ActorContextHandlers(STRATEGIES, codecs, StreamSettings.DEFAULT);
		for (Object handler : handlers) {
			registry.register(handler);
		}
		TaskSetup setup = new TaskSetup(new Peer(name, "1"), BufferLimits.DEFAULT, new ContextListeners(listeners),
				codecs, RemoteErrors.DEFAULT, InstantSource.system());
		return new ContextEndpoint(setup, registry, Executors.newCachedThreadPool(), (context) -> Mono.empty(),
				CallerDefaults.DEFAULT);
	}

	private static SocketAcceptorInterceptor security() {
		PayloadExchangeMatcherReactiveAuthorizationManager rules = PayloadExchangeMatcherReactiveAuthorizationManager
			.builder()
			.add(new PayloadExchangeMatcherEntry<>(PayloadExchangeMatchers.anyExchange(),
					(authentication, context) -> authentication
						.map((who) -> new AuthorizationDecision(who.isAuthenticated()))))
			.build();
		return new PayloadSocketAcceptorInterceptor(
				List.of(new AnonymousPayloadInterceptor("anonymous"), new AuthorizationPayloadInterceptor(rules)));
	}

	private static CloseableChannel bind(SocketAcceptor acceptor, DuplexConnectionInterceptor guard) {
		CloseableChannel channel = RSocketServer.create(acceptor)
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.interceptors((registry) -> registry.forConnection(guard))
			.bind(TcpServerTransport.create("127.0.0.1", 0))
			.block();
		if (channel == null) {
			throw new IllegalStateException("No server");
		}
		return channel;
	}

	/**
	 * Sends messages of a size until the caller leaves.
	 */
	static final class Telemetry {

		@ActorContext("source")
		void source(CalleeContext<Void, byte[], byte[]> context, String size) {
			byte[] message = new byte[Integer.parseInt(size)];
			context.started(null);
			try (MsgStream<byte[], byte[]> stream = context.openStream()) {
				stream.receive();
				while (true) {
					stream.send(message);
				}
			}
			catch (StreamClosedException ex) {
				// the caller has enough
			}
		}

	}

	private static final class RawSource implements RSocket {

		@Override
		public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
			return Flux.from(payloads).switchOnFirst((first, all) -> {
				Payload opening = first.get();
				int size = (opening != null) ? Integer.parseInt(opening.getDataUtf8()) : 0;
				byte[] message = new byte[size];
				all.subscribe(Payload::release);
				return Flux.generate((sink) -> sink.next(ByteBufPayload.create(message)));
			});
		}

	}

}
