package io.tractor.task;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tractor.ContextListener;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.TaskContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.function.SingletonSupplier;

/**
 * Tells listeners, and the log, what happens to contexts. What a listener throws is
 * logged.
 */
public final class ContextListeners implements ContextListener {

	private static final Log logger = LogFactory.getLog(ContextListener.class);

	private final Supplier<List<ContextListener>> listeners;

	/**
	 * Create a composite.
	 * @param listeners the listeners, told in this order
	 */
	public ContextListeners(List<? extends ContextListener> listeners) {
		this(() -> listeners);
	}

	/**
	 * Create a composite of listeners that are asked for when there is something to tell,
	 * so that they may depend on what tells them.
	 * @param listeners gives the listeners, told in this order; called once
	 */
	public ContextListeners(Supplier<? extends List<? extends ContextListener>> listeners) {
		this.listeners = SingletonSupplier.of(() -> List.copyOf(listeners.get()));
	}

	@Override
	public void started(TaskContext context) {
		tell((listener) -> listener.started(context));
	}

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		overrun(context, report, false);
	}

	/**
	 * Tell of an overrun.
	 * @param repeated whether the log needs to say it only to those who look closely
	 */
	void overrun(TaskContext context, OverrunReport report, boolean repeated) {
		if (!repeated) {
			logger.warn(describe(report));
		}
		else if (logger.isDebugEnabled()) {
			logger.debug(describe(report));
		}
		tell((listener) -> listener.overrun(context, report));
	}

	private static String describe(OverrunReport report) {
		String what = report.provisional() ? ": " : ", final report: " + report.undelivered() + " undelivered; ";
		return "Stream overrun" + what + report.describe();
	}

	@Override
	public void unreadable(TaskContext context, long index, String type) {
		unreadable(context, index, type, false);
	}

	/**
	 * Tell of a message that the peer could not read.
	 * @param repeated whether the log needs to say it only to those who look closely
	 */
	void unreadable(TaskContext context, long index, String type, boolean repeated) {
		String message = "Unreadable message: the " + context.side().other() + " " + context.peer()
				+ " could not read message " + index + " of the " + context.side() + " as " + type + ", in context "
				+ context.id() + " on route '" + context.route() + "': declare the same type on both sides";
		if (repeated) {
			logger.debug(message);
		}
		else {
			logger.warn(message);
		}
		tell((listener) -> listener.unreadable(context, index, type));
	}

	@Override
	public void stalled(TaskContext context, StallReport report) {
		logger.warn("Stalled: " + report.describe(Instant.now()));
		tell((listener) -> listener.stalled(context, report));
	}

	@Override
	public void ended(TaskContext context, Outcome<?> outcome) {
		outcome.overruns()
			.stream()
			.filter(OverrunReport::provisional)
			.forEach((report) -> logger.warn("Stream overrun, last known report: " + report.undelivered()
					+ " undelivered; " + report.describe()));
		warnOfDropped(context, Side.CALLEE, outcome.ledger().toCallee());
		warnOfDropped(context, Side.CALLER, outcome.ledger().toCaller());
		tell((listener) -> listener.ended(context, outcome));
	}

	private static void warnOfDropped(TaskContext context, Side receiver, Ledger.Direction direction) {
		if (direction.dropped() > 0) {
			logger.warn("Stream overrun, total: " + direction.dropped() + " of " + direction.sent()
					+ " messages to the " + receiver + " were dropped in context " + context.id() + " on route '"
					+ context.route() + "' (with " + context.peer() + ")");
		}
	}

	private void tell(Consumer<ContextListener> event) {
		for (ContextListener listener : this.listeners.get()) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.error("Context listener " + listener + " failed", ex);
			}
		}
	}

}
