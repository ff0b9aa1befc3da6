package io.tractor.rows;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import io.tractor.CalleeContext;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.ContextListeners;
import io.tractor.task.MsgCodecs;
import io.tractor.task.Opening;
import io.tractor.task.TaskSetup;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.http.codec.cbor.JacksonCborDecoder;
import org.springframework.http.codec.cbor.JacksonCborEncoder;
import org.springframework.messaging.rsocket.RSocketStrategies;

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

	private final ExecutorService executor = Executors.newCachedThreadPool();

	final List<OverrunReport> overruns = new CopyOnWriteArrayList<>();

	final List<Outcome<?>> outcomes = new CopyOnWriteArrayList<>();

	final List<TaskContext> started = new CopyOnWriteArrayList<>();

	final ContextEndpoint endpoint;

	volatile StreamSettings settings = StreamSettings.DEFAULT;

	Node(String name, BufferLimits limits, Duration cancelTimeout) {
		this(name, limits, cancelTimeout, false);
	}

	Node(String name, BufferLimits limits, Duration cancelTimeout, boolean includeStackTrace) {
		TaskSetup setup = new TaskSetup(new Peer(name, name + "-1"), limits, new ContextListeners(List.of(this)),
				CODECS, includeStackTrace, InstantSource.system());
		this.endpoint = new ContextEndpoint(setup, this, this.executor, (context) -> Mono.empty(),
				new CallerDefaults((route) -> this.settings, Duration.ofSeconds(10), cancelTimeout));
	}

	<A, V, I, O, R> void handle(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler) {
		this.handlers.put(type.route(), new LambdaHandler<>(type, handler, () -> this.settings));
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
	}

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		this.overruns.add(report);
	}

	@Override
	public void ended(TaskContext context, Outcome<?> outcome) {
		this.outcomes.add(outcome);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	private record LambdaHandler<A, V, I, O, R>(ContextType<A, V, I, O, R> type, Handler<A, V, I, O, R> handler,
			java.util.function.Supplier<StreamSettings> current) implements CalleeHandler {

		@Override
		public String pattern() {
			return this.type.route();
		}

		@Override
		public StreamSettings settings() {
			return this.current.get();
		}

		@Override
		public boolean takesContext() {
			return this.type.startedType().resolve() != Void.class;
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

		@Override
		@SuppressWarnings("unchecked")
		public @Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) throws Exception {
			Function<byte[], A> decoder = (bytes) -> CODECS.<A>codec(this.type.argumentType(), opening.dataMimeType())
				.decode(bytes);
			A argument = (opening.argument() != null) ? decoder.apply(opening.argument()) : null;
			return this.handler.handle((CalleeContext<V, I, O>) context, argument);
		}

	}

}
