package io.tractor.autoconfigure;

import org.jspecify.annotations.Nullable;

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

	/**
	 * Return how many threads are in use, for the application's health. By default that
	 * is not known.
	 * @return the figures, or {@code null} if there is no bound or it is not known
	 */
	default @Nullable Usage usage() {
		return null;
	}

	/**
	 * Threads of handlers.
	 *
	 * @param active how many handlers run
	 * @param max how many may run at once
	 */
	record Usage(int active, int max) {

		/**
		 * Return whether the next opening is refused.
		 * @return whether all threads are in use
		 */
		public boolean isExhausted() {
			return this.active >= this.max;
		}

	}

}
