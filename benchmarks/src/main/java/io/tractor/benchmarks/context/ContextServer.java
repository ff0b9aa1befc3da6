package io.tractor.benchmarks.context;

import java.util.List;
import java.util.Objects;

import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.plugins.SocketAcceptorInterceptor;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.tractor.ContextListener;
import io.tractor.benchmarks.Running;
import io.tractor.rsocket.ContextEndpoint;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.rsocket.authentication.AnonymousPayloadInterceptor;
import org.springframework.security.rsocket.authorization.AuthorizationPayloadInterceptor;
import org.springframework.security.rsocket.authorization.PayloadExchangeMatcherReactiveAuthorizationManager;
import org.springframework.security.rsocket.core.PayloadSocketAcceptorInterceptor;
import org.springframework.security.rsocket.util.matcher.PayloadExchangeMatcherEntry;
import org.springframework.security.rsocket.util.matcher.PayloadExchangeMatchers;

/**
 * Serves contexts: plain, behind Spring Security, and with meters.
 */
public final class ContextServer {

	/**
	 * The name of the plain server.
	 */
	public static final String PLAIN = "context";

	/**
	 * The name of the one behind Spring Security.
	 */
	public static final String SECURED = "context-secured";

	/**
	 * The name of the one with meters.
	 */
	public static final String METERED = "context-metered";

	private ContextServer() {
	}

	public static int start(Running running) {
		return start(running, List.of(), (acceptor) -> acceptor);
	}

	public static int startSecured(Running running) {
		PayloadExchangeMatcherReactiveAuthorizationManager rules = PayloadExchangeMatcherReactiveAuthorizationManager
			.builder()
			.add(new PayloadExchangeMatcherEntry<>(PayloadExchangeMatchers.anyExchange(),
					(authentication, context) -> authentication
						.map((who) -> new AuthorizationDecision(who.isAuthenticated()))))
			.build();
		return start(running, List.of(), new PayloadSocketAcceptorInterceptor(
				List.of(new AnonymousPayloadInterceptor("anonymous"), new AuthorizationPayloadInterceptor(rules))));
	}

	public static int startMetered(Running running) {
		return start(running, List.of(ContextEndpoints.meters()), (acceptor) -> acceptor);
	}

	private static int start(Running running, List<ContextListener> listeners, SocketAcceptorInterceptor security) {
		ContextEndpoint endpoint = ContextEndpoints.create("server", listeners, new BlockingHandlers(running),
				new ReactiveHandlers(running));
		SocketAcceptor inner = endpoint.inner(SocketAcceptor.with(new RSocket() {
		}));
		CloseableChannel channel = RSocketServer.create(endpoint.outer(security.apply(inner)))
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.interceptors((registry) -> registry.forConnection(endpoint.guard()))
			.bind(TcpServerTransport.create("127.0.0.1", 0))
			.block();
		return Objects.requireNonNull(channel).address().getPort();
	}

}
