package io.tractor.task;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import io.tractor.ContextCancelledException;
import io.tractor.CurrentContext;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.MsgTypeException;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.ReactiveMsgStream;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.StreamOptions;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import io.tractor.TractorException;
import io.tractor.engine.BufferLoad;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Receiving;
import io.tractor.engine.Sending;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of both sides have in common.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
public abstract sealed class LinkedTask<R, S> implements MeasuredTask, ContextMonitor.Observer
		permits CalleeTask, CallerTask {

	private final String pattern;

	private final StreamSettings settings;

	private final MsgCodec<R> receiveCodec;

	private final MsgCodec<S> sendCodec;

	private final ContextIdentity identity;

	private final @Nullable Deadline deadline;

	private final ContextListeners listeners;

	private final LiveContexts live;

	private final ContextObservation observation;

	private final ContextMonitor monitor;

	private final InstantSource clock;

	private final Instant since;

	private volatile @Nullable TaskStream<R, S> stream;

	private @Nullable OverrunReport firstDropped;

	private boolean toldUnreadable;

	private volatile @Nullable StallReport lastStall;

	LinkedTask(String pattern, TaskSetup setup, ContextIdentity identity, @Nullable Deadline deadline, Peer peer,
			StreamSettings settings, MsgCodec<R> receiveCodec, MsgCodec<S> sendCodec, ContextMonitor.Outlet outlet,
			boolean interruptBody, ContextObservation observation) {
		this.pattern = pattern;
		this.settings = settings;
		this.receiveCodec = receiveCodec;
		this.sendCodec = sendCodec;
		this.identity = identity;
		this.deadline = deadline;
		this.listeners = setup.listeners();
		this.live = setup.live();
		this.clock = setup.clock();
		this.since = now();
		this.observation = observation;
		this.monitor = new ContextMonitor((signals) -> new ContextEngine(identity, peer, settings.msgBufferSize(),
				setup.limits(), setup.clock(), setup.errors(), signals), outlet, this, interruptBody);
	}

	/**
	 * Return what a transport drives the context by.
	 * @return the monitor
	 */
	public final ContextMonitor monitor() {
		return this.monitor;
	}

	final ContextObservation observation() {
		return this.observation;
	}

	final ContextIdentity identity() {
		return this.identity;
	}

	final @Nullable Deadline deadline() {
		return this.deadline;
	}

	@Override
	public final String id() {
		return this.identity.id();
	}

	@Override
	public final String route() {
		return this.identity.route();
	}

	@Override
	public final String pattern() {
		return this.pattern;
	}

	@Override
	public final Side side() {
		return this.identity.side();
	}

	@Override
	public final Peer peer() {
		return this.monitor.compute(ContextEngine::peer);
	}

	@Override
	public final Optional<Duration> remainingTime() {
		return Optional.ofNullable(this.deadline).map(Deadline::remaining);
	}

	final Instant now() {
		return this.clock.instant();
	}

	@Override
	public final Duration age() {
		return Duration.between(this.since, now());
	}

	@Override
	public final Receiving receiving() {
		return this.monitor.compute(ContextEngine::receiving);
	}

	@Override
	public final Sending sending() {
		return this.monitor.compute(ContextEngine::sending);
	}

	@Override
	public final void addLoadTo(BufferLoad load) {
		this.monitor.update((engine) -> engine.addLoadTo(load));
	}

	@Override
	public final ContextSnapshot snapshot() {
		TaskStream<R, S> opened = this.stream;
		return this.monitor.compute((engine) -> new ContextSnapshot(id(), route(), pattern(), side(), engine.peer(),
				engine.state(), this.since, (opened != null) ? opened.settings() : this.settings, engine.receiving(),
				engine.sending(), stall(), engine.lastOverrun()));
	}

	@Override
	public final void cancel(String reason) {
		this.monitor.update((engine) -> engine.cancel(reason, null));
	}

	/**
	 * Cancel the context for a reason that is none of its task's: the task is
	 * interrupted, and the cancellation is raised in its scope (X3).
	 * @param reason why, for people
	 */
	public final void cancelFromOutside(String reason) {
		this.monitor.update((engine) -> engine.cancelFromOutside(reason));
	}

	public final MsgStream<R, S> openStream() {
		return openStream((options) -> {
		});
	}

	public final MsgStream<R, S> openStream(Consumer<StreamOptions> customizer) {
		return open(customizer,
				(effective) -> new BlockingStream<>(this.monitor, this.receiveCodec, this.sendCodec, effective));
	}

	final ReactiveMsgStream<R, S> openReactiveStream(Consumer<StreamOptions> customizer) {
		return open(customizer,
				(effective) -> new ReactiveStream<>(this.monitor, this.receiveCodec, this.sendCodec, effective));
	}

	private <T extends TaskStream<R, S>> T open(Consumer<StreamOptions> customizer,
			Function<StreamSettings, T> factory) {
		StreamOptions options = new StreamOptions();
		customizer.accept(options);
		StreamSettings effective = this.settings.with(options.backpressure(), options.msgBufferSize(),
				options.overflow(), StreamSettings.Origin.CALL);
		T opened = factory.apply(effective);
		this.monitor
			.update((engine) -> engine.open(effective.backpressure(), effective.msgBufferSize(), effective.overflow()));
		this.stream = opened;
		this.observation.streamOpened();
		return opened;
	}

	/**
	 * Count as live from now on, unless it is over already.
	 */
	final void register() {
		this.monitor.update((engine) -> {
			if (engine.state() != ContextEngine.State.ENDED) {
				this.live.add(this);
			}
		});
	}

	final void unregister() {
		this.live.remove(this);
	}

	/**
	 * Return what this side waits for now, or {@code null} if for nothing (V24, X12).
	 */
	final @Nullable StallReport stall() {
		return this.monitor.compute((engine) -> {
			if (engine.endingSince() != null) {
				return stall(StallReport.Reason.IGNORES_CANCELLATION, engine.endingSince());
			}
			if (engine.blockedSince() != null) {
				return stall(StallReport.Reason.DOES_NOT_READ, engine.blockedSince());
			}
			return stall(StallReport.Reason.DOES_NOT_RETURN, isEnding(engine) ? null : waitsForCalleeSince());
		});
	}

	private @Nullable StallReport stall(StallReport.Reason reason, @Nullable Instant since) {
		return (since != null) ? new StallReport(reason, side(), route(), id(), peer(), since) : null;
	}

	private static boolean isEnding(ContextEngine engine) {
		return engine.isCalleeDone() || engine.cause() != null;
	}

	/**
	 * Return since when this side has waited for the callee's end.
	 */
	@Nullable Instant waitsForCalleeSince() {
		return null;
	}

	/**
	 * Tell of a wait unless that was done before.
	 */
	final void reportOnce(StallReport stall) {
		if (!stall.equals(this.lastStall)) {
			this.lastStall = stall;
			this.listeners.stalled(this, stall);
			this.observation.stalled(stall);
		}
	}

	final boolean isClosedThere(Throwable error) {
		TaskStream<R, S> current = this.stream;
		return current != null && current.isClosedThere(error);
	}

	final <T> byte @Nullable [] encode(MsgCodec<T> codec, @Nullable T value, String what) {
		if (value == null) {
			return null;
		}
		byte[] bytes = codec.encode(value);
		long limit = this.monitor.compute(ContextEngine::maxMessage);
		if (bytes.length > limit) {
			throw new MsgTypeException(what + " of " + bytes.length + " bytes on route '" + route()
					+ "' is above the limit of " + limit + " bytes that the " + side().other() + " takes", null);
		}
		return bytes;
	}

	/**
	 * Let a view of this task, and its observation, be current on the calling thread.
	 */
	final CurrentContext.Binding bind(TaskContext view) {
		CurrentContext.Binding binding = CurrentContext.bind(view);
		ContextObservation.Scope scope = this.observation.openScope();
		if (scope == ContextObservation.Scope.NONE) {
			return binding;
		}
		return () -> {
			scope.close();
			binding.close();
		};
	}

	final void tellStarted() {
		this.listeners.started(this);
		this.observation.started();
	}

	final void tellEnded(Outcome<?> outcome) {
		this.listeners.ended(this, outcome);
		this.observation.ended(peer(), outcome);
	}

	@Override
	public final void caused(TractorException cause) {
		if (cause instanceof ContextCancelledException cancellation) {
			this.observation.cancelled(cancellation);
		}
	}

	@Override
	public final void overrun(OverrunReport report) {
		this.listeners.overrun(this, report, report.isDropping() && isRepeated(report));
		// A sender is told of an episode only when it is over
		if (report.provisional() || (report.isDropping() && report.receiver() != side())) {
			this.observation.overrun(report);
		}
	}

	@Override
	public final void unreadable(long index, String type) {
		boolean repeated = this.toldUnreadable;
		this.toldUnreadable = true;
		this.listeners.unreadable(this, index, type, repeated);
	}

	/**
	 * Return whether a report is of another episode than the first one told. Called one
	 * after the other.
	 */
	private boolean isRepeated(OverrunReport report) {
		OverrunReport first = this.firstDropped;
		if (first == null) {
			this.firstDropped = report;
			return false;
		}
		return report.receiver() != first.receiver() || report.firstUndelivered() != first.firstUndelivered();
	}

	@Override
	public abstract Runnable finished(Ledger ledger);

	@Override
	public String toString() {
		return "context " + id() + " on route '" + route() + "' (" + side() + ")";
	}

}
