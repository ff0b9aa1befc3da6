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
import io.tractor.StallReport;
import io.tractor.observation.ContextMeterDocumentation.CommonKeys;
import io.tractor.observation.ContextMeterDocumentation.EndKeys;
import io.tractor.observation.ContextMeterDocumentation.OverrunKeys;
import io.tractor.observation.ContextMeterDocumentation.StallKeys;
import io.tractor.task.CountedTask;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route and one side. Messages are not counted while they pass: a
 * reading asks the contexts that run for their own counts. Thread-safe.
 */
final class RouteMeters {

	private final Map<Side, Map<OverrunReport.Reason, Counter>> overruns = new EnumMap<>(Side.class);

	private final Map<Side, Counter> dropped = new EnumMap<>(Side.class);

	private final Map<StallReport.Reason, Counter> stalled = new EnumMap<>(StallReport.Reason.class);

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
			this.dropped.put(receiver, counter(registry, ContextMeterDocumentation.STREAM_MESSAGES_DROPPED,
					tags.and(OverrunKeys.RECEIVER.asString(), receiver.toString())));
		}
		for (StallReport.Reason reason : StallReport.Reason.values()) {
			this.stalled.put(reason, counter(registry, ContextMeterDocumentation.CONTEXTS_STALLED,
					tags.and(StallKeys.REASON.asString(), value(reason))));
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

	void overrun(CountedTask task, OverrunReport report) {
		// A sender is told of an episode only when it is over
		boolean first = report.provisional() || (report.isDropping() && report.receiver() != task.side());
		Map<OverrunReport.Reason, Counter> byReason = this.overruns.get(report.receiver());
		if (first && byReason != null) {
			increment(byReason.get(report.reason()), 1);
		}
		if (report.isDropping() && !report.provisional()) {
			increment(this.dropped.get(report.receiver()), report.undelivered());
		}
	}

	void stalled(StallReport report) {
		increment(this.stalled.get(report.reason()), 1);
	}

	private static void increment(@Nullable Counter counter, long amount) {
		if (counter != null) {
			counter.increment(amount);
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
		increment(this.ended.get(End.of(outcome)), 1);
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
