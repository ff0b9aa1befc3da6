package io.tractor.rows;

import java.security.Principal;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextSpec;
import io.tractor.EndOfStreamException;
import io.tractor.MsgStream;
import io.tractor.MsgSubscription;
import io.tractor.MsgTypeException;
import io.tractor.MsgsMissedException;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveCallerContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.Side;
import io.tractor.StreamOptions;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Lets the parts of a test, which are written as blocking code, run over the reactive
 * API: each call waits for the signals of one reactive operation, and the body is
 * interrupted when its publisher is cancelled.
 */
final class Reactively {

	private static final Scheduler THREADS = Schedulers.newBoundedElastic(200, 1000, "reactively", 10, true);

	private Reactively() {
	}

	static <V, I, O, R, T> @Nullable T run(ContextSpec<?, V, I, O, R> spec,
			ContextSpec.Body<V, I, O, R, T, Exception> body) throws Exception {
		AtomicReference<CountDownLatch> left = new AtomicReference<>(new CountDownLatch(0));
		try {
			return await(spec.runMono((context) -> inThread(() -> {
				left.set(new CountDownLatch(1));
				try {
					return body.run(new Caller<>(context));
				}
				finally {
					left.get().countDown();
				}
			})));
		}
		finally {
			// what the test's code does when it is cancelled belongs to the test
			Waits.await(left.get());
		}
	}

	static <V, I, O, R> Mono<R> handle(ReactiveCalleeContext<V, I, O> context, Callable<V, I, O, R> handler) {
		return inThread(() -> handler.call(new Callee<>(context)));
	}

	private static <T> Mono<T> inThread(java.util.concurrent.Callable<T> task) {
		return Mono.deferContextual((view) -> Mono.fromCallable(() -> {
			TaskContext current = view.get(TaskContext.class);
			try (var binding = io.tractor.CurrentContext.bind(current)) {
				return task.call();
			}
		}).subscribeOn(THREADS)).onErrorMap(reactor.core.Exceptions::unwrap);
	}

	private static <T> @Nullable T await(Mono<T> mono) throws Exception {
		AtomicReference<@Nullable T> value = new AtomicReference<>();
		AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
		CountDownLatch over = new CountDownLatch(1);
		Disposable subscription = mono.subscribe(value::set, (ex) -> {
			error.set(ex);
			over.countDown();
		}, over::countDown);
		try {
			over.await();
		}
		catch (InterruptedException ex) {
			if (over.getCount() > 0) {
				subscription.dispose();
				throw ex;
			}
			// a signal came first: the interrupt is for what the body does next
			Thread.currentThread().interrupt();
		}
		Throwable failure = error.get();
		if (failure instanceof Error fatal) {
			throw fatal;
		}
		if (failure != null) {
			throw (Exception) failure;
		}
		return value.get();
	}

	/**
	 * Wait without checked exceptions.
	 */
	private static <T> @Nullable T join(Mono<T> mono) {
		try {
			return await(mono);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw interrupted(ex);
		}
	}

	private static RuntimeException interrupted(Exception ex) {
		Thread.currentThread().interrupt();
		return new ContextInterruptedException("interrupted", ex);
	}

	/**
	 * What a callee does.
	 */
	@FunctionalInterface
	interface Callable<V, I, O, R> {

		R call(CalleeContext<V, I, O> context) throws Exception;

	}

	private abstract static class View implements TaskContext {

		private final TaskContext context;

		View(TaskContext context) {
			this.context = context;
		}

		@Override
		public String id() {
			return this.context.id();
		}

		@Override
		public String route() {
			return this.context.route();
		}

		@Override
		public Side side() {
			return this.context.side();
		}

		@Override
		public Peer peer() {
			return this.context.peer();
		}

		@Override
		public Optional<Duration> remainingTime() {
			return this.context.remainingTime();
		}

		@Override
		public void cancel(String reason) {
			this.context.cancel(reason);
		}

		@Override
		public String toString() {
			return this.context.toString();
		}

	}

	private static final class Caller<V, I, O, R> extends View implements CallerContext<V, I, O, R> {

		private final ReactiveCallerContext<V, I, O, R> context;

		Caller(ReactiveCallerContext<V, I, O, R> context) {
			super(context);
			this.context = context;
		}

		@Override
		public V started() {
			return this.context.started();
		}

		@Override
		public MsgStream<O, I> openStream() {
			return new Stream<>(this.context, this.context.openStream());
		}

		@Override
		public MsgStream<O, I> openStream(Consumer<StreamOptions> options) {
			return new Stream<>(this.context, this.context.openStream(options));
		}

		@Override
		public R result() {
			return join(this.context.result());
		}

		@Override
		public Outcome<R> outcome() {
			return join(this.context.outcome());
		}

	}

	private static final class Callee<V, I, O> extends View implements CalleeContext<V, I, O> {

		private final ReactiveCalleeContext<V, I, O> context;

		Callee(ReactiveCalleeContext<V, I, O> context) {
			super(context);
			this.context = context;
		}

		@Override
		public void started(@Nullable V value) {
			this.context.started(value);
		}

		@Override
		public MsgStream<I, O> openStream() {
			return new Stream<>(this.context, this.context.openStream());
		}

		@Override
		public MsgStream<I, O> openStream(Consumer<StreamOptions> options) {
			return new Stream<>(this.context, this.context.openStream(options));
		}

		@Override
		public @Nullable Principal principal() {
			return this.context.principal();
		}

	}

	private static final class Stream<R, S> implements MsgStream<R, S> {

		private final TaskContext context;

		private final ReactiveMsgStream<R, S> stream;

		private final Pull pull = new Pull();

		Stream(TaskContext context, ReactiveMsgStream<R, S> stream) {
			this.context = context;
			this.stream = stream;
		}

		@Override
		public void send(S msg) {
			join(this.stream.send(msg));
		}

		@Override
		public boolean send(S msg, Duration timeout) {
			return timeout.isZero() ? offer(msg) : Boolean.TRUE
				.equals(join(this.stream.send(msg).thenReturn(true).timeout(timeout, Mono.just(false))));
		}

		@Override
		public boolean offer(S msg) {
			return this.stream.offer(msg);
		}

		@Override
		public R receive() {
			return this.pull.next(null).orElseThrow();
		}

		@Override
		public Optional<R> receive(Duration timeout) {
			return this.pull.next(timeout);
		}

		@Override
		public Optional<R> poll() {
			return this.pull.next(Duration.ZERO);
		}

		@Override
		public Iterator<R> iterator() {
			return new Received<>(this::receive);
		}

		@Override
		public MsgSubscription<R> subscribe() {
			return new Shared();
		}

		@Override
		public void endSend() {
			this.stream.endSend();
		}

		@Override
		public StreamSettings settings() {
			return this.stream.settings();
		}

		@Override
		public void close() {
			this.stream.close();
		}

		/**
		 * Requests messages one by one, of a subscription that is made anew after it
		 * ended.
		 */
		private final class Pull {

			private @Nullable Subscriber subscriber;

			synchronized Optional<R> next(@Nullable Duration timeout) {
				if (this.subscriber == null) {
					this.subscriber = new Subscriber();
					Stream.this.stream.receive().subscribe(this.subscriber);
				}
				Object signal = this.subscriber.next(timeout);
				if (signal == null) {
					return Optional.empty();
				}
				if (signal instanceof Ended ended) {
					this.subscriber = null;
					throw (ended.error() != null) ? ended.error()
							: new EndOfStreamException("The stream of " + Stream.this.context + " is over");
				}
				@SuppressWarnings("unchecked")
				R msg = (R) signal;
				return Optional.of(msg);
			}

		}

		private record Ended(@Nullable RuntimeException error) {

		}

		private final class Subscriber extends BaseSubscriber<R> {

			private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();

			private boolean requested;

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

			@Override
			protected void hookOnNext(R msg) {
				this.signals.add(msg);
			}

			@Override
			protected void hookOnComplete() {
				this.signals.add(new Ended(null));
			}

			@Override
			protected void hookOnError(Throwable error) {
				this.signals.add(new Ended((RuntimeException) error));
			}

			synchronized @Nullable Object next(@Nullable Duration timeout) {
				if (!this.requested) {
					this.requested = true;
					request(1);
				}
				Object signal;
				try {
					signal = (timeout != null) ? this.signals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS)
							: this.signals.take();
				}
				catch (InterruptedException ex) {
					signal = this.signals.poll();
					if (signal == null) {
						throw interrupted(ex);
					}
					Thread.currentThread().interrupt();
				}
				this.requested = signal == null || signal instanceof RuntimeException;
				return signal;
			}

		}

		/**
		 * One subscriber of the shared stream. What does not end its {@code Flux} is a
		 * signal as well.
		 */
		private final class Shared implements MsgSubscription<R> {

			private final Subscriber subscriber = new Subscriber();

			private volatile @Nullable Ended ended;

			Shared() {
				Stream.this.stream
					.share((missed) -> this.subscriber.signals.add(new MsgsMissedException("missed", missed)))
					.onErrorContinue(MsgTypeException.class, (error, msg) -> this.subscriber.signals.add(error))
					.subscribe(this.subscriber);
			}

			@Override
			public R receive() {
				return next(null).orElseThrow();
			}

			@Override
			public Optional<R> receive(Duration timeout) {
				return next(timeout);
			}

			@Override
			public Optional<R> poll() {
				return next(Duration.ZERO);
			}

			private Optional<R> next(@Nullable Duration timeout) {
				Object signal = (this.ended != null) ? this.ended : this.subscriber.next(timeout);
				if (signal == null) {
					return Optional.empty();
				}
				if (signal instanceof RuntimeException error) {
					throw error;
				}
				if (signal instanceof Ended end) {
					this.ended = end;
					throw (end.error() != null) ? end.error()
							: new EndOfStreamException("The stream of " + Stream.this.context + " is over");
				}
				@SuppressWarnings("unchecked")
				R msg = (R) signal;
				return Optional.of(msg);
			}

			@Override
			public Iterator<R> iterator() {
				return new Received<>(this::receive);
			}

			@Override
			public void close() {
				this.subscriber.cancel();
				this.subscriber.signals.add(new Ended(null));
			}

		}

	}

	/**
	 * Iterates until the end of the stream.
	 */
	private static final class Received<R> implements Iterator<R> {

		private final Supplier<R> receive;

		private @Nullable R next;

		Received(Supplier<R> receive) {
			this.receive = receive;
		}

		@Override
		public boolean hasNext() {
			try {
				this.next = (this.next != null) ? this.next : this.receive.get();
				return true;
			}
			catch (EndOfStreamException ex) {
				return false;
			}
		}

		@Override
		public R next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			R msg = this.next;
			this.next = null;
			return msg;
		}

	}

}
