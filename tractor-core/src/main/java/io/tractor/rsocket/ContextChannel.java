package io.tractor.rsocket;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Supplier;

import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import io.tractor.ContextRejectedException;
import io.tractor.TransportClosedException;
import io.tractor.engine.ContextEngine;
import io.tractor.task.ContextMonitor;
import io.tractor.task.LinkedTask;
import io.tractor.wire.EnvelopeReader;
import io.tractor.wire.MalformedEnvelopeException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Carries one context over one RSocket channel: what arrives goes to the task's engine,
 * and what the engine has to say is emitted when the connection's writer gives it a turn.
 */
abstract sealed class ContextChannel extends Flux<Payload>
		implements Subscription, CoreSubscriber<Payload>, ContextMonitor.Outlet permits CallerChannel, CalleeChannel {

	private static final AtomicLongFieldUpdater<ContextChannel> DEMAND = AtomicLongFieldUpdater
		.newUpdater(ContextChannel.class, "demand");

	private final Connection connection;

	private final AtomicBoolean urgentQueued = new AtomicBoolean();

	private final AtomicBoolean dataQueued = new AtomicBoolean();

	private volatile long demand;

	private volatile @Nullable CoreSubscriber<? super Payload> out;

	private volatile @Nullable Subscription inboundSubscription;

	private volatile boolean outboundOver;

	private volatile boolean inboundOver;

	private volatile boolean over;

	ContextChannel(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Return the task that this channel carries.
	 */
	abstract LinkedTask<?, ?> task();

	/**
	 * Return whether envelopes may be emitted already.
	 */
	abstract boolean isOpen();

	final Connection connection() {
		return this.connection;
	}

	// What goes out

	@Override
	public final void subscribe(CoreSubscriber<? super Payload> actual) {
		this.out = actual;
		this.connection.endpoint().opened();
		actual.onSubscribe(this);
		subscribed();
		this.connection.endpoint().cancelIfShutDown(task());
	}

	void subscribed() {
	}

	@Override
	public final void request(long n) {
		Operators.addCap(DEMAND, this, n);
		requested();
	}

	void requested() {
		writable(true);
	}

	@Override
	public final void writable(boolean urgent) {
		if (this.over) {
			return;
		}
		AtomicBoolean queued = urgent ? this.urgentQueued : this.dataQueued;
		if (!queued.get() && queued.compareAndSet(false, true)) {
			this.connection.writer().enqueue(this, urgent);
		}
	}

	@Override
	public final void afterWriting(Runnable action) {
		this.connection.writer().afterTurns(action);
	}

	/**
	 * Emit what waits, and complete both directions once the context is over, even if the
	 * peer takes nothing. Called by the connection's writer only.
	 * @param urgent which of both queues it had waited in
	 * @param data how much data may be written
	 * @param envelopes where the engine writes to
	 */
	final void write(boolean urgent, EnvelopeQueue.Data data, EnvelopeQueue envelopes) {
		(urgent ? this.urgentQueued : this.dataQueued).set(false);
		if (this.over || !isOpen()) {
			return;
		}
		boolean mute = this.outboundOver || this.demand == 0;
		boolean complete = task().monitor().compute((engine) -> {
			if (mute) {
				return engine.state() == ContextEngine.State.ENDED;
			}
			envelopes.write(engine, data);
			return engine.isOutboundComplete();
		});
		envelopes.drain((envelope) -> emit(ByteBufPayload.create(envelope)));
		if (complete) {
			complete();
			return;
		}
		turnTaken();
		if (!mute && task().monitor().compute(ContextEngine::hasWaiting)) {
			writable(false);
		}
	}

	/**
	 * Envelopes may have been written, and the channel is not over.
	 */
	void turnTaken() {
	}

	/**
	 * The context is over, and with it the direction that goes out.
	 * @param told whether the direction was still open, and was completed
	 */
	abstract void completed(boolean told);

	final void writeFailed(Throwable error) {
		disconnect("an envelope could not be written", () -> error);
		cancelInbound();
	}

	final void emit(Payload payload) {
		CoreSubscriber<? super Payload> subscriber = this.out;
		if (subscriber == null || this.outboundOver) {
			payload.release();
			return;
		}
		Operators.produced(DEMAND, this, 1);
		subscriber.onNext(payload);
	}

	private void complete() {
		this.over = true;
		CoreSubscriber<? super Payload> subscriber = this.out;
		boolean told = false;
		if (subscriber != null && !this.outboundOver) {
			told = true;
			this.outboundOver = true;
			subscriber.onComplete();
		}
		completed(told);
		this.connection.endpoint().closed();
	}

	/**
	 * The peer takes no more of what goes out.
	 */
	@Override
	public final void cancel() {
		this.outboundOver = true;
		outboundCancelled();
	}

	abstract void outboundCancelled();

	// What comes in

	@Override
	public final void onSubscribe(Subscription subscription) {
		this.inboundSubscription = subscription;
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(Payload payload) {
		try {
			ByteBuf data = payload.sliceData();
			task().monitor().update((engine) -> receive(engine, data));
		}
		finally {
			payload.release();
		}
	}

	private static void receive(ContextEngine engine, ByteBuf data) {
		try {
			EnvelopeReader.read(data, engine);
		}
		catch (MalformedEnvelopeException ex) {
			engine.violate(String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			engine.violate("an envelope could not be read: " + ex);
		}
	}

	@Override
	public final void onError(Throwable error) {
		this.inboundOver = true;
		inboundFailed(error);
	}

	abstract void inboundFailed(Throwable error);

	@Override
	public final void onComplete() {
		this.inboundOver = true;
		inboundCompleted();
		disconnect("the peer closed the channel before its end", () -> null);
	}

	void inboundCompleted() {
	}

	final boolean isInboundOver() {
		return this.inboundOver;
	}

	final void cancelInbound() {
		Subscription subscription = this.inboundSubscription;
		if (subscription != null && !this.inboundOver) {
			this.inboundOver = true;
			subscription.cancel();
		}
	}

	final void disconnect(String what, Supplier<@Nullable Throwable> cause) {
		task().monitor().update((engine) -> {
			if (engine.state() != ContextEngine.State.ENDED) {
				engine.disconnect(new TransportClosedException("The connection under the context on route '"
						+ task().route() + "' to the " + task().side().other() + " " + engine.peer() + " was lost: "
						+ this.connection.lossReason(what), cause.get()));
			}
		});
		writable(true);
	}

	final void refused(ContextRejectedException.Code code, Supplier<String> message) {
		task().monitor().update((engine) -> {
			if (engine.state() == ContextEngine.State.OPENING) {
				engine.reject(code, false, message.get());
			}
		});
	}

}
