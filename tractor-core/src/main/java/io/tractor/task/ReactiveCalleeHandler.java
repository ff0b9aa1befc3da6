package io.tractor.task;

import io.tractor.ReactiveCalleeContext;
import reactor.core.publisher.Mono;

/**
 * Runs the callee's task without blocking. Thread-safe.
 */
public interface ReactiveCalleeHandler extends CalleeHandler {

	/**
	 * Prepare the task. Called on an event loop.
	 * @param opening what the caller sent
	 * @param context the callee's view of the context, to be started by the handler
	 * @return runs the task when subscribed, with the Reactor context of the authorized
	 * request; gives the result, and fails with {@link io.tractor.MsgTypeException} if an
	 * argument cannot be read as the declared type, in which case user code was not
	 * called (O6)
	 */
	Mono<?> handle(Opening opening, ReactiveCalleeContext<?, ?, ?> context);

}
