package io.tractor.benchmarks.context;

import java.util.List;

import io.rsocket.transport.netty.client.TcpClientTransport;
import io.tractor.ContextListener;
import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.benchmarks.Lazy;
import io.tractor.benchmarks.ServerProcess;
import io.tractor.rsocket.PortalBuilder;

/**
 * A connection to one of the servers, which is started when a first context is opened.
 * With meters on both sides or on none.
 */
public final class LazyPortal implements Portal {

	private final String server;

	private final Lazy<Portal> connected;

	/**
	 * Create a portal.
	 * @param process the other process
	 * @param server the server's name
	 */
	public LazyPortal(ServerProcess process, String server) {
		this.server = server;
		List<ContextListener> listeners = server.equals(ContextServer.METERED) ? List.of(ContextEndpoints.meters())
				: List.of();
		this.connected = new Lazy<>(() -> new PortalBuilder(server, ContextEndpoints.create("client", listeners))
			.build(TcpClientTransport.create("127.0.0.1", process.port(server))));
	}

	@Override
	public String name() {
		return this.server;
	}

	@Override
	public <A, V, I, O, R> ContextSpec<A, V, I, O, R> context(ContextType<A, V, I, O, R> type) {
		return this.connected.get().context(type);
	}

}
