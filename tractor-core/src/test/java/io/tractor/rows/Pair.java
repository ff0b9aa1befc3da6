package io.tractor.rows;

import java.time.Duration;

import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.engine.BufferLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;

/**
 * Two applications, connected over a link: {@code there} runs the callees, {@code here}
 * opens contexts on it.
 */
final class Pair implements AutoCloseable {

	final Node here;

	final Node there;

	final RSocketPortal portal;

	private final Link.Server server;

	Pair(Link link) {
		this(link, BufferLimits.DEFAULT, Duration.ofSeconds(10));
	}

	Pair(Link link, BufferLimits limits, Duration cancelTimeout) {
		this.here = new Node("here", limits, cancelTimeout);
		this.there = new Node("there", limits, cancelTimeout);
		this.server = link.start(acceptor(this.there));
		this.portal = new PortalBuilder("there", this.here.endpoint).build(this.server.client().get());
	}

	static SocketAcceptor acceptor(Node node) {
		return node.endpoint.outer(node.endpoint.inner(SocketAcceptor.with(new RSocket() {
		})));
	}

	/**
	 * The server's portal to the connected client (O12).
	 */
	Portal back() {
		this.portal.connect().block(Duration.ofSeconds(10));
		return this.there.endpoint.connected().iterator().next();
	}

	<A, V, I, O, R> void handle(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler) {
		this.there.handle(type, handler);
	}

	void cut() {
		this.server.closeable().dispose();
		this.portal.close();
	}

	@Override
	public void close() {
		cut();
		this.here.close();
		this.there.close();
	}

}
