package io.tractor.rows;

import java.security.Principal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tractor.CalleeContext;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.ReactiveCalleeContext;
import io.tractor.StallReport;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.PrincipalResolver;
import io.tractor.task.BlockingCalleeHandler;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.ContextListeners;
import io.tractor.task.ContextObserver;
import io.tractor.task.LiveContexts;
import io.tractor.task.MsgCodec;
import io.tractor.task.MsgCodecs;
import io.tractor.task.Opening;
import io.tractor.task.ReactiveCalleeHandler;
import io.tractor.task.RemoteErrors;
import io.tractor.task.TaskSetup;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.core.ResolvableType;
import org.springframework.http.codec.cbor.JacksonCborDecoder;
import org.springframework.http.codec.cbor.JacksonCborEncoder;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.security.access.AccessDeniedException;

/**
 * One of the two applications of a test.
 */
final class Node implements CalleeHandlers, ContextListener, AutoCloseable {

	static final RSocketStrategies STRATEGIES = RSocketStrategies.builder()
		.encoders((encoders) -> encoders.add(new JacksonCborEncoder()))
		.decoders((decoders) -> decoders.add(new JacksonCborDecoder()))
		.build();

	static final MsgCodecs CODECS = new StrategiesMsgCodecs(STRATEGIES);

	private final Map<String, CalleeHandler> handlers = new ConcurrentHashMap<>();

	final ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newCachedThreadPool();

	/**
	 * Provisional reports that the listener was told.
	 */
	final List<OverrunReport> overruns = new CopyOnWriteArrayList<>();

	/**
	 * Final reports that the listener was told.
	 */
	final List<OverrunReport> finals = new CopyOnWriteArrayList<>();

	/**
	 * Messages of this side that the listener was told the peer could not read.
	 */
	final List<Unreadable> unreadables = new CopyOnWriteArrayList<>();

	final List<StallReport> stalls = new CopyOnWriteArrayList<>();

	final List<Outcome<?>> outcomes = new CopyOnWriteArrayList<>();

	final List<TaskContext> contexts = new CopyOnWriteArrayList<>();

	final List<TaskContext> started = new CopyOnWriteArrayList<>();

	final ContextEndpoint endpoint;

	final LiveContexts live;

	/**
	 * Whether handlers are reactive.
	 */
	volatile boolean reactive;

	/**
	 * What the listener does when a context has started.
	 */
	volatile Consumer<TaskContext> onStarted = (context) -> {
	};

	volatile StreamSettings settings = StreamSettings.DEFAULT;

	Node(String name, BufferLimits limits, Duration cancelTimeout) {
		this(name, limits, cancelTimeout, RemoteErrors.DEFAULT);
	}

	Node(String name, BufferLimits limits, Duration cancelTimeout, RemoteErrors errors) {
		this(name, limits, cancelTimeout, errors, LiveContexts.DEFAULT_STALLED_AFTER);
	}

	Node(String name, BufferLimits limits, Duration cancelTimeout, RemoteErrors errors, Duration stalledAfter) {
		this(name, limits, cancelTimeout, errors, stalledAfter, ContextObserver.NONE);
	}

	Node(String name, BufferLimits limits, Duration cancelTimeout, RemoteErrors errors, Duration stalledAfter,
			ContextObserver observer) {
		this.live = new LiveContexts(stalledAfter, InstantSource.system());
		TaskSetup setup = new TaskSetup(new Peer(name, name + "-1"), limits, new ContextListeners(List.of(this)),
				CODECS, errors, InstantSource.system(), this.live, observer);
		this.endpoint = new ContextEndpoint(setup, this, this.executor, new Principals(),
				new CallerDefaults((route) -> this.settings, Duration.ofSeconds(10), cancelTimeout));
	}

	<A, V, I, O, R> void handle(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler) {
		this.handlers.put(type.route(), this.reactive ? new ReactiveLambdaHandler<>(type, handler, () -> this.settings)
				: new LambdaHandler<>(type, handler, () -> this.settings));
	}

	/**
	 * Handle contexts by a reactive handler.
	 */
	<A, V, I, O, R> void react(ContextType<A, V, I, O, R> type,
			BiFunction<ReactiveCalleeContext<V, I, O>, A, Mono<R>> handler) {
		this.handlers.put(type.route(), new ReactiveHandler<>(type, handler, () -> this.settings));
	}

	/**
	 * Handle contexts of a type no more.
	 */
	void forget(ContextType<?, ?, ?, ?, ?> type) {
		this.handlers.remove(type.route());
	}

	@Override
	public @Nullable CalleeHandler find(String route) {
		return this.handlers.get(route);
	}

	@Override
	public Collection<? extends CalleeHandler> all() {
		return this.handlers.values();
	}

	@Override
	public void started(TaskContext context) {
		this.started.add(context);
		this.onStarted.accept(context);
	}

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		(report.provisional() ? this.overruns : this.finals).add(report);
	}

	@Override
	public void unreadable(TaskContext context, long index, String type) {
		this.unreadables.add(new Unreadable(context.route(), index, type));
	}

	@Override
	public void stalled(TaskContext context, StallReport report) {
		this.stalls.add(report);
	}

	/**
	 * Take note of both together: contexts of one application may end at the same time.
	 */
	@Override
	public synchronized void ended(TaskContext context, Outcome<?> outcome) {
		this.contexts.add(context);
		this.outcomes.add(outcome);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	private static final class Principals implements PrincipalResolver {

		@Override
		public Mono<Principal> resolve(ContextView context) {
			return Mono.empty();
		}

		@Override
		public boolean isDenial(Throwable error) {
			return error instanceof AccessDeniedException;
		}

	}

	record Unreadable(String route, long index, String type) {

	}

	private abstract static class TypedHandler<A, V, I, O, R> implements CalleeHandler {

		private final ContextType<A, V, I, O, R> type;

		private final Handler<A, V, I, O, R> handler;

		private final Supplier<StreamSettings> current;

		TypedHandler(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler,
				Supplier<StreamSettings> current) {
			this.type = type;
			this.handler = handler;
			this.current = current;
		}

		@Override
		public String pattern() {
			return this.type.route();
		}

		@Override
		public StreamSettings settings() {
			return this.current.get();
		}

		@Override
		public ResolvableType startedType() {
			return this.type.startedType();
		}

		@Override
		public ResolvableType receivedType() {
			return this.type.toCalleeType();
		}

		@Override
		public ResolvableType sentType() {
			return this.type.toCallerType();
		}

		@Override
		public ResolvableType resultType() {
			return this.type.resultType();
		}

		R call(Opening opening, CalleeContext<V, I, O> context) throws Exception {
			A argument = argument(this.type, opening);
			if (this.type.startedType().resolve() == Void.class) {
				context.started(null);
			}
			return this.handler.handle(context, argument);
		}

		static <T> @Nullable T argument(ContextType<T, ?, ?, ?, ?> type, Opening opening) {
			MsgCodec<T> codec = CODECS.codec(type.argumentType(), opening.dataMimeType());
			return (opening.argument() != null) ? codec.decode(opening.argument()) : null;
		}

	}

	private static final class LambdaHandler<A, V, I, O, R> extends TypedHandler<A, V, I, O, R>
			implements BlockingCalleeHandler {

		LambdaHandler(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler,
				Supplier<StreamSettings> current) {
			super(type, handler, current);
		}

		@Override
		@SuppressWarnings("unchecked")
		public @Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) throws Exception {
			return call(opening, (CalleeContext<V, I, O>) context);
		}

	}

	private static final class ReactiveLambdaHandler<A, V, I, O, R> extends TypedHandler<A, V, I, O, R>
			implements ReactiveCalleeHandler {

		ReactiveLambdaHandler(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler,
				Supplier<StreamSettings> current) {
			super(type, handler, current);
		}

		@Override
		@SuppressWarnings("unchecked")
		public Mono<?> handle(Opening opening, ReactiveCalleeContext<?, ?, ?> context) {
			return Reactively.handle((ReactiveCalleeContext<V, I, O>) context, (callee) -> call(opening, callee));
		}

	}

	private static final class ReactiveHandler<A, V, I, O, R> extends TypedHandler<A, V, I, O, R>
			implements ReactiveCalleeHandler {

		private final ContextType<A, V, I, O, R> type;

		private final BiFunction<ReactiveCalleeContext<V, I, O>, A, Mono<R>> handler;

		ReactiveHandler(ContextType<A, V, I, O, R> type, BiFunction<ReactiveCalleeContext<V, I, O>, A, Mono<R>> handler,
				Supplier<StreamSettings> current) {
			super(type, (context, argument) -> null, current);
			this.type = type;
			this.handler = handler;
		}

		@Override
		@SuppressWarnings("unchecked")
		public Mono<?> handle(Opening opening, ReactiveCalleeContext<?, ?, ?> context) {
			return this.handler.apply((ReactiveCalleeContext<V, I, O>) context, argument(this.type, opening));
		}

	}

}
