package io.tractor.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import reactor.core.scheduler.Schedulers;

/**
 * Streams that were closed a moment ago. Their peers are told after a time of grace, in
 * which an error may yet end the scope (M8). One timer serves all of them, since a timer
 * for each would wake a thread for each. Thread-safe.
 */
final class ClosedStreams {

	/**
	 * After how much delay a timer is taken for lost, as when Reactor's schedulers are
	 * replaced.
	 */
	private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Duration grace;

	private final Object lock = new Object();

	private List<Runnable> closed = new ArrayList<>();

	private List<Runnable> closedBefore = new ArrayList<>();

	private boolean scheduled;

	/**
	 * When the scheduled timer fires.
	 */
	private long due;

	/**
	 * Create an empty one.
	 * @param grace how long to wait at least; twice that at most
	 */
	ClosedStreams(Duration grace) {
		this.grace = grace;
	}

	/**
	 * Add a stream.
	 * @param tell tells the peer, if it does not know yet; run on a timer's thread
	 */
	void add(Runnable tell) {
		synchronized (this.lock) {
			this.closed.add(tell);
			if (!this.scheduled || System.nanoTime() - this.due > LOST_NANOS) {
				schedule();
			}
		}
	}

	private void schedule() {
		long nanos = this.grace.toNanos();
		long next = System.nanoTime() + nanos;
		this.due = next;
		this.scheduled = true;
		Schedulers.parallel().schedule(() -> tell(next), nanos, TimeUnit.NANOSECONDS);
	}

	private void tell(long expected) {
		List<Runnable> told;
		synchronized (this.lock) {
			if (expected != this.due) {
				// it was late, and another one was scheduled instead
				return;
			}
			told = this.closedBefore;
			this.closedBefore = this.closed;
			this.closed = new ArrayList<>();
			this.scheduled = !this.closedBefore.isEmpty();
			if (this.scheduled) {
				schedule();
			}
		}
		told.forEach(Runnable::run);
	}

}
