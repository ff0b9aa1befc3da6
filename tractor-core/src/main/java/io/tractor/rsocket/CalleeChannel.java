package io.tractor.rsocket;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.rsocket.Payload;
import io.tractor.ContextRejectedException;
import io.tractor.engine.ContextEngine;
import io.tractor.task.CalleeTask;
import io.tractor.task.ContextMonitor;
import io.tractor.task.LinkedTask;
import reactor.core.publisher.Flux;

/**
 * A channel on the callee's side. What comes in begins with the opening, which was read
 * before.
 */
final class CalleeChannel extends ContextChannel {

	private final CalleeTask task;

	private final Flux<Payload> inbound;

	private final Executor executor;

	private boolean openingSeen;

	private boolean lingering;

	CalleeChannel(Connection connection, Function<ContextMonitor.Outlet, CalleeTask> task, Flux<Payload> inbound,
			Executor executor) {
		super(connection);
		this.task = task.apply(this);
		this.inbound = inbound;
		this.executor = executor;
	}

	@Override
	LinkedTask<?, ?> task() {
		return this.task;
	}

	@Override
	boolean isOpen() {
		return true;
	}

	@Override
	void subscribed() {
		this.inbound.subscribe(this);
		try {
			this.task.start(this.executor);
		}
		catch (RejectedExecutionException ex) {
			this.task.reject(new ContextRejectedException(ContextRejectedException.Code.BUSY, true,
					"No handler thread is free for a context on route '" + this.task.route() + "' at "
							+ connection().endpoint().self()
							+ ": try again later, or raise tractor.handler.max-threads there"));
		}
	}

	@Override
	public void onNext(Payload payload) {
		if (this.openingSeen) {
			super.onNext(payload);
			return;
		}
		this.openingSeen = true;
		payload.release();
	}

	@Override
	void turnTaken() {
		if (!this.lingering && this.task.monitor().compute(ContextEngine::isCalleeDone)) {
			this.lingering = true;
			connection().endpoint().lingeringCallees().add(this);
		}
	}

	/**
	 * Wait no longer for the caller's end.
	 */
	void giveUp() {
		this.task.monitor().update(ContextEngine::giveUp);
		writable(true);
	}

	@Override
	void completed(boolean told) {
		cancelInbound();
		connection().endpoint().lingeringCallees().remove(this);
		connection().peerOpenings().giveBack(this.task.id());
	}

	@Override
	void outboundCancelled() {
		// the transport does not say which
		boolean closed = connection().rsocket().isDisposed();
		disconnect("the caller or its connection is gone", () -> closed ? new ClosedChannelException()
				: new CancellationException("the caller cancelled the channel, or its connection is being closed"));
	}

	@Override
	void inboundFailed(Throwable error) {
		disconnect(String.valueOf(error.getMessage()), () -> error);
	}

}
