package io.tractor.task;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;

import io.tractor.Outcome;
import io.tractor.ReactiveCallerContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamOptions;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The caller's side of a context for reactive code.
 *
 * @param <V> the started value
 * @param <I> messages to the callee
 * @param <O> messages to the caller
 * @param <R> the result
 */
public final class ReactiveScope<V, I, O, R> extends ReactiveTask implements ReactiveCallerContext<V, I, O, R> {

	@SuppressWarnings("rawtypes")
	private static final AtomicIntegerFieldUpdater<ReactiveScope.Running> PROGRESS = AtomicIntegerFieldUpdater
		.newUpdater(ReactiveScope.Running.class, "progress");

	private static final int IDLE = 0;

	private static final int EMITTING = 1;

	private static final int OVER = 2;

	private final CallerTask<V, I, O, R> task;

	/**
	 * Create a scope.
	 * @param task the task, whose opening is on its way
	 */
	public ReactiveScope(CallerTask<V, I, O, R> task) {
		super(task);
		this.task = task;
	}

	/**
	 * Wait until the callee has started, run a body, and wait for the callee's end.
	 * @param body the body
	 * @param <T> what it emits
	 * @return emits what the body emits; fails with what the scope raises
	 */
	public <T> Flux<T> run(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Publisher<T>> body) {
		Flux<T> running = new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super T> actual) {
				new Running<T>(actual).start(body);
			}

		};
		return new Sequel<>(whenStarted().doOnCancel(this::abandon), (started) -> running).contextWrite(this::write);
	}

	private Mono<Boolean> whenStarted() {
		return monitor().when(CallerTask::startedOrThrow)
			.doOnNext((started) -> this.task.begin())
			.onErrorResume(TractorException.class, (ex) -> {
				this.task.abandon(ex);
				return end().then(Mono.error(ex));
			});
	}

	private <T> Publisher<T> publisher(
			Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Publisher<T>> body) {
		try {
			return bind(() -> body.apply(this));
		}
		catch (Throwable ex) {
			// what Reactor takes for fatal and does not signal must not leave the callee
			// running
			this.task.bodyFailed(ex);
			return Mono.empty();
		}
	}

	private Mono<Void> leave() {
		return monitor().when(CallerTask::isEnding).then(end()).then();
	}

	private void abandon() {
		cancel("the subscriber of the caller's scope cancelled it");
		end().subscribe();
	}

	private ContextMonitor monitor() {
		return this.task.monitor();
	}

	/**
	 * Wait until the callee is done, bounded, and end this side's part.
	 */
	private Mono<Outcome<R>> end() {
		return Mono.defer(() -> {
			this.task.cancelBroken();
			if (isCalleeDone()) {
				return Mono.just(this.task.settle());
			}
			return monitor().when((engine) -> engine.isCalleeDone() ? Boolean.TRUE : null)
				.timeout(this.task.cancelTimeout())
				.onErrorResume(TimeoutException.class, (ex) -> {
					this.task.leftBehind();
					return Mono.empty();
				})
				.then(Mono.fromSupplier(this.task::settle));
		});
	}

	private boolean isCalleeDone() {
		return monitor().compute(ContextEngine::isCalleeDone);
	}

	@Override
	public V started() {
		return this.task.started();
	}

	@Override
	public ReactiveMsgStream<O, I> openStream() {
		return openStream((options) -> {
		});
	}

	@Override
	public ReactiveMsgStream<O, I> openStream(Consumer<StreamOptions> options) {
		return this.task.openReactiveStream(options);
	}

	@Override
	public Mono<R> result() {
		// fails before the body is cancelled (E2); the scope waits for the callee's end
		return ending().then(Mono.fromRunnable(this.task::throwCause))
			.then(Mono.defer(this::end))
			.flatMap((outcome) -> Mono.justOrEmpty(this.task.value()));
	}

	@Override
	public Mono<Outcome<R>> outcome() {
		return Mono.defer(() -> {
			Outcome<R> known = this.task.knownOutcome();
			return (known != null) ? Mono.just(known) : ending().then(end());
		});
	}

	private Mono<Boolean> ending() {
		return Mono.defer(() -> {
			this.task.checkDeadline();
			this.task.passOver();
			return monitor().when(CallerTask::isEnding);
		});
	}

	/**
	 * Emits what the body emits until it ends or the context breaks, and then waits for
	 * the callee's end. One object, as there is one for the whole life of each context.
	 *
	 * @param <T> what the body emits
	 */
	private final class Running<T> extends Operators.DeferredSubscription implements CoreSubscriber<T> {

		private final CoreSubscriber<? super T> actual;

		private volatile int progress = IDLE;

		private volatile boolean cancelled;

		private volatile boolean subscribed;

		private volatile boolean stopped;

		private volatile @Nullable Disposable leaving;

		Running(CoreSubscriber<? super T> actual) {
			this.actual = actual;
		}

		void start(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Publisher<T>> body) {
			this.actual.onSubscribe(this);
			monitor().whenBroken(this::stop);
			publisher(body).subscribe(this);
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.subscribed = true;
			if (this.stopped) {
				subscription.cancel();
				onComplete();
			}
			else {
				set(subscription);
			}
		}

		@Override
		public void onNext(T value) {
			boolean outermost = PROGRESS.compareAndSet(this, IDLE, EMITTING);
			if (this.progress == OVER) {
				Operators.onNextDropped(value, currentContext());
			}
			else {
				this.actual.onNext(value);
			}
			if (outermost && !PROGRESS.compareAndSet(this, EMITTING, IDLE)) {
				leaveScope();
			}
		}

		@Override
		public void onError(Throwable error) {
			int before = PROGRESS.getAndSet(this, OVER);
			if (before == OVER) {
				Operators.onErrorDropped(error, currentContext());
				return;
			}
			ReactiveScope.this.task.checkDeadline();
			ReactiveScope.this.task.bodyFailed(error);
			if (before == IDLE) {
				leaveScope();
			}
		}

		@Override
		public void onComplete() {
			if (PROGRESS.getAndSet(this, OVER) == IDLE) {
				leaveScope();
			}
		}

		/**
		 * End the body from outside, once it is subscribed. If it emits right now, the
		 * rest follows that.
		 */
		private void stop() {
			this.stopped = true;
			if (this.subscribed) {
				super.cancel();
				onComplete();
			}
		}

		private void leaveScope() {
			ReactiveScope.this.task.checkDeadline();
			ReactiveScope.this.task.leaveStream();
			if (isCalleeDone()) {
				ReactiveScope.this.task.cancelBroken();
				ReactiveScope.this.task.settle();
				conclude();
				return;
			}
			Disposable end = Mono.defer(ReactiveScope.this::leave).subscribe((nothing) -> {
			}, this.actual::onError, this::conclude, currentContext());
			this.leaving = end;
			if (this.cancelled) {
				end.dispose();
			}
		}

		private void conclude() {
			Throwable conclusion = ReactiveScope.this.task.conclusion();
			if (conclusion != null) {
				this.actual.onError(conclusion);
			}
			else {
				this.actual.onComplete();
			}
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			super.cancel();
			Disposable end = this.leaving;
			if (end != null) {
				end.dispose();
			}
			abandon();
		}

	}

}
