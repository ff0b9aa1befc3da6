package io.tractor.rsocket;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.rsocket.RSocket;
import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.TransportClosedException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

import org.springframework.util.Assert;

/**
 * A portal that connects when a context is opened, or before, and again after the
 * connection was lost (D4). Create it with {@link PortalBuilder}. Thread-safe.
 */
public final class RSocketPortal implements Portal, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RSocketPortal.class);

	private final String name;

	private final ContextEndpoint endpoint;

	private final Mono<RSocket> connector;

	private final Duration openTimeout;

	private final @Nullable Duration deadline;

	private final ConnectionSource source = new Source();

	private final AtomicReference<@Nullable Mono<Connection>> current = new AtomicReference<>();

	private final Sinks.Empty<Void> closing = Sinks.empty();

	private volatile boolean closed;

	private volatile @Nullable Connection live;

	private volatile @Nullable Throwable lastFailure;

	RSocketPortal(String name, ContextEndpoint endpoint, Mono<RSocket> connector, @Nullable Retry reconnect,
			@Nullable Duration openTimeout, @Nullable Duration deadline) {
		this.name = name;
		this.endpoint = endpoint;
		Mono<RSocket> attempt = connector.doOnError((ex) -> this.lastFailure = ex);
		this.connector = Mono.firstWithSignal((reconnect != null) ? attempt.retryWhen(reconnect) : attempt,
				this.closing.asMono().then(Mono.error(this::closedError)));
		this.openTimeout = (openTimeout != null) ? openTimeout : endpoint.callerDefaults().openTimeout();
		this.deadline = deadline;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public <A, V, I, O, R> ContextSpec<A, V, I, O, R> context(ContextType<A, V, I, O, R> type) {
		ContextSpec<A, V, I, O, R> spec = new DefaultContextSpec<>(type, this.name, this.endpoint, this.source)
			.openTimeout(this.openTimeout);
		return (this.deadline != null) ? spec.deadline(this.deadline) : spec;
	}

	/**
	 * Connect now instead of with the first opening.
	 * @return completes once connected
	 */
	public Mono<Void> connect() {
		return Mono.defer(this::connection).then();
	}

	/**
	 * Begin to connect in the background, unless there is a connection, or an attempt is
	 * under way. A failure is told by {@link #lastFailure()}.
	 */
	public void connectInBackground() {
		if (!this.closed && this.current.get() == null) {
			connect().subscribe((nothing) -> {
			}, (error) -> logger.debug("Portal '" + this.name + "' could not connect", error));
		}
	}

	/**
	 * Return whether there is a live connection.
	 * @return whether it is connected
	 */
	public boolean isConnected() {
		return connected() != null;
	}

	private @Nullable Connection connected() {
		Connection connection = this.live;
		return (connection != null && !connection.rsocket().isDisposed()) ? connection : null;
	}

	/**
	 * Return how the connection is. Does neither block nor connect.
	 * @return the state
	 */
	public State state() {
		if (this.closed) {
			return State.CLOSED;
		}
		if (isConnected()) {
			return State.CONNECTED;
		}
		if (this.lastFailure != null) {
			return State.FAILED;
		}
		if (this.live != null) {
			return State.LOST;
		}
		return (this.current.get() != null) ? State.CONNECTING : State.IDLE;
	}

	/**
	 * Return why the last attempt to connect failed.
	 * @return the error, or empty if the last attempt succeeded, or there was none
	 */
	public Optional<Throwable> lastFailure() {
		return Optional.ofNullable(this.lastFailure);
	}

	private TransportClosedException notConnected(Duration timeout, Throwable failure) {
		Throwable last = this.lastFailure;
		Throwable cause = (failure instanceof TimeoutException && last != null) ? last : Exceptions.unwrap(failure);
		return new TransportClosedException("Portal '" + this.name + "' could not connect within " + timeout + ": "
				+ cause.getMessage() + ". Is the server up, and is tractor.portals." + this.name + ".uri right?",
				cause);
	}

	private Mono<Connection> connection() {
		if (this.closed) {
			return Mono.error(closedError());
		}
		Mono<Connection> attempt = this.current.get();
		while (attempt == null) {
			Mono<Connection> fresh = newConnection();
			attempt = this.current.compareAndSet(null, fresh) ? fresh : this.current.get();
		}
		return attempt;
	}

	private TransportClosedException closedError() {
		return new TransportClosedException("Portal '" + this.name + "' is closed", null);
	}

	private Mono<Connection> newConnection() {
		AtomicReference<@Nullable Mono<Connection>> self = new AtomicReference<>();
		Mono<Connection> fresh = this.connector.map((rsocket) -> {
			Connection connection = this.endpoint.connection(rsocket);
			Assert.state(connection != null, "The connection was closed while it was made");
			this.live = connection;
			this.lastFailure = null;
			rsocket.onClose().onErrorComplete().doFinally((signal) -> forget(self.get())).subscribe();
			if (this.closed) {
				rsocket.dispose();
			}
			return connection;
		}).doOnError((ex) -> forget(self.get())).cache();
		self.set(fresh);
		return fresh;
	}

	private void forget(@Nullable Mono<Connection> attempt) {
		this.current.compareAndSet(attempt, null);
	}

	/**
	 * Close the connection, or stop to look for one; contexts on it end by a transport
	 * error. Later openings fail.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.closing.tryEmitEmpty();
		Connection connection = this.live;
		if (connection != null) {
			connection.rsocket().dispose();
		}
	}

	private final class Source implements ConnectionSource {

		@Override
		public @Nullable Connection connected() {
			return RSocketPortal.this.closed ? null : RSocketPortal.this.connected();
		}

		@Override
		public Mono<Connection> connect(Duration timeout) {
			return Mono.defer(RSocketPortal.this::connection)
				.timeout(timeout)
				.onErrorMap((ex) -> !(ex instanceof TransportClosedException), (ex) -> notConnected(timeout, ex));
		}

	}

	/**
	 * How a portal's connection is.
	 */
	public enum State {

		/**
		 * Nobody has needed a connection yet.
		 */
		IDLE,

		/**
		 * The first connection is being made.
		 */
		CONNECTING,

		/**
		 * There is a connection.
		 */
		CONNECTED,

		/**
		 * The connection was lost. It is made again when one is needed.
		 */
		LOST,

		/**
		 * The last attempt to connect failed. The next one is made when a connection is
		 * needed, or is under way.
		 */
		FAILED,

		/**
		 * The portal was closed.
		 */
		CLOSED

	}

}
