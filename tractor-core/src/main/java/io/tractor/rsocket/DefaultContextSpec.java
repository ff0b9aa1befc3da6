package io.tractor.rsocket;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextSpec;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.ReactiveCallerContext;
import io.tractor.Side;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import io.tractor.TransportClosedException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import io.tractor.task.CallerTask;
import io.tractor.task.ContextObservation;
import io.tractor.task.Deadline;
import io.tractor.task.MsgCodec;
import io.tractor.task.ReactiveScope;
import io.tractor.task.Sequel;
import io.tractor.wire.OpeningCodec;
import io.tractor.wire.OpeningEntry;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.util.AlternativeJdkIdGenerator;
import org.springframework.util.Assert;
import org.springframework.util.IdGenerator;

/**
 * Opens a context on a connection of a portal.
 */
final class DefaultContextSpec<A, V, I, O, R> implements ContextSpec<A, V, I, O, R> {

	/**
	 * Ids must be unique, but need not be hard to guess (X9).
	 */
	private static final IdGenerator IDS = new AlternativeJdkIdGenerator();

	private static final Pattern VARIABLE = Pattern.compile("\\{[^}]*}");

	private final ContextType<A, V, I, O, R> type;

	private final String portal;

	private final ContextEndpoint endpoint;

	private final ConnectionSource source;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private @Nullable A argument;

	private Object[] variables = new Object[0];

	private Duration openTimeout;

	private @Nullable Duration deadline;

	private Duration cancelTimeout;

	private boolean interruptBody = true;

	DefaultContextSpec(ContextType<A, V, I, O, R> type, String portal, ContextEndpoint endpoint,
			ConnectionSource source) {
		Assert.notNull(type, "'type' must not be null");
		this.type = type;
		this.portal = portal;
		this.endpoint = endpoint;
		this.source = source;
		this.openTimeout = endpoint.callerDefaults().openTimeout();
		this.cancelTimeout = endpoint.callerDefaults().cancelTimeout();
	}

	@Override
	public ContextSpec<A, V, I, O, R> argument(@Nullable A value) {
		this.argument = value;
		return this;
	}

	@Override
	public ContextSpec<A, V, I, O, R> variables(Object... values) {
		this.variables = values.clone();
		return this;
	}

	@Override
	public ContextSpec<A, V, I, O, R> header(String name, String value) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(value, "'value' must not be null");
		this.headers.put(name, value);
		return this;
	}

	@Override
	public ContextSpec<A, V, I, O, R> openTimeout(Duration timeout) {
		this.openTimeout = positive(timeout);
		return this;
	}

	@Override
	public ContextSpec<A, V, I, O, R> deadline(Duration contextDeadline) {
		this.deadline = positive(contextDeadline);
		return this;
	}

	@Override
	public ContextSpec<A, V, I, O, R> cancelTimeout(Duration timeout) {
		this.cancelTimeout = positive(timeout);
		return this;
	}

	private static Duration positive(Duration timeout) {
		Assert.isTrue(!timeout.isNegative() && !timeout.isZero(),
				() -> "'timeout' must be positive, but is " + timeout);
		return timeout;
	}

	@Override
	public ContextSpec<A, V, I, O, R> interruptBody(boolean interrupt) {
		this.interruptBody = interrupt;
		return this;
	}

	@Override
	public <T extends @Nullable Object, X extends Exception> T run(Body<V, I, O, R, T, X> body) throws X {
		Assert.notNull(body, "'body' must not be null");
		return start().runBody(body).<X>get();
	}

	@Override
	public Outcome<R> runForOutcome(Body<V, I, O, R, ?, ?> body) {
		Assert.notNull(body, "'body' must not be null");
		CallerTask<V, I, O, R> task = start();
		task.runBody(body);
		return task.outcome();
	}

	@Override
	public ContextHandle<V, I, O, R> open() {
		return start();
	}

	@Override
	public <T> Mono<T> runMono(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Mono<T>> body) {
		return runFlux(body).singleOrEmpty();
	}

	@Override
	public <T> Flux<T> runFlux(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Publisher<T>> body) {
		Assert.notNull(body, "'body' must not be null");
		return Flux.deferContextual((view) -> {
			Attempt attempt = new Attempt(view,
					times(view.<TaskContext>getOrEmpty(TaskContext.class).or(TaskContext::current)));
			Connection connection = connected(attempt.times);
			if (connection != null) {
				return new ReactiveScope<>(attempt.openOrFail(connection)).run(body);
			}
			Mono<CallerTask<V, I, O, R>> opened = connect(attempt.times).map(attempt::open)
				.doOnError(attempt::failed)
				.doOnCancel(attempt::cancelled);
			return new Sequel<>(opened, (task) -> new ReactiveScope<>(task).run(body));
		});
	}

	private CallerTask<V, I, O, R> start() {
		Attempt attempt = new Attempt(Context.empty(), times(TaskContext.current()));
		// where the thread must not be blocked, connecting says so
		Connection connection = Schedulers.isInNonBlockingThread() ? null : connected(attempt.times);
		if (connection == null) {
			try {
				connection = connectNow(attempt.times);
			}
			catch (Throwable ex) {
				attempt.failed(ex);
				throw ex;
			}
		}
		return attempt.openOrFail(connection).awaitStarted();
	}

	/**
	 * Return when the opening and the context must be over: by the context's own
	 * deadline, or by that of the context in whose task it is opened.
	 */
	private Times times(Optional<TaskContext> parent) {
		Deadline own = (this.deadline != null) ? Deadline.in(this.deadline, "deadline") : null;
		Deadline all = parent.flatMap(TaskContext::remainingTime)
			.map((remaining) -> Deadline.in(remaining, "inherited deadline").earlier(own))
			.orElse(own);
		return new Times(Deadline.in(this.openTimeout, "open-timeout").earlier(all), all);
	}

	private Connection connectNow(Times times) {
		try {
			Connection connection = connect(times).block();
			Assert.state(connection != null, "No connection");
			return connection;
		}
		catch (RuntimeException ex) {
			if (Exceptions.unwrap(ex) instanceof InterruptedException interruption) {
				Thread.currentThread().interrupt();
				throw new ContextInterruptedException("The thread was interrupted while portal '" + this.portal
						+ "' connected for a context on route '" + this.type.route() + "'", interruption);
			}
			throw ex;
		}
	}

	/**
	 * Return the connection if there is one, and a context may be opened on it.
	 */
	private @Nullable Connection connected(Times times) {
		return (this.endpoint.isShutDown() || times.opening().isOver()) ? null : this.source.connected();
	}

	private Mono<Connection> connect(Times times) {
		if (this.endpoint.isShutDown()) {
			return Mono.error(() -> new ContextRejectedException(ContextRejectedException.Code.SHUTDOWN, false,
					"A context on route '" + this.type.route() + "' is not opened on portal '" + this.portal
							+ "': this application is shutting down"));
		}
		Deadline opening = times.opening();
		return Mono.defer(() -> opening.isOver() ? Mono.empty() : this.source.connect(opening.length()))
			.filter((connection) -> !opening.isOver())
			.onErrorMap(TransportClosedException.class,
					(ex) -> (times.all() != null && times.all().isOver()) ? notConnected(opening, ex) : ex)
			.switchIfEmpty(Mono.error(() -> notConnected(opening, null)));
	}

	private ContextTimeoutException notConnected(Deadline opening, @Nullable TransportClosedException failure) {
		return new ContextTimeoutException("Portal '" + this.portal + "' was not connected for the context on route '"
				+ this.type.route() + "' within its " + opening + ": allow it more time"
				+ ((failure != null) ? ". " + failure.getMessage() : ", or connect before"), failure);
	}

	private CallerTask<V, I, O, R> open(Connection connection, Attempt attempt) {
		Times times = attempt.times;
		String route = expand();
		if (!connection.isComposite()) {
			throw new ContextRejectedException(ContextRejectedException.Code.NOT_SUPPORTED, false,
					"The connection of portal '" + this.portal + "' has metadata of type "
							+ connection.metadataMimeType() + ": contexts need a connection set up with"
							+ " message/x.rsocket.composite-metadata.v0");
		}
		byte[] bytes = encodeArgument(connection);
		ContextIdentity identity = new ContextIdentity(Side.CALLER, attempt.id, route, this.endpoint.self());
		StreamSettings settings = this.endpoint.callerDefaults().settings().apply(this.type.route());
		CallerChannel channel = new CallerChannel(connection,
				(outlet) -> new CallerTask<>(this.type, connection.dataMimeType(), identity, settings,
						new CallerTask.Options(this.portal, times.opening(), times.all(), this.cancelTimeout,
								this.interruptBody),
						this.endpoint.setup(), attempt.observation, outlet),
				(task) -> new OpeningFrame(route,
						new OpeningEntry(OpeningCodec.VERSION, OpeningCodec.VERSION, identity.id(), identity.self(),
								task.monitor().compute(ContextEngine::grant), bytes != null,
								PropagatedHeaders.merge(this.headers, attempt.observation.headers()),
								(times.all() != null) ? times.all().remaining() : null),
						bytes)
					.write());
		channel.open();
		return task(channel);
	}

	@SuppressWarnings("unchecked")
	private CallerTask<V, I, O, R> task(CallerChannel channel) {
		return (CallerTask<V, I, O, R>) channel.task();
	}

	private byte @Nullable [] encodeArgument(Connection connection) {
		A value = this.argument;
		if (value == null) {
			return null;
		}
		MsgCodec<A> codec = this.endpoint.setup().codecs().codec(this.type.argumentType(), connection.dataMimeType());
		return codec.encode(value);
	}

	private String expand() {
		if (this.variables.length == 0 && this.type.route().indexOf('{') < 0) {
			return this.type.route();
		}
		Matcher matcher = VARIABLE.matcher(this.type.route());
		StringBuilder route = new StringBuilder();
		int used = 0;
		while (matcher.find()) {
			Assert.isTrue(used < this.variables.length, () -> "Route '" + this.type.route()
					+ "' has more variables than the " + this.variables.length + " values given");
			matcher.appendReplacement(route, Matcher.quoteReplacement(String.valueOf(this.variables[used])));
			used++;
		}
		Assert.isTrue(used == this.variables.length, () -> "Route '" + this.type.route()
				+ "' has fewer variables than the " + this.variables.length + " values given");
		return matcher.appendTail(route).toString();
	}

	/**
	 * One opening of a context, observed from before its connection is there.
	 */
	private final class Attempt {

		private final String id = IDS.generateId().toString();

		private final Times times;

		private final ContextObservation observation;

		private volatile boolean opened;

		Attempt(ContextView parent, Times times) {
			this.times = times;
			this.observation = DefaultContextSpec.this.endpoint.setup()
				.observer()
				.caller(DefaultContextSpec.this.type.route(), this.id, parent);
			this.observation.start();
		}

		/**
		 * Send the opening. From then on the task tells how the context ends.
		 */
		CallerTask<V, I, O, R> open(Connection connection) {
			CallerTask<V, I, O, R> task = DefaultContextSpec.this.open(connection, this);
			this.opened = true;
			return task;
		}

		CallerTask<V, I, O, R> openOrFail(Connection connection) {
			try {
				return open(connection);
			}
			catch (Throwable ex) {
				failed(ex);
				throw ex;
			}
		}

		void failed(Throwable error) {
			this.observation.ended(Peer.UNKNOWN, new Outcome.Failed<>(error, Ledger.EMPTY, List.of()));
		}

		void cancelled() {
			if (!this.opened) {
				ContextCancelledException cancellation = new ContextCancelledException(
						DefaultContextSpec.this.type.route(), Side.CALLER, DefaultContextSpec.this.endpoint.self(),
						"the subscriber of the caller's scope cancelled it", null, null);
				this.observation.cancelled(cancellation);
				this.observation.ended(Peer.UNKNOWN, new Outcome.Cancelled<>(cancellation, Ledger.EMPTY, List.of()));
			}
		}

	}

	/**
	 * When the opening, and when the context, must be over.
	 */
	private record Times(Deadline opening, @Nullable Deadline all) {

	}

}
