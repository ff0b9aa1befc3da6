package io.tractor.benchmarks.context;

import java.io.IOException;
import java.util.List;

import io.rsocket.transport.netty.client.TcpClientTransport;
import io.tractor.ContextListener;
import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.benchmarks.ServerProcess;
import io.tractor.rsocket.PortalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one of the servers, which is started when a first context is opened.
 * With meters on both sides or on none.
 */
public final class LazyPortal implements Portal {

	private final ServerProcess process;

	private final String server;

	private @Nullable Portal connected;

	/**
	 * Create a portal.
	 * @param process the other process
	 * @param server the server's name
	 */
	public LazyPortal(ServerProcess process, String server) {
		this.process = process;
		this.server = server;
	}

	@Override
	public String name() {
		return this.server;
	}

	@Override
	public <A, V, I, O, R> ContextSpec<A, V, I, O, R> context(ContextType<A, V, I, O, R> type) {
		return connected().context(type);
	}

	private synchronized Portal connected() {
		Portal portal = this.connected;
		if (portal == null) {
			portal = connect();
			this.connected = portal;
		}
		return portal;
	}

	private Portal connect() {
		List<ContextListener> listeners = this.server.equals(ContextServer.METERED) ? List.of(ContextEndpoints.meters())
				: List.of();
		try {
			return new PortalBuilder(this.server, ContextEndpoints.create("client", listeners))
				.build(TcpClientTransport.create("127.0.0.1", this.process.port(this.server)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
