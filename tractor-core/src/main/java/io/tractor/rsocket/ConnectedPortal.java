package io.tractor.rsocket;

import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.TransportClosedException;
import reactor.core.publisher.Mono;

/**
 * A portal to the peer of one connection, for as long as that lives.
 *
 * @param connection the connection
 */
record ConnectedPortal(Connection connection) implements Portal {

	@Override
	public String name() {
		return "connected";
	}

	@Override
	public <A, V, I, O, R> ContextSpec<A, V, I, O, R> context(ContextType<A, V, I, O, R> type) {
		return new DefaultContextSpec<>(type, name(), this.connection.endpoint(), (timeout) -> Mono.defer(this::live));
	}

	private Mono<Connection> live() {
		return this.connection.rsocket().isDisposed()
				? Mono.error(new TransportClosedException("The connection of portal '" + name()
						+ "' is closed: open the context on a connection that lives", null))
				: Mono.just(this.connection);
	}

}
