package io.tractor;

/**
 * A connection to one peer on which contexts are opened. Thread-safe; one portal is
 * shared by all callers. Named portals are configured as
 * {@code tractor.portals.<name>.uri} and looked up in {@link Portals}.
 */
public interface Portal {

	/**
	 * Return the portal's name.
	 * @return the name, used in errors and logs
	 */
	String name();

	/**
	 * Prepare to open a context.
	 * @param type the route and the types
	 * @param <A> the handler's argument
	 * @param <V> the started value
	 * @param <I> messages to the callee
	 * @param <O> messages to the caller
	 * @param <R> the result
	 * @return a description of the context to open
	 */
	<A, V, I, O, R> ContextSpec<A, V, I, O, R> context(ContextType<A, V, I, O, R> type);

}
