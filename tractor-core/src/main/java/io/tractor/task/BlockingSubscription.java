package io.tractor.task;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

import io.tractor.MsgSubscription;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A subscription whose calls wait by blocking.
 *
 * @param <R> messages that this side receives
 */
final class BlockingSubscription<R> implements MsgSubscription<R> {

	private final ContextMonitor monitor;

	private final Broadcast<R>.Place place;

	BlockingSubscription(ContextMonitor monitor, Broadcast<R>.Place place) {
		this.monitor = monitor;
		this.place = place;
	}

	@Override
	public R receive() {
		Broadcast.Msg<R> msg = next(null);
		Assert.state(msg != null, "No message");
		return msg.get();
	}

	@Override
	public Optional<R> receive(Duration timeout) {
		Assert.notNull(timeout, "'timeout' must not be null");
		return Optional.ofNullable(next(timeout)).map(Broadcast.Msg::get);
	}

	@Override
	public Optional<R> poll() {
		return receive(Duration.ZERO);
	}

	private Broadcast.@Nullable Msg<R> next(@Nullable Duration timeout) {
		return this.monitor.await(timeout, this.place::receive);
	}

	@Override
	public Iterator<R> iterator() {
		return new MsgIterator<>(this::receive);
	}

	@Override
	public void close() {
		this.monitor.update((engine) -> {
			this.place.leave();
			this.monitor.wake();
		});
	}

}
