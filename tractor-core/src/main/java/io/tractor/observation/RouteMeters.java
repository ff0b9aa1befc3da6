package io.tractor.observation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.engine.Receiving;
import io.tractor.observation.ContextMeterDocumentation.EndKeys;
import io.tractor.observation.ContextMeterDocumentation.OverrunKeys;
import io.tractor.observation.ContextMeterDocumentation.StallKeys;
import io.tractor.task.MeasuredTask;
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

	private final Set<MeasuredTask> running = new HashSet<>();

	/**
	 * Contexts of which the end was told before the start.
	 */
	private final Set<MeasuredTask> endedEarly = Collections.newSetFromMap(new WeakHashMap<>());

	private final Map<Count, Long> ofEnded = new EnumMap<>(Count.class);

	private final Counter discarded;

	private final Counter discardedBytes;

	private final Timer opening;

	private final Side side;

	RouteMeters(MeterMaker meters, Side side) {
		this.side = side;
		for (Side receiver : Side.values()) {
			MeterMaker ofReceiver = meters.with(OverrunKeys.RECEIVER, receiver.toString());
			Map<OverrunReport.Reason, Counter> byReason = new EnumMap<>(OverrunReport.Reason.class);
			for (OverrunReport.Reason reason : OverrunReport.Reason.values()) {
				byReason.put(reason, ofReceiver.with(OverrunKeys.REASON, value(reason))
					.counter(ContextMeterDocumentation.STREAM_OVERRUNS));
			}
			this.overruns.put(receiver, byReason);
			this.dropped.put(receiver, ofReceiver.counter(ContextMeterDocumentation.STREAM_MESSAGES_DROPPED));
		}
		for (StallReport.Reason reason : StallReport.Reason.values()) {
			this.stalled.put(reason,
					meters.with(StallKeys.REASON, value(reason)).counter(ContextMeterDocumentation.CONTEXTS_STALLED));
		}
		for (End end : End.values()) {
			this.ended.put(end,
					meters.with(EndKeys.OUTCOME, value(end)).counter(ContextMeterDocumentation.CONTEXTS_ENDED));
		}
		this.discarded = meters.counter(ContextMeterDocumentation.STREAM_MESSAGES_DISCARDED);
		this.discardedBytes = meters.counter(ContextMeterDocumentation.STREAM_BYTES_DISCARDED);
		this.opening = meters.timer(ContextMeterDocumentation.CONTEXTS_OPENING);
		count(meters, ContextMeterDocumentation.STREAM_MESSAGES_SENT, Count.SENT);
		count(meters, ContextMeterDocumentation.STREAM_MESSAGES_RECEIVED, Count.RECEIVED);
		count(meters, ContextMeterDocumentation.STREAM_BYTES_SENT, Count.SENT_BYTES);
		count(meters, ContextMeterDocumentation.STREAM_BYTES_RECEIVED, Count.RECEIVED_BYTES);
		count(meters, ContextMeterDocumentation.STREAM_BYTES_DROPPED, Count.DROPPED_BYTES);
		meters.timer(ContextMeterDocumentation.STREAM_SEND_WAIT, this, (route) -> route.total(Count.WAITS),
				(route) -> route.total(Count.WAITED_NANOS));
		meters.gauge(ContextMeterDocumentation.STREAM_BUFFER_MESSAGES, this, RouteMeters::buffered);
		meters.gauge(ContextMeterDocumentation.STREAM_BUFFER_FILL, this, (route) -> route.max(Receiving::fill));
		meters.gauge(ContextMeterDocumentation.STREAM_BUFFER_HIGH_WATER, this,
				(route) -> route.max(Receiving::highWater));
		meters.gauge(ContextMeterDocumentation.CONTEXTS_ACTIVE, this, (route) -> route.running().size());
	}

	private void count(MeterMaker meters, ContextMeterDocumentation meter, Count count) {
		meters.counter(meter, this, (route) -> route.total(count));
	}

	private static String value(Enum<?> tag) {
		return tag.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	void started(MeasuredTask task) {
		this.opening.record(task.age());
		synchronized (this) {
			if (!this.endedEarly.remove(task)) {
				this.running.add(task);
			}
		}
	}

	void overrun(MeasuredTask task, OverrunReport report) {
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

	void ended(MeasuredTask task, Outcome<?> outcome) {
		synchronized (this) {
			if (!this.running.remove(task)) {
				this.endedEarly.add(task);
			}
			for (Count count : Count.values()) {
				this.ofEnded.merge(count, count.of(task), Long::sum);
			}
		}
		Ledger ledger = outcome.ledger();
		increment(this.discarded, ((this.side == Side.CALLER) ? ledger.toCaller() : ledger.toCallee()).discarded());
		increment(this.discardedBytes, task.receiving().leftBytes());
		increment(this.ended.get(End.of(outcome)), 1);
	}

	private synchronized Set<MeasuredTask> running() {
		return Set.copyOf(this.running);
	}

	private synchronized long total(Count count) {
		return this.ofEnded.getOrDefault(count, 0L) + this.running.stream().mapToLong(count::of).sum();
	}

	private double buffered() {
		return running().stream().mapToLong((task) -> task.receiving().buffered()).sum();
	}

	private double max(ToDoubleFunction<Receiving> figure) {
		return running().stream().mapToDouble((task) -> figure.applyAsDouble(task.receiving())).max().orElse(0);
	}

	/**
	 * What a context counts itself.
	 */
	private enum Count {

		SENT((task) -> task.sending().sent()),

		RECEIVED((task) -> task.receiving().consumed()),

		SENT_BYTES((task) -> task.sending().sentBytes()),

		RECEIVED_BYTES((task) -> task.receiving().arrivedBytes()),

		DROPPED_BYTES((task) -> task.receiving().droppedBytes()),

		WAITS((task) -> task.sending().waits()),

		WAITED_NANOS((task) -> task.sending().waited().toNanos());

		private final ToLongFunction<MeasuredTask> reading;

		Count(ToLongFunction<MeasuredTask> reading) {
			this.reading = reading;
		}

		long of(MeasuredTask task) {
			return this.reading.applyAsLong(task);
		}

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
