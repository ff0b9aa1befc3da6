package io.tractor;

/**
 * Told what happens to this application's contexts, on either side. Beans of this type
 * are found by themselves. The methods are called from library threads, must not block,
 * and what they throw is logged and ignored.
 */
public interface ContextListener {

	/**
	 * Called when a context has started.
	 * @param context this side's view of it
	 */
	default void started(TaskContext context) {
	}

	/**
	 * Called on both sides when a message met a full buffer: on the receiving side when
	 * it is detected, on the sending side when the report arrives (V17).
	 * @param context this side's view of the context
	 * @param report the report
	 */
	default void overrun(TaskContext context, OverrunReport report) {
	}

	/**
	 * Called once when a context is over, with the final ledger. For a context whose
	 * opening failed it is called too.
	 * @param context this side's view of it
	 * @param outcome how it ended for this side
	 */
	default void ended(TaskContext context, Outcome<?> outcome) {
	}

}
