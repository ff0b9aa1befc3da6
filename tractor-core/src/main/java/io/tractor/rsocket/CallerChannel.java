package io.tractor.rsocket;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;

import io.rsocket.Payload;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.CanceledException;
import io.rsocket.exceptions.InvalidException;
import io.rsocket.exceptions.RejectedException;
import io.tractor.ContextRejectedException;
import io.tractor.engine.ContextEngine;
import io.tractor.task.CallerTask;
import io.tractor.task.ContextMonitor;
import io.tractor.task.LinkedTask;
import org.jspecify.annotations.Nullable;

/**
 * A channel on the caller's side, which begins with the opening.
 */
final class CallerChannel extends ContextChannel {

	private static final AtomicReferenceFieldUpdater<CallerChannel, @Nullable Payload> FRAME = AtomicReferenceFieldUpdater
		.newUpdater(CallerChannel.class, Payload.class, "frame");

	private final CallerTask<?, ?, ?, ?> task;

	/**
	 * Until it is sent.
	 */
	private volatile @Nullable Payload frame;

	private volatile boolean opened;

	private boolean peerShared;

	CallerChannel(Connection connection, Function<ContextMonitor.Outlet, ? extends CallerTask<?, ?, ?, ?>> task,
			Function<CallerTask<?, ?, ?, ?>, Payload> frame) {
		super(connection);
		this.task = task.apply(this);
		this.frame = frame.apply(this.task);
	}

	/**
	 * Send the opening.
	 */
	void open() {
		this.task.startTimer();
		connection().rsocket().requestChannel(this).subscribe(this);
	}

	@Override
	LinkedTask<?, ?> task() {
		return this.task;
	}

	@Override
	boolean isOpen() {
		return this.opened;
	}

	@Override
	void requested() {
		Payload first = (this.frame != null) ? FRAME.getAndSet(this, null) : null;
		if (first != null) {
			emit(first);
			this.opened = true;
		}
		writable(true);
	}

	@Override
	public void onNext(Payload payload) {
		this.task.checkDeadline();
		super.onNext(payload);
		if (!this.peerShared) {
			this.task.monitor().update(this::sharePeer);
		}
	}

	private void sharePeer(ContextEngine engine) {
		if (engine.isStarted()) {
			this.peerShared = true;
			engine.sharePeer(connection().peerOpenings().peer(engine.peer()));
		}
	}

	/**
	 * Let a callee that knows the end complete its direction, rather than cancel it: the
	 * peer's RSocket makes an exception of each cancellation.
	 */
	@Override
	void completed(boolean told) {
		boolean calleeCompletes = told && !this.task.monitor().compute(ContextEngine::isCalleeLeftBehind);
		Linger<CallerChannel> lingering = connection().endpoint().lingeringCallers();
		if (!calleeCompletes || !lingering.add(this)) {
			cancelInbound();
		}
		else if (isInboundOver()) {
			lingering.remove(this);
		}
	}

	@Override
	void outboundCancelled() {
		// what the callee still says decides
	}

	@Override
	void inboundCompleted() {
		connection().endpoint().lingeringCallers().remove(this);
		refused(ContextRejectedException.Code.NOT_SUPPORTED,
				() -> "The peer ended the channel on route '" + task().route()
						+ "' without an answer. Does it have the tractor starter, and a handler for this route?");
	}

	@Override
	void inboundFailed(Throwable error) {
		connection().endpoint().lingeringCallers().remove(this);
		if (error instanceof ApplicationErrorException || error instanceof RejectedException
				|| error instanceof InvalidException || error instanceof CanceledException) {
			refused(ContextRejectedException.Code.NOT_SUPPORTED,
					() -> "The peer refused the channel on route '" + task().route() + "': " + error.getMessage()
							+ ". Does it have the tractor starter, and a handler for this route?");
		}
		if (error instanceof IllegalArgumentException) {
			refused(ContextRejectedException.Code.INVALID, () -> "The opening on route '" + task().route()
					+ "' cannot be sent: " + error.getMessage() + " Send a smaller argument, or messages instead.");
		}
		String what = (error instanceof ClosedChannelException) ? "it was closed" : String.valueOf(error.getMessage());
		disconnect(what, () -> error);
	}

}
