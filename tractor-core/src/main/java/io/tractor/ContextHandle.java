package io.tractor;

/**
 * A context that was opened without a scope around it, for code that cannot be a lambda.
 * User code is never interrupted: when the context ends by an error, the next call
 * throws. Prefer {@link ContextSpec#run}.
 *
 * @param <V> the value that the callee handed to {@code started}
 * @param <I> messages to the callee, which this side sends
 * @param <O> messages to the caller, which this side receives
 * @param <R> the callee's result
 */
public interface ContextHandle<V, I, O, R> extends CallerContext<V, I, O, R>, AutoCloseable {

	/**
	 * Leave the context. If the result was not taken, the callee is cancelled and its end
	 * awaited, bounded by the {@linkplain ContextSpec#cancelTimeout cancel timeout}. An
	 * error that no call has thrown yet is thrown; one already seen is not thrown again
	 * (M16). Closing twice is harmless.
	 */
	@Override
	void close();

}
