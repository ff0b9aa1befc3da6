package io.tractor.task;

import io.tractor.StreamSettings;

import org.springframework.core.ResolvableType;

/**
 * What is known of the handler of contexts on one route pattern. Thread-safe.
 *
 * @see BlockingCalleeHandler
 * @see ReactiveCalleeHandler
 */
public interface CalleeHandler {

	/**
	 * Return the route pattern, which has few values and so can tag a meter.
	 * @return the pattern
	 */
	String pattern();

	/**
	 * Return what code handles the contexts, for people.
	 * @return the text
	 */
	default String description() {
		return toString();
	}

	/**
	 * Return the type of the caller's argument. By default it is not known.
	 * @return the type, {@link Void} if the handler takes none
	 */
	default ResolvableType argumentType() {
		return ResolvableType.forClass(Object.class);
	}

	/**
	 * Return the settings of the callee's stream, before the call's own.
	 * @return the settings
	 */
	StreamSettings settings();

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

}
