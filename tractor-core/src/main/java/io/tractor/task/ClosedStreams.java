package io.tractor.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tractor.engine.ContextEngine;
import reactor.core.scheduler.Schedulers;

/**
 * Streams that were closed a moment ago. Their peers are told after a time of grace, in
 * which an error may yet end the scope (M8). One timer serves all of them, since a timer
 * for each would wake a thread for each. Thread-safe.
 */
final class ClosedStreams {

	private final Duration grace;

	private final Object lock = new Object();

	private List<ContextMonitor> closed = new ArrayList<>();

	private List<ContextMonitor> closedBefore = new ArrayList<>();

	/**
	 * Create an empty one.
	 * @param grace how long to wait at least; twice that at most
	 */
	ClosedStreams(Duration grace) {
		this.grace = grace;
	}

	void add(ContextMonitor monitor) {
		synchronized (this.lock) {
			if (this.closed.isEmpty() && this.closedBefore.isEmpty()) {
				schedule();
			}
			this.closed.add(monitor);
		}
	}

	private void schedule() {
		Schedulers.parallel().schedule(this::release, this.grace.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void release() {
		List<ContextMonitor> due;
		synchronized (this.lock) {
			due = this.closedBefore;
			this.closedBefore = this.closed;
			this.closed = new ArrayList<>();
			if (!this.closedBefore.isEmpty()) {
				schedule();
			}
		}
		due.forEach((monitor) -> monitor.update(ContextEngine::release));
	}

}
