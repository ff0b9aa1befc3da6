package io.tractor;

/**
 * Told what happens to this application's contexts, on either side. Beans of this type
 * are found by themselves. The methods are called from library threads, must not block,
 * and what they throw is logged and ignored. Overruns and the end of one context are told
 * one after the other.
 */
public interface ContextListener {

	/**
	 * Called when a context has started.
	 * @param context this side's view of it
	 */
	default void started(TaskContext context) {
	}

	/**
	 * Called on both sides when messages met a full buffer (V17). Reports of one episode
	 * have the same {@code receiver} and {@code firstUndelivered}:
	 * <ul>
	 * <li>An overrun, which ends the context, is told twice on both sides: provisional
	 * when the receiver detects it, on the sending side when the report arrives; and
	 * final with the sender's count, when the context is over. Without that count, as
	 * after a lost connection, the receiving side is not told the second time.</li>
	 * <li>An episode of a dropping policy (V22) is told on the receiving side with the
	 * first message dropped, provisional, and when it is over, final; on the sending side
	 * once, final, when the report arrives.</li>
	 * </ul>
	 * @param context this side's view of the context
	 * @param report the report
	 */
	default void overrun(TaskContext context, OverrunReport report) {
	}

	/**
	 * Called on the sending side when the receiving one could not read a message as the
	 * type that it expects (M10). That ends nothing by itself: the receiver's code got a
	 * {@link MsgTypeException}. Not all are told if many follow one another.
	 * @param context this side's view of the context
	 * @param index the message's index among all that this side sent, from 0
	 * @param type the name of the expected type, as the peer says it
	 */
	default void unreadable(TaskContext context, long index, String type) {
	}

	/**
	 * Called once for each time that this side has waited for the other one for longer
	 * than {@code tractor.stalled-after}: to send, or for the result (V24); and when a
	 * callee does not end after it was cancelled (X12), on its own side too.
	 * @param context this side's view of the context
	 * @param report what it waits for, and since when
	 */
	default void stalled(TaskContext context, StallReport report) {
	}

	/**
	 * Called once when a context is over, with the final ledger, after all overruns. For
	 * a context whose opening failed it is called too.
	 * @param context this side's view of it
	 * @param outcome how it ended for this side
	 */
	default void ended(TaskContext context, Outcome<?> outcome) {
	}

}
