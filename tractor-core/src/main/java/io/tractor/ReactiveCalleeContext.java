package io.tractor;

import java.security.Principal;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A reactive handler's view of its context: what {@link CalleeContext} is where threads
 * may block. It is a parameter of {@link ActorContext @ActorContext} methods that return
 * a {@link reactor.core.publisher.Mono} or another single-value reactive type.
 *
 * @param <V> the value handed to {@link #started}
 * @param <I> messages that this side receives
 * @param <O> messages that this side sends
 */
public interface ReactiveCalleeContext<V, I, O> extends TaskContext {

	/**
	 * Say that the task has started: the caller's opening returns with the value (O1).
	 * @param value the value, or {@code null} (S3)
	 * @throws IllegalStateException if it was called before (S1, S5)
	 * @throws MsgTypeException if the value cannot be encoded (S4)
	 * @throws TractorException what ended the context, if it has ended
	 */
	void started(@Nullable V value);

	/**
	 * Open this side's stream with the settings that apply to the route (T9).
	 * @return the stream
	 * @throws IllegalStateException before {@link #started} (T1), or if this side opened
	 * its stream before (T5)
	 * @throws TractorException what ended the context, if it has ended (T4)
	 */
	ReactiveMsgStream<I, O> openStream();

	/**
	 * Open this side's stream with settings of its own.
	 * @param options sets what shall differ from the route's settings (T9)
	 * @return the stream
	 * @throws IllegalArgumentException if a setting is out of its range (V2)
	 * @throws IllegalStateException before {@link #started} (T1), or if this side opened
	 * its stream before (T5)
	 * @throws TractorException what ended the context, if it has ended (T4)
	 */
	ReactiveMsgStream<I, O> openStream(Consumer<StreamOptions> options);

	/**
	 * Return the authenticated principal that opened the context.
	 * @return the principal, or {@code null} without Spring Security
	 */
	@Nullable Principal principal();

}
