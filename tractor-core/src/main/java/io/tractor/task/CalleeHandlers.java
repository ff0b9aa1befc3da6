package io.tractor.task;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * The handlers of an application. Thread-safe.
 */
public interface CalleeHandlers {

	/**
	 * Find the handler for a route.
	 * @param route the route that a caller asks for
	 * @return the handler, or {@code null} if there is none (O4)
	 */
	@Nullable CalleeHandler find(String route);

	/**
	 * Return all handlers.
	 * @return the handlers, in the order of their patterns
	 */
	Collection<? extends CalleeHandler> all();

}
