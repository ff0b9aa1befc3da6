package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.ClientTransport;
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

	/**
	 * What the server sends requests on, to each client that connected.
	 */
	final List<RSocket> accepted = new CopyOnWriteArrayList<>();

	private final Link.Server server;

	Pair(Link link) {
		this(link, BufferLimits.DEFAULT, Duration.ofSeconds(10));
	}

	Pair(Link link, Form form) {
		this(link);
		use(form);
	}

	Pair(Link link, BufferLimits limits, Duration cancelTimeout) {
		this(link, limits, cancelTimeout, (builder) -> builder);
	}

	Pair(Link link, BufferLimits limits, Duration cancelTimeout, UnaryOperator<PortalBuilder> customizer) {
		this(link, new Node("here", limits, cancelTimeout), new Node("there", limits, cancelTimeout), customizer);
	}

	Pair(Link link, Node here, Node there, UnaryOperator<PortalBuilder> customizer) {
		this(link, here, there, customizer, (server) -> {
		});
	}

	Pair(Link link, Node here, Node there, UnaryOperator<PortalBuilder> customizer,
			Consumer<RSocketServer> serverCustomizer) {
		this.here = here;
		this.there = there;
		SocketAcceptor acceptor = acceptor(this.there);
		this.server = link.start((setup, rsocket) -> {
			this.accepted.add(rsocket);
			return acceptor.accept(setup, rsocket);
		}, (server) -> {
			server.interceptors((registry) -> registry.forConnection(this.there.endpoint.guard()));
			serverCustomizer.accept(server);
		});
		this.portal = customizer.apply(new PortalBuilder("there", this.here.endpoint))
			.build(this.server.client().get());
	}

	/**
	 * Let handlers be of the kind that goes with a form.
	 */
	Pair use(Form form) {
		this.here.reactive = form == Form.REACTIVE;
		this.there.reactive = form == Form.REACTIVE;
		return this;
	}

	/**
	 * One application with a portal to itself (O13).
	 */
	static Pair withItself(Link link) {
		Node self = new Node("self", BufferLimits.DEFAULT, Duration.ofSeconds(10));
		return new Pair(link, self, self, (builder) -> builder);
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
		Waits.until(() -> !this.there.endpoint.connected().isEmpty());
		return this.there.endpoint.connected().iterator().next();
	}

	<A, V, I, O, R> void handle(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler) {
		this.there.handle(type, handler);
	}

	/**
	 * Where the server listens.
	 */
	int port() {
		return this.server.port();
	}

	/**
	 * Another client's way to the server.
	 */
	ClientTransport client() {
		return this.server.client().get();
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
