package io.tractor;

import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Describes a context to open. Not thread-safe, and used once. The opening waits until
 * the callee has {@code started}.
 *
 * @param <A> the handler's argument
 * @param <V> the started value
 * @param <I> messages to the callee
 * @param <O> messages to the caller
 * @param <R> the result
 */
public interface ContextSpec<A, V, I, O, R> {

	/**
	 * Set the handler's argument. By default there is none.
	 * @param argument the argument
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> argument(@Nullable A argument);

	/**
	 * Set the values of the route's destination variables, in their order.
	 * @param variables the values
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> variables(Object... variables);

	/**
	 * Add a header that the handler can take with {@code @Header}.
	 * @param name the name
	 * @param value the value
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> header(String name, String value);

	/**
	 * Set how long the opening may take, connecting included. By default this is the
	 * portal's {@code open-timeout}.
	 * @param timeout the time until the callee must have started
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> openTimeout(Duration timeout);

	/**
	 * Set how long all of the context may take: connecting, opening, body and result, by
	 * this side's clock from {@link #run} or {@link #open} on (O9). Past it the callee is
	 * cancelled, and {@link ContextTimeoutException} ends this side as a remote error
	 * would: the scope throws it once the callee has ended or the
	 * {@linkplain #cancelTimeout cancel timeout} is over. The callee can ask for the
	 * {@linkplain TaskContext#remainingTime() remaining time}. A context that is opened
	 * inside of another one's task ends no later than that one's deadline. By default
	 * this is the portal's {@code deadline}; without that there is none.
	 * @param deadline the time until the context must be over
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> deadline(Duration deadline);

	/**
	 * Set how long to wait for the end of a callee that was cancelled (E6, X4). By
	 * default this is the portal's {@code cancel-timeout}.
	 * @param timeout the time to wait
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> cancelTimeout(Duration timeout);

	/**
	 * Set whether a remote error interrupts the thread that runs the body. By default
	 * this is {@code true}; with {@code false} only waits on the context itself end
	 * (X13).
	 * @param interruptBody whether to interrupt
	 * @return this spec
	 */
	ContextSpec<A, V, I, O, R> interruptBody(boolean interruptBody);

	/**
	 * Open the context, run a body in it on the calling thread, and wait for the callee's
	 * end. Blocks. Leaving the body normally ends this side's stream, opened or not
	 * (M15); an error that leaves it cancels the callee with that error as the cause
	 * (E3). A remote error interrupts the body and is thrown (E1).
	 * @param body the body
	 * @param <T> what the body returns
	 * @param <X> what the body may throw
	 * @return what the body returned, {@code null} if this side's own cancellation ended
	 * the body (X1)
	 * @throws X what the body threw
	 * @throws ContextTimeoutException if the deadline or the open timeout ran out (O9)
	 * @throws TractorException what ended the opening or the context
	 */
	<T extends @Nullable Object, X extends Exception> T run(Body<V, I, O, R, T, X> body) throws X;

	/**
	 * Do as {@link #run}, but tell how the context ended instead of throwing it.
	 * @param body the body
	 * @return the outcome; an error that the body threw is in it too
	 * @throws ContextInterruptedException if the calling thread is interrupted by
	 * somebody else
	 */
	Outcome<R> runForOutcome(Body<V, I, O, R, ?, ?> body);

	/**
	 * Open the context and return it. Blocks until the callee has started.
	 * @return the open context, to be closed by the caller
	 * @throws ContextTimeoutException if the deadline or the open timeout ran out (O9)
	 * @throws TractorException what ended the opening
	 */
	ContextHandle<V, I, O, R> open();

	/**
	 * Open the context, run a reactive body in it, and wait for the callee's end: what
	 * {@link #run} is where threads may block, without blocking. Each subscription opens
	 * a context of its own.
	 * <p>
	 * Completion of the body ends this side's stream, opened or not (M15). An error of
	 * the body cancels the callee with that error as the cause (E3). A remote error
	 * cancels the body and is the error of the returned {@code Mono} (E1). Cancelling the
	 * subscription cancels the context (X1). The body is called and subscribed on the
	 * connection's event loop, with this context as {@link TaskContext#current()} during
	 * the call and as {@code TaskContext.class} in its Reactor context.
	 * @param body gives what is to be subscribed inside the scope
	 * @param <T> what the body emits
	 * @return gives what the body gave, after the callee's end; completes empty if this
	 * side's own cancellation ended the body; fails with what {@link #run} throws
	 */
	<T> Mono<T> runMono(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Mono<T>> body);

	/**
	 * Do as {@link #runMono} with a body of any number of elements, which are emitted as
	 * they come.
	 * @param body gives what is to be subscribed inside the scope
	 * @param <T> what the body emits
	 * @return emits what the body emits, and completes after the callee's end
	 */
	<T> Flux<T> runFlux(Function<? super ReactiveCallerContext<V, I, O, R>, ? extends Publisher<T>> body);

	/**
	 * What runs inside a caller's scope.
	 *
	 * @param <V> the started value
	 * @param <I> messages to the callee
	 * @param <O> messages to the caller
	 * @param <R> the result
	 * @param <T> what the body returns
	 * @param <X> what the body may throw
	 */
	@FunctionalInterface
	interface Body<V, I, O, R, T extends @Nullable Object, X extends Exception> {

		/**
		 * Run in the scope of an open context.
		 * @param context the context
		 * @return any value, handed through by {@link ContextSpec#run}
		 * @throws X if it fails
		 */
		T run(CallerContext<V, I, O, R> context) throws X;

	}

}
