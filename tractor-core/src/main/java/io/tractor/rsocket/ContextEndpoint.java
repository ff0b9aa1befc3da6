package io.tractor.rsocket;

import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.plugins.DuplexConnectionInterceptor;
import io.rsocket.util.RSocketProxy;
import io.tractor.ContextRejectedException;
import io.tractor.ContextRejectedException.Code;
import io.tractor.LogText;
import io.tractor.Peer;
import io.tractor.Portal;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.CalleeTask;
import io.tractor.task.Deadline;
import io.tractor.task.LinkedTask;
import io.tractor.task.Opening;
import io.tractor.task.Sequel;
import io.tractor.task.TaskSetup;
import io.tractor.wire.MalformedEnvelopeException;
import io.tractor.wire.OpeningCodec;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.messaging.MessageDeliveryException;

/**
 * What an application has on all of its RSocket connections, as server and as client: the
 * callee's role towards those who open contexts, and portals to connected peers.
 * Thread-safe.
 * <p>
 * An acceptor is wrapped twice, around whatever security stands in between: the outer
 * acceptor sends just the first payload of a context's channel down the chain, and the
 * inner one, if it gets there, allows the context. What follows on the channel passes
 * neither (O15).
 */
public final class ContextEndpoint {

	/**
	 * The version of the protocol that is spoken, see docs/protocol.md.
	 */
	public static final int PROTOCOL_VERSION = OpeningCodec.VERSION;

	private static final Log logger = LogFactory.getLog(ContextEndpoint.class);

	/**
	 * Reactor's scheduler may be replaced while this runs.
	 */
	private static final Executor PARALLEL = (task) -> Schedulers.parallel().schedule(task);

	/**
	 * How many bytes of metadata an opening may have at least.
	 */
	private static final int MAX_METADATA = 64 * 1024;

	/**
	 * The only key of RSocket's own Reactor context.
	 */
	private static final Object DISCARD_KEY = Operators.enableOnDiscard(null, (discarded) -> {
	}).stream().findFirst().orElseThrow().getKey();

	/**
	 * Why contexts are cancelled that outlive the application (D5).
	 */
	private static final String SHUTDOWN = "shutdown";

	private final Map<RSocket, Connection> connections = new ConcurrentHashMap<>();

	/**
	 * Callees that wait for END: their contexts count as open, and so are limited
	 * already.
	 */
	private final Linger<CalleeChannel> callees = new Linger<>(Duration.ofSeconds(60), Integer.MAX_VALUE,
			this.connections::isEmpty, CalleeChannel::giveUp);

	/**
	 * Callers that wait for the completion that follows END.
	 */
	private final Linger<CallerChannel> callers = new Linger<>(Duration.ofSeconds(2), 256, this.connections::isEmpty,
			CallerChannel::cancelInbound);

	private final AtomicInteger openContexts = new AtomicInteger();

	private final Object idle = new Object();

	private final TaskSetup setup;

	private final CalleeHandlers handlers;

	private final Executor executor;

	private final PrincipalResolver principals;

	private final CallerDefaults callerDefaults;

	private volatile ConnectionLimits limits = ConnectionLimits.DEFAULT;

	private volatile Phase phase = Phase.RUNNING;

	/**
	 * Create an endpoint.
	 * @param setup what all contexts have in common
	 * @param handlers the handlers of contexts that peers open
	 * @param executor runs handlers, each of which may block; rejects when it has no
	 * thread
	 * @param principals finds who is authenticated
	 * @param callerDefaults how contexts are opened from here
	 */
	public ContextEndpoint(TaskSetup setup, CalleeHandlers handlers, Executor executor, PrincipalResolver principals,
			CallerDefaults callerDefaults) {
		this.setup = setup;
		this.handlers = handlers;
		this.executor = executor;
		this.principals = principals;
		this.callerDefaults = callerDefaults;
	}

	/**
	 * Return this application's own identity.
	 * @return the identity
	 */
	public Peer self() {
		return this.setup.self();
	}

	/**
	 * Return how many channels of contexts are open now, in either role (D6). One that
	 * was opened from here counts until its end is on its way.
	 * @return the count
	 */
	public int openContexts() {
		return this.openContexts.get();
	}

	/**
	 * Return how many connections there are that contexts can be opened on, whoever made
	 * them.
	 * @return the count
	 */
	public int connections() {
		return this.connections.size();
	}

	void opened() {
		this.openContexts.incrementAndGet();
	}

	void closed() {
		if (this.openContexts.decrementAndGet() == 0) {
			synchronized (this.idle) {
				this.idle.notifyAll();
			}
		}
	}

	/**
	 * Set the bounds of connections that are made from now on. By default these are
	 * {@link ConnectionLimits#DEFAULT}.
	 * @param limits the limits
	 */
	public void setLimits(ConnectionLimits limits) {
		this.limits = limits;
	}

	/**
	 * Set how long a callee that is done waits for the caller to acknowledge that. When
	 * it runs out the channel is closed from here, and the callee's ledger says what is
	 * not known (D6). By default this is 60 seconds.
	 * @param timeout the time to wait
	 */
	public void setLingerTimeout(Duration timeout) {
		this.callees.setTimeout(timeout);
	}

	Linger<CalleeChannel> lingeringCallees() {
		return this.callees;
	}

	Linger<CallerChannel> lingeringCallers() {
		return this.callers;
	}

	TaskSetup setup() {
		return this.setup;
	}

	CallerDefaults callerDefaults() {
		return this.callerDefaults;
	}

	/**
	 * Take contexts again after {@link #shutdown}.
	 */
	public void start() {
		this.phase = Phase.RUNNING;
	}

	/**
	 * End all contexts, of either role. What peers open is refused from now on. Contexts
	 * that are open may run on for a while, and open others; what is left then is
	 * cancelled with the reason "shutdown", and waited for as long as the application's
	 * {@link CallerDefaults#cancelTimeout()} says (D5). Blocks. Connections stay.
	 * @param grace how long contexts may run on
	 * @return how many contexts have not ended
	 */
	public int shutdown(Duration grace) {
		this.phase = Phase.ENDING;
		boolean ended = awaitIdle(grace);
		this.phase = Phase.ENDED;
		if (!ended) {
			this.setup.live().all().forEach((task) -> task.cancelFromOutside(SHUTDOWN));
			awaitIdle(this.callerDefaults.cancelTimeout());
		}
		return openContexts();
	}

	private boolean awaitIdle(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		synchronized (this.idle) {
			long left = timeout.toNanos();
			while (openContexts() > 0 && left > 0) {
				try {
					TimeUnit.NANOSECONDS.timedWait(this.idle, left);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return false;
				}
				left = deadline - System.nanoTime();
			}
		}
		return openContexts() == 0;
	}

	/**
	 * Return whether a shutdown has come to the point where no context is opened from
	 * here any more.
	 */
	boolean isShutDown() {
		return this.phase == Phase.ENDED;
	}

	/**
	 * Cancel a context that opened while a shutdown cancelled the others.
	 */
	void cancelIfShutDown(LinkedTask<?, ?> task) {
		if (isShutDown()) {
			task.cancelFromOutside(SHUTDOWN);
		}
	}

	/**
	 * Return what has to be on each connection, closest to the transport: it closes
	 * connections whose peer makes this side hold too much, or is gone (L3, D2).
	 * @return the interceptor
	 */
	public DuplexConnectionInterceptor guard() {
		return (type, connection) -> (type == DuplexConnectionInterceptor.Type.SOURCE)
				? new ConnectionGuard(connection, this.limits) : connection;
	}

	/**
	 * Wrap an acceptor from outside of any security.
	 * @param acceptor the acceptor
	 * @return the wrapped one
	 */
	public SocketAcceptor outer(SocketAcceptor acceptor) {
		return (payload, rsocket) -> Mono.defer(() -> {
			Connection connection = connect(payload, rsocket);
			return acceptor.accept(payload, rsocket).map((responder) -> new OuterResponder(responder, connection));
		});
	}

	/**
	 * Wrap an acceptor from inside of any security.
	 * @param acceptor the acceptor
	 * @return the wrapped one
	 */
	public SocketAcceptor inner(SocketAcceptor acceptor) {
		return (payload, rsocket) -> acceptor.accept(payload, rsocket)
			.map((responder) -> new InnerResponder(responder, payload.metadataMimeType()));
	}

	private Connection connect(ConnectionSetupPayload payload, RSocket rsocket) {
		EventExecutor eventLoop = ThreadExecutorMap.currentExecutor();
		ConnectionGuard guard = ConnectionGuard.ofSetup();
		ConnectionWriter writer = new ConnectionWriter((eventLoop != null) ? eventLoop : PARALLEL,
				(guard != null) ? guard::isPeerBehind : () -> false);
		Connection connection = new Connection(this, rsocket, guard, writer,
				new PeerOpenings(self(), this.limits, System::nanoTime),
				Connection.dataMimeType(payload.dataMimeType()), payload.metadataMimeType());
		if (guard != null) {
			guard.whenRead(writer::resume);
		}
		this.connections.put(rsocket, connection);
		rsocket.onClose().doFinally((signal) -> {
			this.connections.remove(rsocket);
			writer.close();
			this.callees.stopIfUnused();
			this.callers.stopIfUnused();
		}).subscribe((closed) -> {
		}, (error) -> {
		});
		return connection;
	}

	/**
	 * Return the connection that an RSocket sends on.
	 */
	@Nullable Connection connection(RSocket rsocket) {
		return this.connections.get(rsocket);
	}

	/**
	 * Return a portal to the peer at the other end of a connection (O12).
	 * @param rsocket sends requests on the connection
	 * @return the portal, or empty if the connection is not one of this endpoint's
	 */
	public Optional<Portal> portal(RSocket rsocket) {
		return Optional.ofNullable(connection(rsocket)).map(ConnectedPortal::new);
	}

	/**
	 * Return portals to all peers that are connected, whoever made the connection.
	 * @return the portals
	 */
	public Set<Portal> connected() {
		Set<Portal> portals = new LinkedHashSet<>();
		this.connections.values().forEach((connection) -> portals.add(new ConnectedPortal(connection)));
		return portals;
	}

	private Publisher<Payload> open(Connection connection, RSocket responder, Payload first,
			OpeningFrame.Metadata metadata, ContextView context, Flux<Payload> inbound) {
		PeerOpenings openings = connection.peerOpenings();
		OpeningFrame frame;
		try {
			frame = read(connection, first, metadata);
			openings.take(frame.route(), frame.entry().contextId());
		}
		catch (ContextRejectedException ex) {
			return refuse(inbound, ex);
		}
		Duration remaining = frame.entry().remaining();
		Deadline deadline = (remaining != null) ? Deadline.in(remaining, "caller's deadline") : null;
		Admission admission = new Admission();
		if (responder instanceof InnerResponder && isTransports(context)) {
			// nothing stands between or around, and so nobody is authenticated
			admission.grant(context, null);
			try {
				return accept(connection, frame, deadline, admission, inbound);
			}
			finally {
				if (!admission.accepted) {
					openings.giveBack(frame.entry().contextId());
				}
			}
		}
		Mono<Optional<ContextRejectedException>> admitted = responder.requestChannel(Mono.just(frame.copy(first)))
			.contextWrite((writable) -> writable.put(Admission.class, admission))
			.then(Mono.fromSupplier(() -> admission.isGranted() ? Optional.<ContextRejectedException>empty()
					: Optional.of(denied(frame.route(), ""))))
			.onErrorResume((ex) -> Mono.just(Optional.of(notAdmitted(frame.route(), ex))))
			.doFinally((signal) -> {
				if (!admission.accepted) {
					openings.giveBack(frame.entry().contextId());
				}
			});
		return new Sequel<>(admitted, (rejection) -> rejection.map((ex) -> refuse(inbound, ex))
			.orElseGet(() -> accept(connection, frame, deadline, admission, inbound)));
	}

	/**
	 * Return whether nobody has added anything to a Reactor context.
	 */
	private static boolean isTransports(ContextView context) {
		return context.isEmpty() || (context.size() == 1 && context.hasKey(DISCARD_KEY));
	}

	/**
	 * Read an opening, and copy it only if it may be copied.
	 */
	private OpeningFrame read(Connection connection, Payload first, OpeningFrame.Metadata metadata) {
		String named = metadata.route();
		String route = LogText.escape((named != null) ? named : "");
		if (this.phase != Phase.RUNNING) {
			throw shuttingDown(route);
		}
		connection.peerOpenings().count(route);
		int limit = this.setup.limits().maxMessage();
		checkSize(route, "An argument", first.sliceData().readableBytes(), limit);
		checkSize(route, "Metadata", first.sliceMetadata().readableBytes(), Math.max(limit, MAX_METADATA));
		OpeningFrame frame;
		try {
			frame = OpeningFrame.read(first, metadata);
		}
		catch (MalformedEnvelopeException ex) {
			throw new ContextRejectedException(Code.INVALID, false,
					"The opening could not be read by " + self() + ": " + ex.getMessage());
		}
		if (!LogText.isPlain(frame.route())) {
			throw new ContextRejectedException(Code.INVALID, false,
					"The route '" + frame.route() + "' has control characters, which " + self() + " does not take");
		}
		if (!frame.entry().isSupported()) {
			throw new ContextRejectedException(Code.UNSUPPORTED_VERSION, false,
					self() + " speaks version 1 of the protocol, the caller versions " + frame.entry().minVersion()
							+ " to " + frame.entry().maxVersion());
		}
		return frame;
	}

	private void checkSize(String route, String what, int size, int limit) {
		if (size > limit) {
			throw new ContextRejectedException(Code.INVALID, false, what + " of " + size + " bytes for route '" + route
					+ "' is above the limit of " + limit + " bytes that " + self() + " takes");
		}
	}

	private ContextRejectedException shuttingDown(String route) {
		return new ContextRejectedException(Code.SHUTDOWN, true, self() + " refuses a context on route '" + route
				+ "': it is shutting down. Open it elsewhere, or later");
	}

	private ContextRejectedException notAdmitted(String route, Throwable error) {
		return this.principals.isDenial(error) ? denied(route, this.setup.errors().message(error))
				: failed(route, error);
	}

	private ContextRejectedException denied(String route, String why) {
		return new ContextRejectedException(Code.DENIED, false, "The security rules of " + self()
				+ " deny a context on route '" + route + "'" + (why.isEmpty() ? "" : ": " + why));
	}

	private ContextRejectedException failed(String route, Throwable error) {
		logger.error("An opening of a context on route '" + route + "' is refused, because something failed", error);
		return new ContextRejectedException(Code.FAILED, true,
				self() + " failed to open a context on route '" + route + "': its log says why");
	}

	private Flux<Payload> accept(Connection connection, OpeningFrame frame, @Nullable Deadline deadline,
			Admission admission, Flux<Payload> inbound) {
		if (this.phase != Phase.RUNNING) {
			return refuse(inbound, shuttingDown(frame.route()));
		}
		CalleeHandler handler = this.handlers.find(frame.route());
		if (handler == null) {
			return refuse(inbound, new ContextRejectedException(Code.NO_HANDLER, false,
					self() + " has no @ActorContext handler for route '" + frame.route() + "'"));
		}
		String route = frame.route().equals(handler.pattern()) ? handler.pattern() : frame.route();
		Peer caller = connection.peerOpenings().peer(frame.entry().caller());
		Opening opening = new Opening(route, frame.entry().contextId(), caller, frame.argument(),
				connection.dataMimeType(), frame.entry().headers(), deadline, admission.principal(),
				admission.context());
		try {
			CalleeChannel channel = new CalleeChannel(connection,
					(outlet) -> new CalleeTask(handler, opening, frame.entry().grant(), this.setup, outlet), inbound,
					this.executor);
			admission.accepted = true;
			return channel;
		}
		catch (RuntimeException ex) {
			return refuse(inbound, failed(frame.route(), ex));
		}
	}

	private static Flux<Payload> refuse(Flux<Payload> inbound, ContextRejectedException rejection) {
		return inbound.take(1)
			.doOnNext(Payload::release)
			.thenMany(Flux.defer(() -> Flux.just(Refusal.write(rejection))));
	}

	/**
	 * How far a shutdown is.
	 */
	private enum Phase {

		/**
		 * There is none.
		 */
		RUNNING,

		/**
		 * The peers' openings are refused.
		 */
		ENDING,

		/**
		 * Nothing is opened any more.
		 */
		ENDED

	}

	/**
	 * What the inner responder tells the outer one.
	 */
	private static final class Admission {

		/**
		 * Whether there is a channel, which holds the peer's place until it is closed.
		 */
		private volatile boolean accepted;

		private volatile @Nullable ContextView context;

		private volatile @Nullable Principal principal;

		void grant(ContextView reactorContext, @Nullable Principal authenticated) {
			this.principal = authenticated;
			this.context = Context.of(reactorContext).delete(Admission.class);
		}

		boolean isGranted() {
			return this.context != null;
		}

		ContextView context() {
			ContextView granted = this.context;
			return (granted != null) ? granted : Context.empty();
		}

		@Nullable Principal principal() {
			return this.principal;
		}

	}

	private final class OuterResponder extends RSocketProxy {

		private final Connection connection;

		OuterResponder(RSocket responder, Connection connection) {
			super(responder);
			this.connection = connection;
		}

		@Override
		public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
			return Flux.from(payloads).switchOnFirst(this::open, true);
		}

		private Publisher<Payload> open(Signal<? extends Payload> signal, Flux<Payload> inbound) {
			Payload first = signal.get();
			if (first == null || !this.connection.isComposite() || !first.hasMetadata()) {
				return this.source.requestChannel(inbound);
			}
			OpeningFrame.Metadata metadata = OpeningFrame.Metadata.of(first.sliceMetadata());
			if (metadata.opening() == null) {
				return this.source.requestChannel(inbound);
			}
			return ContextEndpoint.this.open(this.connection, this.source, first, metadata, signal.getContextView(),
					inbound);
		}

	}

	private final class InnerResponder extends RSocketProxy {

		private final String metadataMimeType;

		InnerResponder(RSocket responder, String metadataMimeType) {
			super(responder);
			this.metadataMimeType = metadataMimeType;
		}

		@Override
		public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
			return Flux.deferContextual((context) -> {
				Admission admission = context.getOrDefault(Admission.class, null);
				if (admission == null) {
					return Flux.from(payloads)
						.switchOnFirst((signal, flux) -> explained(signal.get(), this.source.requestChannel(flux)));
				}
				return Flux.from(payloads)
					.doOnNext(Payload::release)
					.then(ContextEndpoint.this.principals.resolve(context).singleOptional())
					.zipWith(ContextEndpoint.this.principals.handlerContext(context))
					.flatMapMany((who) -> {
						admission.grant(who.getT2(), who.getT1().orElse(null));
						return Flux.empty();
					});
			});
		}

		@Override
		public Mono<Payload> requestResponse(Payload payload) {
			String route = contextRoute(payload);
			Mono<Payload> response = this.source.requestResponse(payload);
			return (route != null) ? response.onErrorMap((ex) -> explain(route, ex)) : response;
		}

		@Override
		public Flux<Payload> requestStream(Payload payload) {
			return explained(payload, () -> this.source.requestStream(payload));
		}

		private Flux<Payload> explained(@Nullable Payload first, Flux<Payload> response) {
			return explained(first, () -> response);
		}

		private Flux<Payload> explained(@Nullable Payload first, Supplier<Flux<Payload>> response) {
			String route = (first != null) ? contextRoute(first) : null;
			Flux<Payload> answer = response.get();
			return (route != null) ? answer.onErrorMap((ex) -> explain(route, ex)) : answer;
		}

		private @Nullable String contextRoute(Payload payload) {
			String route = payload.hasMetadata() ? OpeningFrame.route(payload.sliceMetadata(), this.metadataMimeType)
					: null;
			return (route != null && ContextEndpoint.this.handlers.find(route) != null) ? route : null;
		}

		private Throwable explain(String route, Throwable error) {
			return isUnanswered(error) ? new ApplicationErrorException("Route '" + route + "' of " + self()
					+ " is an @ActorContext handler: open a context on it with a tractor portal, or by"
					+ " docs/protocol.md; a plain RSocket request cannot") : error;
		}

		private static boolean isUnanswered(Throwable error) {
			boolean byDefault = RSocket.class.getPackageName().equals(error.getClass().getPackageName());
			return byDefault || error instanceof MessageDeliveryException;
		}

	}

}
