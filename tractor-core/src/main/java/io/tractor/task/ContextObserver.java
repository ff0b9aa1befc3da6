package io.tractor.task;

import reactor.util.context.ContextView;

/**
 * Observes the contexts of an application, on either side. What it gives must not throw,
 * and must not block. Thread-safe.
 */
public interface ContextObserver {

	/**
	 * Observes nothing, at no cost.
	 */
	ContextObserver NONE = new ContextObserver() {

		@Override
		public ContextObservation caller(String pattern, String contextId, ContextView parent) {
			return ContextObservation.NONE;
		}

		@Override
		public ContextObservation callee(String pattern, Opening opening) {
			return ContextObservation.NONE;
		}

	};

	/**
	 * Create the observation of a context that is going to be opened from here. Called on
	 * the thread that opens it, or that subscribes to it.
	 * @param pattern the route's pattern, without the values of its variables
	 * @param contextId the context's id
	 * @param parent the Reactor context in which it is opened, empty for a blocking
	 * opening
	 * @return the observation, not started
	 */
	ContextObservation caller(String pattern, String contextId, ContextView parent);

	/**
	 * Create the observation of a context that a peer opens here.
	 * @param pattern the pattern of the handler's route
	 * @param opening what the caller sent
	 * @return the observation, not started
	 */
	ContextObservation callee(String pattern, Opening opening);

}
