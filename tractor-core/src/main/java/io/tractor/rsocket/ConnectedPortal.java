package io.tractor.rsocket;

import java.time.Duration;

import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.TransportClosedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A portal to the peer of one connection, for as long as that lives.
 *
 * @param connection the connection
 */
record ConnectedPortal(Connection connection) implements Portal, ConnectionSource {

	@Override
	public String name() {
		return "connected";
	}

	@Override
	public <A, V, I, O, R> ContextSpec<A, V, I, O, R> context(ContextType<A, V, I, O, R> type) {
		return new DefaultContextSpec<>(type, name(), this.connection.endpoint(), this);
	}

	@Override
	public @Nullable Connection connected() {
		return this.connection.rsocket().isDisposed() ? null : this.connection;
	}

	@Override
	public Mono<Connection> connect(Duration timeout) {
		return Mono
			.defer(() -> (connected() != null) ? Mono.just(this.connection) : Mono.error(new TransportClosedException(
					"The connection of portal '" + name() + "' is closed: open the context on a connection that lives",
					null)));
	}

}
