package io.tractor.autoconfigure.server;

import io.rsocket.core.RSocketServer;
import io.tractor.rsocket.ContextEndpoint;

import org.springframework.boot.rsocket.server.RSocketServerCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/**
 * Lets contexts in that have passed all other interceptors of the acceptor, and guards
 * connections where they begin. It comes before every other customizer, those of the
 * highest order included: what came before it would be further inside, and so would never
 * see an opening.
 */
final class InnerServerCustomizer implements RSocketServerCustomizer, PriorityOrdered {

	private final ContextEndpoint endpoint;

	InnerServerCustomizer(ContextEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void customize(RSocketServer server) {
		server.interceptors((registry) -> {
			registry.forConnection(this.endpoint.guard());
			registry.forSocketAcceptor(this.endpoint::inner);
		});
	}

}
