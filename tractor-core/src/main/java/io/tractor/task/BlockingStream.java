package io.tractor.task;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

import io.tractor.MsgStream;
import io.tractor.MsgSubscription;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A stream whose calls wait by blocking.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
final class BlockingStream<R, S> extends TaskStream<R, S> implements MsgStream<R, S> {

	BlockingStream(ContextMonitor monitor, MsgCodec<R> receiveCodec, MsgCodec<S> sendCodec, StreamSettings settings) {
		super(monitor, receiveCodec, sendCodec, settings);
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

	private boolean send(byte[] bytes, @Nullable Duration timeout, boolean eager) {
		boolean sent = monitor().await(timeout, (engine) -> send(engine, bytes, eager) ? Boolean.TRUE : null) != null;
		if (!sent && eager) {
			monitor().update(ContextEngine::unblock);
		}
		return sent;
	}

	@Override
	public R receive() {
		Taken message = monitor().await(null, this::receive);
		Assert.state(message != null, "No message");
		return decode(message);
	}

	@Override
	public Optional<R> receive(Duration timeout) {
		Assert.notNull(timeout, "'timeout' must not be null");
		return Optional.ofNullable(monitor().await(timeout, this::receive)).map(this::decode);
	}

	@Override
	public Optional<R> poll() {
		return receive(Duration.ZERO);
	}

	@Override
	public Iterator<R> iterator() {
		return new MsgIterator<>(this::receive);
	}

	@Override
	public MsgSubscription<R> subscribe() {
		return new BlockingSubscription<>(monitor(), monitor().compute((engine) -> share().join()));
	}

}
