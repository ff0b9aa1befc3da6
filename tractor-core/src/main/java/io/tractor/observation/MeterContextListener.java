package io.tractor.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import io.micrometer.core.instrument.MeterRegistry;
import io.tractor.ContextListener;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.TaskContext;
import io.tractor.task.CountedTask;

import org.springframework.util.Assert;

/**
 * Keeps the meters of {@link ContextMeterDocumentation}. The meters of a route exist from
 * its {@linkplain #register registration} on, or else from when its first context starts,
 * so that an overrun is never what makes them. Counting costs nothing while messages
 * pass. Thread-safe.
 */
public final class MeterContextListener implements ContextListener {

	private final Map<Key, RouteMeters> routes = new ConcurrentHashMap<>();

	private final MeterRegistry registry;

	/**
	 * Create a listener.
	 * @param registry has the meters
	 */
	public MeterContextListener(MeterRegistry registry) {
		Assert.notNull(registry, "'registry' must not be null");
		this.registry = registry;
	}

	/**
	 * Let the meters of a route exist, at 0 until something happens on it. Does nothing
	 * if they do.
	 * @param pattern the pattern of the route
	 * @param side the side that this application is on
	 */
	public void register(String pattern, Side side) {
		meters(pattern, side);
	}

	private RouteMeters meters(String pattern, Side side) {
		return this.routes.computeIfAbsent(new Key(pattern, side),
				(key) -> new RouteMeters(this.registry, key.pattern(), key.side()));
	}

	@Override
	public void started(TaskContext context) {
		tell(context, RouteMeters::started);
	}

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		tell(context, (meters, task) -> meters.overrun(task, report));
	}

	@Override
	public void stalled(TaskContext context, StallReport report) {
		tell(context, (meters, task) -> meters.stalled(report));
	}

	@Override
	public void ended(TaskContext context, Outcome<?> outcome) {
		tell(context, (meters, task) -> meters.ended(task, outcome));
	}

	private void tell(TaskContext context, BiConsumer<RouteMeters, CountedTask> event) {
		if (context instanceof CountedTask task) {
			event.accept(meters(task.pattern(), task.side()), task);
		}
	}

	private record Key(String pattern, Side side) {

	}

}
