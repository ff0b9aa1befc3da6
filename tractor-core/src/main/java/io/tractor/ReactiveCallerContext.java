package io.tractor;

import java.util.function.Consumer;

import reactor.core.publisher.Mono;

/**
 * A caller's view of a context that it opened in reactive code and that has started: what
 * {@link CallerContext} is where threads may block. May be used from several threads.
 *
 * @param <V> the value that the callee handed to {@code started}
 * @param <I> messages to the callee, which this side sends
 * @param <O> messages to the caller, which this side receives
 * @param <R> the callee's result
 * @see ContextSpec#runMono
 */
public interface ReactiveCallerContext<V, I, O, R> extends TaskContext {

	/**
	 * Return the value that the callee handed to {@code started} (O1).
	 * @return the value, {@code null} if the callee gave {@code null} (S3)
	 */
	V started();

	/**
	 * Open this side's stream with the settings that apply to the route (T9).
	 * @return the stream
	 * @throws IllegalStateException if this side opened its stream before (T5)
	 * @throws TractorException what ended the context, if it has ended (T3, T4)
	 */
	ReactiveMsgStream<O, I> openStream();

	/**
	 * Open this side's stream with settings of its own.
	 * @param options sets what shall differ from the route's settings (T9)
	 * @return the stream
	 * @throws IllegalArgumentException if a setting is out of its range (V2)
	 * @throws IllegalStateException if this side opened its stream before (T5)
	 * @throws TractorException what ended the context, if it has ended (T3, T4)
	 */
	ReactiveMsgStream<O, I> openStream(Consumer<StreamOptions> options);

	/**
	 * Wait for the callee's result. From the subscription on, messages of an opened
	 * stream that were not received are passed over, and count as discarded in the
	 * {@link Ledger} (R3). Asking again gives the same (R1).
	 * @return gives the result, or completes empty if the handler returned {@code null};
	 * fails with what ended the context instead
	 */
	Mono<R> result();

	/**
	 * Wait until the context is over, as {@link #result()} does, and tell how it ended
	 * without failing by that (X2). May be subscribed after the scope has ended, too.
	 * @return gives the outcome; an error in it is the instance that other calls failed
	 * with (E10)
	 */
	Mono<Outcome<R>> outcome();

}
