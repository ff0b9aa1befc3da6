package io.tractor;

/**
 * What a Spring application's {@code @EventListener} methods are told when messages met a
 * full buffer, on the receiving and on the sending side (V17): whenever a
 * {@link ContextListener} is, and on the same thread, which must not be blocked.
 *
 * @param context this side's view of the context
 * @param report the report, provisional or final
 * @see ContextListener#overrun
 */
public record StreamOverrunEvent(TaskContext context, OverrunReport report) {

}
