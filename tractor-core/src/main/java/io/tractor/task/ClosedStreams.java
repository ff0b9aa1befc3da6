package io.tractor.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Streams that were closed a moment ago. Their peers are told after a time of grace, in
 * which an error may yet end the scope (M8). One timer serves all of them, since a timer
 * for each would wake a thread for each. Thread-safe.
 */
final class ClosedStreams {

	private static final Log logger = LogFactory.getLog(ClosedStreams.class);

	private final Duration grace;

	private final ReentrantLock lock = new ReentrantLock();

	private List<Runnable> closed = new ArrayList<>();

	private List<Runnable> closedBefore = new ArrayList<>();

	/**
	 * Has the timer. Reactor's scheduler may be replaced, and the timer lost with it.
	 */
	private @Nullable Scheduler timing;

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
		Scheduler current = Schedulers.parallel();
		this.lock.lock();
		try {
			this.closed.add(tell);
			if (this.timing == current) {
				return;
			}
			this.timing = current;
		}
		finally {
			this.lock.unlock();
		}
		schedule(current);
	}

	private void schedule(Scheduler scheduler) {
		scheduler.schedule(() -> turn(scheduler), this.grace.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void turn(Scheduler scheduler) {
		List<Runnable> due;
		boolean more;
		this.lock.lock();
		try {
			if (this.timing != scheduler) {
				return;
			}
			due = this.closedBefore;
			this.closedBefore = this.closed;
			this.closed = new ArrayList<>();
			more = !this.closedBefore.isEmpty();
			if (!more) {
				this.timing = null;
			}
		}
		finally {
			this.lock.unlock();
		}
		try {
			if (more) {
				schedule(scheduler);
			}
		}
		finally {
			due.forEach(ClosedStreams::tell);
		}
	}

	private static void tell(Runnable tell) {
		try {
			tell.run();
		}
		catch (RuntimeException | StackOverflowError ex) {
			logger.error("The peer of a closed stream could not be told", ex);
		}
	}

}
