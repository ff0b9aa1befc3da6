package io.tractor.task;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.tractor.EndOfStreamException;
import io.tractor.MsgStream;
import io.tractor.MsgTypeException;
import io.tractor.StreamClosedException;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.Assert;

/**
 * A stream whose calls wait by blocking.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
final class BlockingStream<R, S> implements MsgStream<R, S> {

	/**
	 * How long the peer's end of the stream waits for an error that may be unwinding
	 * through a try-with-resources statement (M8). A further call on the context, and the
	 * end of the scope, do not wait for it.
	 */
	private static final long CLOSE_GRACE_MILLIS = 20;

	private final ContextMonitor monitor;

	private final MsgCodec<R> receiveCodec;

	private final MsgCodec<S> sendCodec;

	private final StreamSettings settings;

	private volatile @Nullable StreamClosedException closedThere;

	BlockingStream(ContextMonitor monitor, MsgCodec<R> receiveCodec, MsgCodec<S> sendCodec, StreamSettings settings) {
		this.monitor = monitor;
		this.receiveCodec = receiveCodec;
		this.sendCodec = sendCodec;
		this.settings = settings;
	}

	@Override
	public void send(S msg) {
		send(encode(msg), null, true);
	}

	@Override
	public boolean send(S msg, Duration timeout) {
		Assert.notNull(timeout, "'timeout' must not be null");
		return send(encode(msg), timeout, true);
	}

	@Override
	public boolean offer(S msg) {
		return send(encode(msg), Duration.ZERO, false);
	}

	private byte[] encode(S msg) {
		Assert.notNull(msg, "'msg' must not be null");
		return this.sendCodec.encode(msg);
	}

	private boolean send(byte[] bytes, @Nullable Duration timeout, boolean eager) {
		try {
			return this.monitor.await(timeout, (engine) -> {
				checkSize(engine, bytes.length);
				return engine.send(bytes, eager) ? Boolean.TRUE : null;
			}) != null;
		}
		catch (StreamClosedException ex) {
			this.closedThere = ex;
			throw ex;
		}
	}

	private static void checkSize(ContextEngine engine, int length) {
		if (length > engine.maxMessage()) {
			throw new MsgTypeException("A message of " + length + " bytes on route '" + engine.identity().route()
					+ "' is above the limit of " + engine.maxMessage() + " bytes that the "
					+ engine.identity().side().other() + " " + engine.peer()
					+ " takes: send smaller messages, or raise tractor.limits.max-message-size there", null);
		}
	}

	/**
	 * Return whether an error is that the peer receives no more.
	 */
	boolean isClosedThere(Throwable error) {
		return this.closedThere != null && Causes.contains(error, this.closedThere);
	}

	@Override
	public R receive() {
		byte[] message = this.monitor.await(null, ContextEngine::receive);
		Assert.state(message != null, "No message");
		return this.receiveCodec.decode(message);
	}

	@Override
	public Optional<R> receive(Duration timeout) {
		Assert.notNull(timeout, "'timeout' must not be null");
		return Optional.ofNullable(this.monitor.await(timeout, ContextEngine::receive)).map(this.receiveCodec::decode);
	}

	@Override
	public Optional<R> poll() {
		return receive(Duration.ZERO);
	}

	@Override
	public Iterator<R> iterator() {
		return new MsgIterator();
	}

	@Override
	public void endSend() {
		this.monitor.update(ContextEngine::endSend);
	}

	@Override
	public StreamSettings settings() {
		return this.settings;
	}

	@Override
	public void close() {
		this.monitor.update(ContextEngine::leaveHeld);
		Schedulers.parallel()
			.schedule(() -> this.monitor.update(ContextEngine::release), CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
	}

	private final class MsgIterator implements Iterator<R> {

		private @Nullable R next;

		@Override
		public boolean hasNext() {
			if (this.next == null) {
				try {
					this.next = receive();
				}
				catch (EndOfStreamException ex) {
					return false;
				}
			}
			return true;
		}

		@Override
		public R next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			R msg = this.next;
			Assert.state(msg != null, "No message");
			this.next = null;
			return msg;
		}

	}

}
