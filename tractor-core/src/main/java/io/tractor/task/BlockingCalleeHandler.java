package io.tractor.task;

import io.tractor.CalleeContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callee's task on a thread that it may block. Thread-safe.
 */
public interface BlockingCalleeHandler extends CalleeHandler {

	/**
	 * Run the task on the calling thread.
	 * @param opening what the caller sent
	 * @param context the callee's view of the context, to be started by the handler
	 * @return the result
	 * @throws io.tractor.MsgTypeException if an argument cannot be read as the declared
	 * type; user code was not called then (O6)
	 * @throws Exception what the task failed with
	 */
	@Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) throws Exception;

}
