package io.tractor.task;

import java.util.Map;

import io.tractor.ContextCancelledException;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.StallReport;
import reactor.util.context.Context;

/**
 * The observation of one context on one side. After its start it is told what happens,
 * from whatever thread, and at last that the context has {@linkplain #ended ended}; what
 * comes after that counts no more. Thread-safe.
 */
public interface ContextObservation {

	/**
	 * Observes nothing.
	 */
	ContextObservation NONE = new ContextObservation() {
	};

	/**
	 * Start to observe. Called once.
	 */
	default void start() {
	}

	/**
	 * Return what is to travel with the opening, so that the observation on the other
	 * side becomes a part of this one. Called on the caller's side after the start.
	 * @return names and values of headers
	 */
	default Map<String, String> headers() {
		return Map.of();
	}

	/**
	 * Let this be the current observation of the calling thread.
	 * @return the scope, to be closed by the same thread
	 */
	default Scope openScope() {
		return Scope.NONE;
	}

	/**
	 * Let this be the current observation of what is subscribed with a Reactor context.
	 * @param context the Reactor context
	 * @return the context with the observation in it
	 */
	default Context write(Context context) {
		return context;
	}

	/**
	 * The context has started.
	 */
	default void started() {
	}

	/**
	 * This side has opened its stream.
	 */
	default void streamOpened() {
	}

	/**
	 * Messages met a full buffer. Told once for each overrun, and for each episode of a
	 * dropping policy.
	 * @param report the report
	 */
	default void overrun(OverrunReport report) {
	}

	/**
	 * This side has waited for the other one for long.
	 * @param report what it waits for
	 */
	default void stalled(StallReport report) {
	}

	/**
	 * The context was cancelled, and is about to end.
	 * @param cancellation by whom, and why
	 */
	default void cancelled(ContextCancelledException cancellation) {
	}

	/**
	 * The context is over, or could not be opened.
	 * @param peer the other side, as far as it is known
	 * @param outcome how the context ended for this side
	 */
	default void ended(Peer peer, Outcome<?> outcome) {
	}

	/**
	 * A time in which an observation is the current one of a thread.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		/**
		 * Changes nothing.
		 */
		Scope NONE = () -> {
		};

		@Override
		void close();

	}

}
