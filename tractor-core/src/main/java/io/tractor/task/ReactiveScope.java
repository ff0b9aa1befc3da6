package io.tractor.task;

import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

import io.tractor.Outcome;
import io.tractor.ReactiveCallerContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamOptions;
import io.tractor.TractorException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The caller's side of a context for reactive code.
 *
 * @param <V> the started value
 * @param <I> messages to the callee
 * @param <O> messages to the caller
 * @param <R> the result
 */
public final class ReactiveScope<V, I, O, R> extends ReactiveTask implements ReactiveCallerContext<V, I, O, R> {

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
		return whenStarted().thenMany(Flux.defer(() -> scope(body)))
			.doOnCancel(() -> abandon())
			.contextWrite(this::write);
	}

	private Mono<Void> whenStarted() {
		return monitor().when(CallerTask::startedOrThrow)
			.doOnNext((started) -> this.task.begin())
			.onErrorResume(TractorException.class, (ex) -> {
				this.task.abandon(ex);
				return end().then(Mono.error(ex));
			})
			.then();
	}

	private <T> Flux<T> scope(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Publisher<T>> body) {
		return Flux.<T>defer(() -> publisher(body)).takeUntilOther(monitor().broken()).onErrorResume((error) -> {
			this.task.checkDeadline();
			this.task.bodyFailed(error);
			return Mono.empty();
		}).concatWith(Mono.defer(this::leave));
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

	private <T> Mono<T> leave() {
		this.task.checkDeadline();
		this.task.leaveStream();
		return monitor().when(CallerTask::isEnding).then(end()).then(Mono.create(this::conclude));
	}

	private void conclude(MonoSink<?> sink) {
		Throwable conclusion = this.task.conclusion();
		if (conclusion != null) {
			sink.error(conclusion);
		}
		else {
			sink.success();
		}
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
			return monitor().when((engine) -> engine.isCalleeDone() ? Boolean.TRUE : null)
				.timeout(this.task.cancelTimeout())
				.onErrorResume(TimeoutException.class, (ex) -> {
					this.task.leftBehind();
					return Mono.empty();
				})
				.then(Mono.fromSupplier(this.task::settle));
		});
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

}
