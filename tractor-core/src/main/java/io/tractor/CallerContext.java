package io.tractor;

import java.util.function.Consumer;

/**
 * A caller's view of a context that it opened and that has started. May be used from
 * several threads.
 *
 * @param <V> the value that the callee handed to {@code started}
 * @param <I> messages to the callee, which this side sends
 * @param <O> messages to the caller, which this side receives
 * @param <R> the callee's result
 */
public interface CallerContext<V, I, O, R> extends TaskContext {

	/**
	 * Return the value that the callee handed to {@code started} (O1). Does not block.
	 * @return the value, {@code null} if the callee gave {@code null} (S3)
	 */
	V started();

	/**
	 * Open this side's stream with the settings that apply to the route (T9).
	 * @return the stream
	 * @throws IllegalStateException if this side opened its stream before (T5)
	 * @throws TractorException what ended the context, if it has ended (T3, T4)
	 */
	MsgStream<O, I> openStream();

	/**
	 * Open this side's stream with settings of its own.
	 * @param options sets what shall differ from the route's settings (T9)
	 * @return the stream
	 * @throws IllegalArgumentException if a setting is out of its range (V2)
	 * @throws IllegalStateException if this side opened its stream before (T5)
	 * @throws TractorException what ended the context, if it has ended (T3, T4)
	 */
	MsgStream<O, I> openStream(Consumer<StreamOptions> options);

	/**
	 * Wait for the callee's result. Blocks. Messages of an opened stream that were not
	 * received by then are passed over, and count as discarded in the {@link Ledger}
	 * (R3); read the stream to its end first to have them all. Asking again gives the
	 * same (R1).
	 * @return the result, {@code null} if the handler returned {@code null}
	 * @throws TractorException what ended the context instead
	 */
	R result();

	/**
	 * Wait until the context is over. Blocks as {@link #result()} does, and tells how it
	 * ended without throwing that (X2). An error in it is the instance that other calls
	 * threw (E10).
	 * @return the outcome
	 * @throws ContextInterruptedException if the calling thread is interrupted
	 */
	Outcome<R> outcome();

}
