package io.tractor.observation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.observation.ContextMeterDocumentation.CommonKeys;
import io.tractor.observation.ContextMeterDocumentation.EndKeys;
import io.tractor.observation.ContextMeterDocumentation.OverrunKeys;
import io.tractor.task.CountedTask;

/**
 * The meters of one route and one side. Messages are not counted while they pass: a
 * reading asks the contexts that run for their own counts. Thread-safe.
 */
final class RouteMeters {

	private final Map<Side, Map<OverrunReport.Reason, Counter>> overruns = new EnumMap<>(Side.class);

	private final Map<End, Counter> ended = new EnumMap<>(End.class);

	private final Set<CountedTask> running = new HashSet<>();

	/**
	 * Contexts of which the end was told before the start.
	 */
	private final Set<CountedTask> endedEarly = Collections.newSetFromMap(new WeakHashMap<>());

	private long sentByEnded;

	private long receivedByEnded;

	RouteMeters(MeterRegistry registry, String pattern, Side side) {
		Tags tags = Tags.of(CommonKeys.ROUTE.asString(), pattern, CommonKeys.SIDE.asString(), side.toString());
		for (Side receiver : Side.values()) {
			Map<OverrunReport.Reason, Counter> byReason = new EnumMap<>(OverrunReport.Reason.class);
			for (OverrunReport.Reason reason : OverrunReport.Reason.values()) {
				byReason.put(reason,
						counter(registry, ContextMeterDocumentation.STREAM_OVERRUNS,
								tags.and(OverrunKeys.RECEIVER.asString(), receiver.toString(),
										OverrunKeys.REASON.asString(), value(reason))));
			}
			this.overruns.put(receiver, byReason);
		}
		for (End end : End.values()) {
			this.ended.put(end, counter(registry, ContextMeterDocumentation.CONTEXTS_ENDED,
					tags.and(EndKeys.OUTCOME.asString(), value(end))));
		}
		messageCounter(registry, ContextMeterDocumentation.STREAM_MESSAGES_SENT, tags, RouteMeters::sent);
		messageCounter(registry, ContextMeterDocumentation.STREAM_MESSAGES_RECEIVED, tags, RouteMeters::received);
		Gauge.builder(ContextMeterDocumentation.CONTEXTS_ACTIVE.getName(), this, RouteMeters::active)
			.baseUnit(ContextMeterDocumentation.CONTEXTS_ACTIVE.getBaseUnit())
			.description(ContextMeterDocumentation.CONTEXTS_ACTIVE.description())
			.tags(tags)
			.register(registry);
	}

	private static Counter counter(MeterRegistry registry, ContextMeterDocumentation meter, Tags tags) {
		return Counter.builder(meter.getName())
			.baseUnit(meter.getBaseUnit())
			.description(meter.description())
			.tags(tags)
			.register(registry);
	}

	private void messageCounter(MeterRegistry registry, ContextMeterDocumentation meter, Tags tags,
			ToLongFunction<RouteMeters> count) {
		FunctionCounter.builder(meter.getName(), this, (meters) -> count.applyAsLong(meters))
			.baseUnit(meter.getBaseUnit())
			.description(meter.description())
			.tags(tags)
			.register(registry);
	}

	private static String value(Enum<?> tag) {
		return tag.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	synchronized void started(CountedTask task) {
		if (!this.endedEarly.remove(task)) {
			this.running.add(task);
		}
	}

	void overrun(OverrunReport report) {
		Map<OverrunReport.Reason, Counter> byReason = this.overruns.get(report.receiver());
		Counter counter = (byReason != null) ? byReason.get(report.reason()) : null;
		if (counter != null) {
			counter.increment();
		}
	}

	void ended(CountedTask task, Outcome<?> outcome) {
		synchronized (this) {
			if (!this.running.remove(task)) {
				this.endedEarly.add(task);
			}
			this.sentByEnded += task.sentMessages();
			this.receivedByEnded += task.receivedMessages();
		}
		Counter counter = this.ended.get(End.of(outcome));
		if (counter != null) {
			counter.increment();
		}
	}

	private synchronized long active() {
		return this.running.size();
	}

	private synchronized long sent() {
		return this.sentByEnded + this.running.stream().mapToLong(CountedTask::sentMessages).sum();
	}

	private synchronized long received() {
		return this.receivedByEnded + this.running.stream().mapToLong(CountedTask::receivedMessages).sum();
	}

	/**
	 * How a context ended, as a tag's value.
	 */
	private enum End {

		COMPLETED, CANCELLED, FAILED;

		static End of(Outcome<?> outcome) {
			if (outcome instanceof Outcome.Completed) {
				return COMPLETED;
			}
			return (outcome instanceof Outcome.Cancelled) ? CANCELLED : FAILED;
		}

	}

}
