package io.tractor.task;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.tractor.ContextInterruptedException;
import io.tractor.Ledger;
import io.tractor.LogText;
import io.tractor.OverrunReport;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Signals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.Assert;

/**
 * Serialises the calls on one engine, lets threads wait for its changes, and interrupts
 * the thread that runs the task. Thread-safe.
 */
public final class ContextMonitor {

	private static final Log logger = LogFactory.getLog(ContextMonitor.class);

	private static final AtomicIntegerFieldUpdater<ContextMonitor> SIGNALLING = AtomicIntegerFieldUpdater
		.newUpdater(ContextMonitor.class, "signalling");

	private static final Runnable[] NOBODY = new Runnable[0];

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Made when the first thread waits.
	 */
	private @Nullable Condition changed;

	/**
	 * What is to be told, made when there is something.
	 */
	private @Nullable Deque<Runnable> afterwards;

	private boolean telling;

	private final Signals signals = new EngineSignals();

	private final ContextEngine engine;

	private final Outlet outlet;

	private final Observer observer;

	private final boolean interruptBody;

	private int waiting;

	private @Nullable Thread body;

	private boolean bodyWaiting;

	private boolean interrupted;

	private @Nullable TractorException seen;

	private boolean causeTold;

	/**
	 * Each one once, in the order in which they came. Replaced with each change.
	 */
	private Runnable[] watchers = NOBODY;

	private boolean watchersDue;

	private boolean urgentDue;

	private boolean dataDue;

	private volatile int signalling;

	private volatile boolean broken;

	/**
	 * Whether it is broken, and who tells the watchers so is counted as signalling.
	 */
	private volatile boolean brokenSignalled;

	private volatile @Nullable Runnable whenBroken;

	ContextMonitor(Function<Signals, ContextEngine> engine, Outlet outlet, Observer observer, boolean interruptBody) {
		this.outlet = outlet;
		this.observer = observer;
		this.interruptBody = interruptBody;
		this.engine = engine.apply(this.signals);
	}

	ContextIdentity identity() {
		return this.engine.identity();
	}

	/**
	 * Run an action on the engine.
	 * @param action what to do; must not block
	 */
	public void update(Consumer<ContextEngine> action) {
		this.lock.lock();
		try {
			action.accept(this.engine);
		}
		catch (TractorException ex) {
			this.seen = ex;
			throw ex;
		}
		finally {
			unlock();
		}
	}

	/**
	 * Compute something from the engine.
	 * @param action what to do; must not block
	 * @param <T> the result
	 * @return what the action returned
	 */
	public <T extends @Nullable Object> T compute(Function<ContextEngine, T> action) {
		this.lock.lock();
		try {
			return action.apply(this.engine);
		}
		catch (TractorException ex) {
			this.seen = ex;
			throw ex;
		}
		finally {
			unlock();
		}
	}

	/**
	 * Repeat an action until it gives something or the time is over.
	 * @param timeout how long, or {@code null} without a limit
	 * @param attempt gives {@code null} if there is nothing yet
	 * @param <T> the result
	 * @return what the action gave, or {@code null} when the time is over
	 * @throws ContextInterruptedException if the thread is interrupted by somebody else;
	 * the context is cancelled then
	 */
	<T> @Nullable T await(@Nullable Duration timeout, Function<ContextEngine, @Nullable T> attempt) {
		this.lock.lock();
		try {
			this.engine.release();
			long remaining = (timeout != null) ? toNanos(timeout) : Long.MAX_VALUE;
			T result = attempt.apply(this.engine);
			while (result == null && remaining > 0) {
				remaining = awaitChange(remaining);
				result = attempt.apply(this.engine);
			}
			return result;
		}
		catch (TractorException ex) {
			this.seen = ex;
			throw ex;
		}
		catch (InterruptedException ex) {
			throw cancelInterrupted(ex);
		}
		finally {
			unlock();
		}
	}

	/**
	 * Repeat an action, whenever something changes, until it gives something. Does not
	 * block.
	 * @param attempt gives {@code null} if there is nothing yet
	 * @param <T> the result
	 * @return gives what the action gave, on whatever thread made the change
	 */
	<T> Mono<T> when(Function<ContextEngine, @Nullable T> attempt) {
		return Mono.create((sink) -> {
			Attempts<T> attempts = new Attempts<>(attempt, sink);
			sink.onDispose(() -> unwatch(attempts));
			attempts.run();
		});
	}

	/**
	 * Let something be run when the context was ended by what this side's task did not do
	 * itself, and after whoever waits on the context was told: so that calls within a
	 * body fail before the body is cancelled (E2).
	 * @param action run at least once; replaces the one before
	 */
	void whenBroken(Runnable action) {
		this.whenBroken = action;
		tellBroken();
	}

	/**
	 * Tell of the break from another thread: the calling one may run the body, and
	 * Reactor does not interrupt a thread that cancels its own work.
	 */
	private void tellBrokenAside() {
		if (this.brokenSignalled && this.whenBroken != null) {
			Schedulers.parallel().schedule(this::tellBroken);
		}
	}

	private void tellBroken() {
		Runnable action = this.whenBroken;
		if (this.brokenSignalled && action != null && this.signalling == 0) {
			action.run();
		}
	}

	/**
	 * Run what signals to a body, which is not cancelled meanwhile.
	 */
	void signal(Runnable signals) {
		SIGNALLING.incrementAndGet(this);
		try {
			signals.run();
		}
		finally {
			if (SIGNALLING.decrementAndGet(this) == 0) {
				tellBrokenAside();
			}
		}
	}

	/**
	 * Let something be run, outside the lock, after each change until it is
	 * {@linkplain #unwatch removed}.
	 */
	void watch(Runnable watcher) {
		update((engine) -> addWatcher(watcher));
	}

	void unwatch(Runnable watcher) {
		update((engine) -> {
			Runnable[] others = this.watchers;
			for (int i = 0; i < others.length; i++) {
				if (others[i] == watcher) {
					this.watchers = new Runnable[others.length - 1];
					System.arraycopy(others, 0, this.watchers, 0, i);
					System.arraycopy(others, i + 1, this.watchers, i, others.length - 1 - i);
				}
			}
		});
	}

	private void addWatcher(Runnable watcher) {
		Runnable[] others = this.watchers;
		for (Runnable other : others) {
			if (other == watcher) {
				return;
			}
		}
		this.watchers = Arrays.copyOf(others, others.length + 1);
		this.watchers[others.length] = watcher;
	}

	/**
	 * Let whoever waits try again, after a change that the engine does not know of.
	 */
	void wake() {
		update((unchanged) -> this.signals.changed());
	}

	/**
	 * Tell all watchers of a change, and end the signalling that began with it.
	 * @param breaks whether the change was that the context broke
	 */
	private void tellWatchers(Runnable[] told, boolean breaks) {
		try {
			for (Runnable watcher : told) {
				watcher.run();
			}
		}
		finally {
			if (SIGNALLING.decrementAndGet(this) == 0) {
				if (breaks) {
					tellBroken();
				}
				else {
					tellBrokenAside();
				}
			}
		}
	}

	@SuppressWarnings("WaitNotInLoop") // the callers loop
	private long awaitChange(long remaining) throws InterruptedException {
		Assert.state(!Schedulers.isInNonBlockingThread(),
				() -> "A call on the context on route '" + this.engine.identity().route() + "' would block thread "
						+ Thread.currentThread().getName()
						+ ", which must not be blocked: use the reactive form, or another thread");
		tellOutlet(takeUrgentDue(), takeDataDue());
		boolean inBody = Thread.currentThread() == this.body;
		Condition condition = (this.changed != null) ? this.changed : this.lock.newCondition();
		this.changed = condition;
		this.waiting++;
		this.bodyWaiting |= inBody;
		try {
			if (remaining == Long.MAX_VALUE) {
				condition.await();
				return remaining;
			}
			return condition.awaitNanos(remaining);
		}
		catch (InterruptedException ex) {
			if (!inBody || !this.interrupted) {
				throw ex;
			}
			return remaining;
		}
		finally {
			this.waiting--;
			if (inBody) {
				this.bodyWaiting = false;
			}
		}
	}

	private ContextInterruptedException cancelInterrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		this.engine.cancel("the " + this.engine.identity().side() + "'s thread was interrupted", ex);
		return interruption(ex);
	}

	ContextInterruptedException interruption(Throwable cause) {
		return new ContextInterruptedException("The thread was interrupted in the " + this.engine.identity().side()
				+ "'s scope of the context on route '" + this.engine.identity().route()
				+ "'; the context was cancelled", cause);
	}

	/**
	 * Wait for a condition, bounded, whatever interrupts the thread in between.
	 * @return whether the condition came true
	 */
	boolean awaitBounded(Duration timeout, Predicate<ContextEngine> condition) {
		this.lock.lock();
		boolean foreign = false;
		try {
			long deadline = System.nanoTime() + toNanos(timeout);
			long remaining = deadline - System.nanoTime();
			while (!condition.test(this.engine) && remaining > 0) {
				try {
					awaitChange(remaining);
				}
				catch (InterruptedException ex) {
					foreign = true;
				}
				remaining = deadline - System.nanoTime();
			}
			return condition.test(this.engine);
		}
		finally {
			unlock();
			if (foreign) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private static long toNanos(Duration duration) {
		return (duration.compareTo(Duration.ofDays(365)) < 0) ? Math.max(0, duration.toNanos())
				: TimeUnit.DAYS.toNanos(365);
	}

	/**
	 * Let the calling thread be the one that runs the task's code.
	 */
	void enterBody() {
		this.lock.lock();
		try {
			this.body = Thread.currentThread();
			this.interrupted = false;
			if (this.broken) {
				interrupt();
			}
		}
		finally {
			unlock();
		}
	}

	/**
	 * End what {@link #enterBody} began. The thread's interrupt flag is cleared if the
	 * library had set it.
	 * @return whether the library interrupted the body
	 */
	boolean exitBody() {
		this.lock.lock();
		try {
			this.body = null;
			if (this.interrupted) {
				Thread.interrupted();
			}
			return this.interrupted;
		}
		finally {
			unlock();
		}
	}

	private void interrupt() {
		Thread thread = this.body;
		if (thread != null && this.interruptBody && !this.interrupted && !this.bodyWaiting) {
			this.interrupted = true;
			thread.interrupt();
		}
	}

	/**
	 * Return whether a call has thrown what ended the context.
	 */
	boolean isCauseSeen() {
		return compute((engine) -> this.seen != null && this.seen == engine.cause());
	}

	/**
	 * Run something once the lock is free, after what was to be run before. To be called
	 * under the lock.
	 */
	void later(Runnable action) {
		afterwards().add(action);
	}

	private Deque<Runnable> afterwards() {
		Deque<Runnable> actions = this.afterwards;
		if (actions == null) {
			actions = new ArrayDeque<>();
			this.afterwards = actions;
		}
		return actions;
	}

	private void unlock() {
		Runnable[] told = null;
		boolean brokenNow = false;
		boolean urgent = false;
		boolean data = false;
		try {
			if (this.lock.getHoldCount() == 1) {
				tellCause();
				if (this.afterwards != null && !this.telling) {
					runAfterwards(this.afterwards);
				}
				if (this.watchersDue) {
					this.watchersDue = false;
					// under the lock: once it is free, others may signal as well
					SIGNALLING.incrementAndGet(this);
					told = this.watchers;
				}
				brokenNow = this.broken && !this.brokenSignalled;
				if (brokenNow) {
					this.brokenSignalled = true;
				}
				urgent = takeUrgentDue();
				data = takeDataDue();
			}
		}
		finally {
			this.lock.unlock();
		}
		try {
			tellOutlet(urgent, data);
		}
		finally {
			if (told != null) {
				tellWatchers(told, brokenNow);
			}
			else if (brokenNow) {
				// who wants to know may have come since the change
				tellBroken();
			}
		}
	}

	private boolean takeUrgentDue() {
		boolean due = this.urgentDue;
		this.urgentDue = false;
		return due;
	}

	private boolean takeDataDue() {
		boolean due = this.dataDue;
		this.dataDue = false;
		return due;
	}

	/**
	 * Outside of the lock, since this wakes the event loop, which needs the lock and may
	 * get this thread's processor.
	 */
	private void tellOutlet(boolean urgent, boolean data) {
		if (urgent) {
			this.outlet.writable(true);
		}
		if (data) {
			this.outlet.writable(false);
		}
	}

	/**
	 * Run something once, after what is to be written now has gone out.
	 */
	void afterWriting(Runnable action) {
		this.outlet.afterWriting(action);
	}

	private void tellCause() {
		TractorException cause = this.engine.cause();
		if (cause != null && !this.causeTold) {
			this.causeTold = true;
			// before the end, which may wait already
			afterwards().addFirst(() -> this.observer.caused(cause));
		}
	}

	private void runAfterwards(Deque<Runnable> actions) {
		this.telling = true;
		try {
			Runnable action = actions.poll();
			while (action != null) {
				runUnlocked(action);
				action = actions.poll();
			}
		}
		finally {
			this.telling = false;
		}
	}

	private void runUnlocked(Runnable action) {
		boolean urgent = takeUrgentDue();
		boolean data = takeDataDue();
		this.lock.unlock();
		try {
			try {
				tellOutlet(urgent, data);
			}
			finally {
				action.run();
			}
		}
		catch (RuntimeException | StackOverflowError ex) {
			logger.error("An observer of a context failed", ex);
		}
		finally {
			this.lock.lock();
		}
	}

	/**
	 * Where the engine's envelopes go out.
	 */
	public interface Outlet {

		/**
		 * There is something to write. Called outside the lock, unless a call begins to
		 * wait: must neither block nor call back.
		 * @param urgent whether it must overtake data that waits
		 */
		void writable(boolean urgent);

		/**
		 * Run something once, after what was said to be {@linkplain #writable writable}
		 * before has gone out, if the peer takes it. Called outside the lock; does not
		 * block.
		 * @param action run on the connection's event loop
		 */
		void afterWriting(Runnable action);

	}

	/**
	 * Told what happens, outside the lock unless said otherwise.
	 */
	interface Observer {

		void overrun(OverrunReport report);

		void unreadable(long index, String type);

		/**
		 * Something other than a result is going to end the context.
		 * @param cause what ends it
		 */
		void caused(TractorException cause);

		/**
		 * The context is over. Called under the lock.
		 * @return what to do about it outside
		 */
		Runnable finished(Ledger ledger);

	}

	private final class Attempts<T> implements Runnable {

		private final Function<ContextEngine, @Nullable T> attempt;

		private final MonoSink<T> sink;

		private boolean done;

		Attempts(Function<ContextEngine, @Nullable T> attempt, MonoSink<T> sink) {
			this.attempt = attempt;
			this.sink = sink;
		}

		@Override
		public void run() {
			try {
				T result = compute(this::attempt);
				if (result != null) {
					this.sink.success(result);
				}
			}
			catch (RuntimeException ex) {
				this.sink.error(ex);
			}
		}

		private @Nullable T attempt(ContextEngine engine) {
			if (this.done) {
				return null;
			}
			this.done = true;
			T result = this.attempt.apply(engine);
			this.done = result != null;
			if (!this.done) {
				addWatcher(this);
			}
			return result;
		}

	}

	private final class EngineSignals implements Signals {

		@Override
		public void writable(boolean urgent) {
			ContextMonitor.this.urgentDue |= urgent;
			ContextMonitor.this.dataDue |= !urgent;
		}

		@Override
		public void changed() {
			Condition condition = ContextMonitor.this.changed;
			if (condition != null && ContextMonitor.this.waiting > 0) {
				condition.signalAll();
			}
			ContextMonitor.this.watchersDue = ContextMonitor.this.whenBroken != null
					|| ContextMonitor.this.watchers.length != 0;
		}

		@Override
		public void broken(TractorException cause) {
			ContextMonitor.this.broken = true;
			interrupt();
		}

		@Override
		public void overrun(OverrunReport report) {
			later(() -> ContextMonitor.this.observer.overrun(report));
		}

		@Override
		public void unreadable(long index, String type) {
			later(() -> ContextMonitor.this.observer.unreadable(index, LogText.escape(type)));
		}

		@Override
		public void finished(Ledger ledger) {
			later(ContextMonitor.this.observer.finished(ledger));
		}

	}

}
