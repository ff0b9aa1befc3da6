package io.tractor.task;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tractor.ContextListener;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
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
		logger.warn("Stream overrun: " + report.describe());
		tell((listener) -> listener.overrun(context, report));
	}

	@Override
	public void ended(TaskContext context, Outcome<?> outcome) {
		for (OverrunReport report : outcome.overruns()) {
			logger.warn("Stream overrun, " + (report.provisional() ? "last known" : "final") + " report: "
					+ report.undelivered() + " undelivered; " + report.describe());
		}
		tell((listener) -> listener.ended(context, outcome));
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
