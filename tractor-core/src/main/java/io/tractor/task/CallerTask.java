package io.tractor.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextSpec;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.CurrentContext;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.StreamSettings;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.MimeType;

/**
 * The caller's side of a context.
 *
 * @param <V> the started value
 * @param <I> messages to the callee
 * @param <O> messages to the caller
 * @param <R> the result
 */
public final class CallerTask<V, I, O, R> extends LinkedTask<O, I> implements ContextHandle<V, I, O, R> {

	private static final Log logger = LogFactory.getLog(CallerTask.class);

	private final MsgCodec<V> startedCodec;

	private final MsgCodec<R> resultCodec;

	private final Options options;

	private final Disposable.Swap timer = Disposables.swap();

	private boolean expired;

	private volatile @Nullable Instant waitsForCalleeSince;

	private volatile @Nullable V started;

	private @Nullable R value;

	private @Nullable TractorException unreadable;

	private boolean decoded;

	private @Nullable Throwable bodyError;

	private volatile @Nullable Outcome<R> outcome;

	/**
	 * Create a task for a context that is to be opened.
	 * @param type its types
	 * @param dataMimeType how values are encoded
	 * @param identity what it is called
	 * @param settings the settings of the caller's stream
	 * @param options how the scope behaves
	 * @param setup what all contexts have in common
	 * @param observation the context's observation, which has started
	 * @param outlet told when there is something to write
	 */
	public CallerTask(ContextType<?, V, I, O, R> type, MimeType dataMimeType, ContextIdentity identity,
			StreamSettings settings, Options options, TaskSetup setup, ContextObservation observation,
			ContextMonitor.Outlet outlet) {
		super(type.route(), setup, identity, options.deadline(), Peer.UNKNOWN, settings,
				setup.codecs().codec(type.toCallerType(), dataMimeType),
				setup.codecs().codec(type.toCalleeType(), dataMimeType), outlet, options.interruptBody(), observation);
		this.startedCodec = setup.codecs().codec(type.startedType(), dataMimeType);
		this.resultCodec = setup.codecs().codec(type.resultType(), dataMimeType);
		this.options = options;
	}

	/**
	 * Let the context end by itself when its time is over. To be called once, before the
	 * opening is sent.
	 */
	public void startTimer() {
		register();
		schedule(this.options.opening());
	}

	private void schedule(Deadline next) {
		this.timer.replace(
				Schedulers.parallel().schedule(this::timerFired, next.remaining().toNanos(), TimeUnit.NANOSECONDS));
	}

	private void timerFired() {
		monitor().update((engine) -> {
			if (!engine.isStarted()) {
				expire(engine, this.options.opening());
			}
		});
		checkDeadline();
		Deadline deadline = deadline();
		if (deadline != null && !deadline.isOver()) {
			schedule(deadline);
		}
	}

	/**
	 * End the context if its deadline has passed. To be called before anything that
	 * arrives is looked at: what comes too late does not count, however late the timer
	 * is.
	 */
	public void checkDeadline() {
		Deadline deadline = deadline();
		if (deadline != null && deadline.isOver()) {
			monitor().update((engine) -> expire(engine, deadline));
		}
	}

	private void expire(ContextEngine engine, Deadline limit) {
		if (!this.expired) {
			this.expired = true;
			String state = engine.isStarted() ? "at " + engine.peer() + " was not over"
					: "through portal '" + this.options.portal() + "' had not started";
			engine.expire(limit + " exceeded",
					new ContextTimeoutException("The context on route '" + route() + "' " + state + " within its "
							+ limit + ", and was cancelled: allow it more time, or look why it takes so long"));
		}
	}

	/**
	 * Wait until the callee has started. Blocks.
	 * @return this task
	 * @throws TractorException what ended the opening instead
	 */
	public CallerTask<V, I, O, R> awaitStarted() {
		try {
			monitor().await(null, CallerTask::startedOrThrow);
			begin();
		}
		catch (TractorException ex) {
			abandon(ex);
			awaitEnd();
			throw ex;
		}
		return this;
	}

	static @Nullable Boolean startedOrThrow(ContextEngine engine) {
		TractorException cause = engine.cause();
		if (cause != null && !engine.isStarted()) {
			throw cause;
		}
		return engine.isStarted() ? Boolean.TRUE : null;
	}

	/**
	 * Begin the scope after the callee has started.
	 * @throws io.tractor.MsgTypeException if the started value cannot be read
	 */
	void begin() {
		byte[] bytes = monitor().compute(ContextEngine::startedValue);
		this.started = (bytes != null) ? this.startedCodec.decode(bytes) : null;
		if (deadline() == null) {
			this.timer.dispose();
		}
		tellStarted();
	}

	/**
	 * Give the opening up.
	 */
	void abandon(TractorException error) {
		monitor().update((engine) -> {
			this.bodyError = error;
			engine.cancel("the opening failed", error);
		});
	}

	@Override
	@SuppressWarnings("NullAway")
	public V started() {
		return this.started;
	}

	@Override
	@SuppressWarnings("NullAway")
	public R result() {
		awaitCallee();
		awaitEnd();
		throwCause();
		return value();
	}

	void throwCause() {
		monitor().update((engine) -> {
			TractorException cause = engine.cause();
			if (cause != null) {
				throw cause;
			}
		});
	}

	/**
	 * Return the result after the end.
	 */
	@SuppressWarnings("NullAway")
	R value() {
		if (this.unreadable != null) {
			throw this.unreadable;
		}
		return this.value;
	}

	@Override
	public Outcome<R> outcome() {
		Outcome<R> known = this.outcome;
		if (known != null) {
			return known;
		}
		awaitCallee();
		return awaitEnd();
	}

	private void awaitCallee() {
		checkDeadline();
		passOver();
		monitor().await(null, CallerTask::isEnding);
	}

	/**
	 * Begin to wait for the result.
	 */
	void passOver() {
		monitor().update((engine) -> {
			engine.passOver();
			waitForCallee();
		});
	}

	/**
	 * End this side's stream and begin to wait for the callee's end.
	 */
	void leaveStream() {
		monitor().update((engine) -> {
			engine.leave();
			waitForCallee();
		});
	}

	private void waitForCallee() {
		if (this.waitsForCalleeSince == null) {
			this.waitsForCalleeSince = now();
		}
	}

	@Override
	@Nullable Instant waitsForCalleeSince() {
		return this.waitsForCalleeSince;
	}

	static @Nullable Boolean isEnding(ContextEngine engine) {
		return (engine.isCalleeDone() || engine.cause() != null) ? Boolean.TRUE : null;
	}

	/**
	 * Wait until the callee is done, bounded once the context is to end, and end this
	 * side's part. Whatever still interrupts the thread is kept for later.
	 */
	private Outcome<R> awaitEnd() {
		cancelBroken();
		if (!monitor().awaitBounded(this.options.cancelTimeout(), ContextEngine::isCalleeDone)) {
			leftBehind();
		}
		return settle();
	}

	void cancelBroken() {
		monitor().update((engine) -> {
			TractorException cause = engine.cause();
			if (cause != null) {
				engine.cancel("the caller's scope failed", cause);
			}
		});
	}

	Duration cancelTimeout() {
		return this.options.cancelTimeout();
	}

	void leftBehind() {
		StallReport stall = stall();
		if (stall != null) {
			reportOnce(stall);
		}
		logger.warn("The callee " + peer() + " of " + this + " has not ended within " + this.options.cancelTimeout()
				+ " after it was cancelled; it is left behind");
	}

	/**
	 * End this side's part, whether the callee is done or not.
	 */
	Outcome<R> settle() {
		decodeResult();
		monitor().update(ContextEngine::giveUp);
		Outcome<R> result = this.outcome;
		if (result == null) {
			throw new IllegalStateException("No outcome of " + this);
		}
		return result;
	}

	/**
	 * Return how the context ended, if it has.
	 */
	@Nullable Outcome<R> knownOutcome() {
		return this.outcome;
	}

	private void decodeResult() {
		byte[] bytes = monitor().compute((engine) -> this.decoded ? null : engine.result());
		if (bytes == null) {
			return;
		}
		try {
			this.value = this.resultCodec.decode(bytes);
		}
		catch (TractorException ex) {
			this.unreadable = ex;
		}
		this.decoded = true;
	}

	@Override
	public Runnable finished(Ledger ledger) {
		this.timer.dispose();
		unregister();
		List<OverrunReport> overruns = monitor().compute(ContextEngine::overruns);
		TractorException late = monitor().compute(ContextEngine::lateError);
		Throwable error = decisive();
		if (error != null && late != null && late != error) {
			error.addSuppressed(late);
		}
		Outcome<R> result;
		if (error == null) {
			result = new Outcome.Completed<>(this.value, ledger, overruns);
		}
		else if (error instanceof ContextCancelledException cancellation) {
			result = new Outcome.Cancelled<>(cancellation, ledger, overruns);
		}
		else {
			result = new Outcome.Failed<>(error, ledger, overruns);
		}
		this.outcome = result;
		return () -> tellEnded(result);
	}

	/**
	 * Return what ended the context: what was recorded first, but a real error of the
	 * callee rather than this side's own cancellation (E5), and an error of the body
	 * rather than the cancellation that it led to.
	 */
	private @Nullable Throwable decisive() {
		TractorException cause = monitor().compute(ContextEngine::cause);
		TractorException late = monitor().compute(ContextEngine::lateError);
		Throwable body = this.bodyError;
		if (isOwnCancellation(cause)) {
			if (body != null) {
				return body;
			}
			return (late instanceof RemoteActorException) ? late : cause;
		}
		return (cause != null) ? cause : this.unreadable;
	}

	private boolean isOwnCancellation(@Nullable Throwable error) {
		return error instanceof ContextCancelledException cancelled && cancelled.by() == Side.CALLER
				&& monitor().compute((engine) -> cancelled == engine.cause() && !engine.isCancelledFromOutside());
	}

	/**
	 * Return what the scope is to raise after the end, if anything.
	 */
	@Nullable Throwable conclusion() {
		Throwable decisive = decisive();
		boolean quiet = decisive == this.unreadable || isOwnCancellation(decisive) || isLeft(decisive);
		return quiet ? null : decisive;
	}

	private boolean isLeft(@Nullable Throwable error) {
		return monitor().compute(ContextEngine::isLeft) && error instanceof ContextCancelledException;
	}

	@Override
	public void close() {
		if (this.outcome != null) {
			return;
		}
		boolean cancelled = monitor().compute((engine) -> {
			boolean running = engine.cause() == null && !engine.hasReturned();
			if (running) {
				engine.cancel("the handle was closed without taking the result", null);
			}
			return running || isOwnCancellation(engine.cause());
		});
		boolean seen = monitor().isCauseSeen();
		if (awaitEnd() instanceof Outcome.Failed<R> failed && !seen && failed.error() instanceof TractorException error
				&& !(cancelled && isOwnCancellation(error))) {
			throw error;
		}
	}

	/**
	 * Run a body in the scope of this context, which has started.
	 * @param body the body
	 * @param <T> what it returns
	 * @return how the scope ended
	 */
	@SuppressWarnings("NullAway") // knows no nullable type arguments
	public <T extends @Nullable Object> ScopeEnd<T> runBody(ContextSpec.Body<V, I, O, R, T, ?> body) {
		T result = null;
		Throwable error = null;
		CurrentContext.Binding binding = bind(this);
		monitor().enterBody();
		try {
			result = body.run((CallerContext<V, I, O, R>) this);
		}
		catch (Throwable ex) {
			error = ex;
		}
		finally {
			exitBody(error);
			binding.close();
		}
		if (error == null) {
			leave();
		}
		awaitEnd();
		return new ScopeEnd<>(result, conclusion());
	}

	/**
	 * End the body, and in the same step take note of its error: what is recorded first
	 * decides (E4).
	 */
	private void exitBody(@Nullable Throwable error) {
		checkDeadline();
		monitor().update((engine) -> {
			boolean interrupted = monitor().exitBody();
			if (error instanceof InterruptedException && !interrupted) {
				Thread.currentThread().interrupt();
				bodyFailed(monitor().interruption(error));
			}
			else if (error instanceof InterruptedException) {
				logger.trace("The library interrupted the body", error);
			}
			else if (error != null) {
				bodyFailed(error);
			}
		});
	}

	/**
	 * Take note of the body's error.
	 */
	void bodyFailed(Throwable error) {
		monitor().update((engine) -> {
			TractorException cause = engine.cause();
			if (cause == null) {
				this.bodyError = error;
				engine.cancel("the caller's body failed", error);
			}
			else if (isOwnCancellation(cause)) {
				this.bodyError = Causes.contains(error, cause) ? null : error;
			}
			else if (error != cause) {
				cause.addSuppressed(error);
			}
		});
	}

	private void leave() {
		try {
			leaveStream();
			monitor().await(null, CallerTask::isEnding);
		}
		catch (ContextInterruptedException ex) {
			this.bodyError = ex;
		}
	}

	/**
	 * How a scope behaves.
	 *
	 * @param portal name of the portal that it is opened through
	 * @param opening when the callee must have started
	 * @param deadline when the context must be over, or {@code null}
	 * @param cancelTimeout how long to wait for the end of a cancelled callee
	 * @param interruptBody whether a remote error interrupts the body's thread
	 */
	public record Options(String portal, Deadline opening, @Nullable Deadline deadline, Duration cancelTimeout,
			boolean interruptBody) {

	}

	/**
	 * How a scope ended.
	 *
	 * @param value what the body returned, if it did
	 * @param error what is to be thrown, or {@code null}
	 * @param <T> what the body returns
	 */
	public record ScopeEnd<T extends @Nullable Object>(@Nullable T value, @Nullable Throwable error) {

		/**
		 * Return the value or throw the error, which may be checked.
		 * @param <X> what the body may throw
		 * @return the value
		 * @throws X the error
		 */
		@SuppressWarnings({ "unchecked", "NullAway" })
		public <X extends Throwable> T get() throws X {
			if (this.error != null) {
				throw (X) this.error;
			}
			return this.value;
		}

	}

}
