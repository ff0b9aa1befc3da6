package io.tractor.task;

import io.tractor.CalleeContext;
import io.tractor.StreamSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Runs the callee's task of contexts on one route pattern. Thread-safe.
 */
public interface CalleeHandler {

	/**
	 * Return the route pattern, which has few values and so can tag a meter.
	 * @return the pattern
	 */
	String pattern();

	/**
	 * Return the settings of the callee's stream, before the call's own.
	 * @return the settings
	 */
	StreamSettings settings();

	/**
	 * Return whether the handler takes a {@link CalleeContext}. If not it is a plain
	 * call, and {@code started} is implied (O11).
	 * @return whether it takes the context
	 */
	boolean takesContext();

	/**
	 * Return the type of the started value.
	 * @return the type, {@link Void} for a plain call
	 */
	ResolvableType startedType();

	/**
	 * Return the type of the messages that the handler receives.
	 * @return the type, {@link Void} for a plain call
	 */
	ResolvableType receivedType();

	/**
	 * Return the type of the messages that the handler sends.
	 * @return the type, {@link Void} for a plain call
	 */
	ResolvableType sentType();

	/**
	 * Return the type of the result.
	 * @return the type
	 */
	ResolvableType resultType();

	/**
	 * Run the task on the calling thread, which it may block.
	 * @param opening what the caller sent
	 * @param context the callee's view of the context
	 * @return the result
	 * @throws io.tractor.MsgTypeException if an argument cannot be read as the declared
	 * type; user code was not called then (O6)
	 * @throws Exception what the task failed with
	 */
	@Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) throws Exception;

}
