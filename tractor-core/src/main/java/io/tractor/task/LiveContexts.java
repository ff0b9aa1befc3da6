package io.tractor.task;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.tractor.StallReport;
import reactor.core.scheduler.Schedulers;

/**
 * The contexts of an application that are not over. Looks at them from time to time, as
 * long as there are any, and reports those in which a side waits for too long (V24, X12),
 * once for each wait. Thread-safe.
 */
public final class LiveContexts {

	/**
	 * After how long a wait is reported unless set otherwise.
	 */
	public static final Duration DEFAULT_STALLED_AFTER = Duration.ofSeconds(30);

	private static final int LOOKS_PER_WAIT = 4;

	private final Set<LinkedTask<?, ?>> tasks = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	private final Duration stalledAfter;

	private final InstantSource clock;

	/**
	 * Create an empty registry.
	 * @param stalledAfter after how long a wait is reported; zero for never
	 * @param clock tells the time
	 */
	public LiveContexts(Duration stalledAfter, InstantSource clock) {
		this.stalledAfter = stalledAfter;
		this.clock = clock;
	}

	/**
	 * Return after how long a wait is reported.
	 * @return the time; zero for never
	 */
	public Duration stalledAfter() {
		return this.stalledAfter;
	}

	/**
	 * Return the tasks of the contexts that are not over, in either role.
	 * @return a live view
	 */
	public Collection<LinkedTask<?, ?>> all() {
		return Collections.unmodifiableCollection(this.tasks);
	}

	void add(LinkedTask<?, ?> task) {
		this.tasks.add(task);
		schedule();
	}

	void remove(LinkedTask<?, ?> task) {
		this.tasks.remove(task);
	}

	private void schedule() {
		if (!this.stalledAfter.isZero() && !this.scheduled.get() && this.scheduled.compareAndSet(false, true)) {
			Schedulers.parallel()
				.schedule(this::look, Math.max(1, this.stalledAfter.toNanos() / LOOKS_PER_WAIT), TimeUnit.NANOSECONDS);
		}
	}

	private void look() {
		this.scheduled.set(false);
		Instant limit = this.clock.instant().minus(this.stalledAfter);
		for (LinkedTask<?, ?> task : this.tasks) {
			StallReport stall = task.stall();
			if (stall != null && !stall.since().isAfter(limit)) {
				task.reportOnce(stall);
			}
		}
		if (!this.tasks.isEmpty()) {
			schedule();
		}
	}

}
