package io.tractor.rsocket;

import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.TransportClosedException;

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
		return new DefaultContextSpec<>(type, name(), this.connection.endpoint(), (timeout) -> {
			if (this.connection.rsocket().isDisposed()) {
				throw new TransportClosedException("The connection of portal '" + name()
						+ "' is closed: open the context on a connection that lives", null);
			}
			return this.connection;
		});
	}

}
