package io.tractor.autoconfigure;

/**
 * Runs the handlers of contexts. A type of its own, so that it is not taken for the
 * application's task executor. By default {@code tractor.handler.*} describes it.
 */
@FunctionalInterface
public interface HandlerExecutor {

	/**
	 * Run a handler on a thread of its own, which it may block. Must neither block the
	 * calling thread nor queue, since handlers may wait for each other.
	 * @param handler the handler
	 * @throws java.util.concurrent.RejectedExecutionException if there is no thread; the
	 * caller is told that this application is busy
	 */
	void execute(Runnable handler);

}
