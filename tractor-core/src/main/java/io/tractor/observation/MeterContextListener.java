package io.tractor.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tractor.ContextListener;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.TaskContext;
import io.tractor.observation.ContextMeterDocumentation.CommonKeys;
import io.tractor.task.MeasuredTask;

import org.springframework.util.Assert;

/**
 * Keeps the meters of {@link ContextMeterDocumentation}. The meters of a route exist from
 * its {@linkplain #register registration} on, or else from when its first context starts,
 * so that an overrun is never what makes them. An application that opens contexts on more
 * than 200 routes has the rest of them under the route {@code other}. Counting costs
 * nothing while messages pass. Thread-safe.
 */
public final class MeterContextListener implements ContextListener {

	private final Map<Key, RouteMeters> routes = new ConcurrentHashMap<>();

	private final RouteValues values = new RouteValues();

	private final MeterRegistry registry;

	private final ContextMeterConvention convention;

	/**
	 * Create a listener whose meters are named as documented.
	 * @param registry has the meters
	 */
	public MeterContextListener(MeterRegistry registry) {
		this(registry, ContextMeterConvention.DEFAULT);
	}

	/**
	 * Create a listener.
	 * @param registry has the meters
	 * @param convention names and tags of the meters
	 */
	public MeterContextListener(MeterRegistry registry, ContextMeterConvention convention) {
		Assert.notNull(registry, "'registry' must not be null");
		Assert.notNull(convention, "'convention' must not be null");
		this.registry = registry;
		this.convention = convention;
	}

	/**
	 * Let the meters of a route exist, at 0 until something happens on it. Does nothing
	 * if they do.
	 * @param pattern the pattern of the route
	 * @param side the side that this application is on
	 */
	public void register(String pattern, Side side) {
		this.values.add(pattern);
		meters(pattern, side);
	}

	/**
	 * Let the gauge of {@link ContextMeterDocumentation#CONNECTIONS} exist.
	 * @param source what has connections; the caller keeps it
	 * @param count how many it has
	 * @param <T> its type
	 */
	public <T> void registerConnections(T source, ToDoubleFunction<T> count) {
		new MeterMaker(this.registry, this.convention, Tags.empty()).gauge(ContextMeterDocumentation.CONNECTIONS,
				source, count);
	}

	private RouteMeters create(Key key) {
		Tags tags = Tags.of(CommonKeys.ROUTE.asString(), key.route(), CommonKeys.SIDE.asString(),
				key.side().toString());
		return new RouteMeters(new MeterMaker(this.registry, this.convention, tags), key.side());
	}

	private RouteMeters meters(String pattern, Side side) {
		return this.routes.computeIfAbsent(new Key(this.values.of(pattern), side), this::create);
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

	private void tell(TaskContext context, BiConsumer<RouteMeters, MeasuredTask> event) {
		if (context instanceof MeasuredTask task) {
			event.accept(meters(task.pattern(), task.side()), task);
		}
	}

	private record Key(String route, Side side) {

	}

}
