package io.tractor.task;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

import io.tractor.MsgStream;
import io.tractor.MsgSubscription;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.Run;
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
		R msg = next(null);
		Assert.state(msg != null, "No message");
		return msg;
	}

	@Override
	public Optional<R> receive(Duration timeout) {
		Assert.notNull(timeout, "'timeout' must not be null");
		return Optional.ofNullable(next(timeout));
	}

	private @Nullable R next(@Nullable Duration timeout) {
		Run run = lent();
		int position = (run != null) ? run.take() : -1;
		if (run == null || position < 0) {
			run = monitor().await(timeout, this::receive);
			position = 0;
		}
		return (run != null) ? decode(run.message(position), run.index(position)) : null;
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
