package io.tractor.task;

import java.time.Duration;

import io.tractor.MsgTypeException;
import io.tractor.StreamClosedException;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.Run;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What streams have in common, however their calls wait.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
public abstract sealed class TaskStream<R, S> permits BlockingStream, ReactiveStream {

	/**
	 * The peer is told of a close later, since an error may be unwinding through a
	 * try-with-resources statement (M8). A further call on the context, and the end of
	 * the scope, do not wait for that.
	 */
	private static final ClosedStreams CLOSED = new ClosedStreams(Duration.ofMillis(20));

	private final ContextMonitor monitor;

	private final MsgCodec<R> receiveCodec;

	private final MsgCodec<S> sendCodec;

	private final StreamSettings settings;

	private volatile @Nullable StreamClosedException closedThere;

	private volatile @Nullable Run lent;

	/**
	 * Set once the stream is shared. Guarded by the monitor.
	 */
	private @Nullable Broadcast<R> shared;

	TaskStream(ContextMonitor monitor, MsgCodec<R> receiveCodec, MsgCodec<S> sendCodec, StreamSettings settings) {
		this.monitor = monitor;
		this.receiveCodec = receiveCodec;
		this.sendCodec = sendCodec;
		this.settings = settings;
	}

	final ContextMonitor monitor() {
		return this.monitor;
	}

	/**
	 * Return the settings that the stream was opened with.
	 * @return the settings
	 */
	public final StreamSettings settings() {
		return this.settings;
	}

	final byte[] encode(S msg) {
		Assert.notNull(msg, "'msg' must not be null");
		return this.sendCodec.encode(msg);
	}

	/**
	 * Decode a message. If that fails the peer is told, and the message stays consumed.
	 */
	final R decode(byte[] bytes, long index) {
		try {
			return this.receiveCodec.decode(bytes);
		}
		catch (MsgTypeException ex) {
			this.monitor.update((engine) -> engine.unreadable(index, this.receiveCodec.typeName()));
			throw ex;
		}
	}

	/**
	 * Return the messages of which some may be left to take without the engine.
	 */
	final @Nullable Run lent() {
		return this.lent;
	}

	/**
	 * Take the next message, and maybe others to be taken without the engine, unless the
	 * stream is shared.
	 * @return the messages, of which the first is taken, or {@code null} if there is none
	 * yet
	 */
	final @Nullable Run receive(ContextEngine engine) {
		Assert.state(this.shared == null || engine.cause() != null, () -> "The stream of the context on route '"
				+ engine.identity().route() + "' is shared: its messages are received by subscriptions alone");
		Run next = engine.receiveRun();
		this.lent = next;
		return next;
	}

	/**
	 * Return whether {@link #receive(ContextEngine)} gives nothing more, now or later.
	 */
	final boolean isReceiveOver(ContextEngine engine) {
		return this.shared != null || engine.isReceiveOver();
	}

	/**
	 * Share the stream, if it is not shared yet.
	 */
	final Broadcast<R> share() {
		return this.monitor.compute((engine) -> {
			Broadcast<R> current = this.shared;
			if (current == null) {
				engine.recallRun();
				current = new Broadcast<>(this.settings.msgBufferSize(), this::decode);
				this.shared = current;
				this.monitor.wake();
			}
			return current;
		});
	}

	/**
	 * Send a message if it may be sent now.
	 * @return whether it was sent
	 */
	final boolean send(ContextEngine engine, byte[] bytes, boolean eager) {
		if (bytes.length > engine.maxMessage()) {
			throw new MsgTypeException("A message of " + bytes.length + " bytes on route '" + engine.identity().route()
					+ "' is above the limit of " + engine.maxMessage() + " bytes that the "
					+ engine.identity().side().other() + " " + engine.peer()
					+ " takes: send smaller messages, or raise tractor.limits.max-message-size there", null);
		}
		try {
			return engine.send(bytes, eager);
		}
		catch (StreamClosedException ex) {
			this.closedThere = ex;
			throw ex;
		}
	}

	/**
	 * Return whether an error is that the peer receives no more.
	 */
	final boolean isClosedThere(Throwable error) {
		return this.closedThere != null && Causes.contains(error, this.closedThere);
	}

	/**
	 * End this side's direction.
	 */
	public final void endSend() {
		this.monitor.update(ContextEngine::endSend);
	}

	/**
	 * End both directions.
	 */
	public final void close() {
		this.monitor.update((engine) -> {
			engine.leaveHeld();
			if (this.shared != null) {
				this.shared.close();
			}
		});
		CLOSED.add(() -> this.monitor.update(ContextEngine::release));
	}

}
