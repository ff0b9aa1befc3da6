package io.tractor.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import io.tractor.ContextInterruptedException;
import io.tractor.MsgStream;
import io.tractor.MsgSubscription;
import io.tractor.StreamSettings;

/**
 * The source's end of a stream, without a viewer.
 */
final class FakeStream implements MsgStream<Command, JfrEvent> {

	private final BlockingQueue<Optional<Command>> commands = new LinkedBlockingQueue<>();

	private final List<JfrEvent> sent = new ArrayList<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final CountDownLatch blocked = new CountDownLatch(1);

	private volatile boolean block;

	private volatile RuntimeException failure;

	void command(Command command) {
		this.commands.add(Optional.of(command));
	}

	void end() {
		this.commands.add(Optional.empty());
	}

	void failSends(RuntimeException failure) {
		this.failure = failure;
	}

	void blockSends() {
		this.block = true;
	}

	boolean isSendBlocked() {
		return this.blocked.getCount() == 0;
	}

	boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	synchronized long sent(String event) {
		return this.sent.stream().filter((message) -> message.name().equals(event)).count();
	}

	synchronized List<JfrEvent> sent() {
		return List.copyOf(this.sent);
	}

	@Override
	public void send(JfrEvent msg) {
		if (isClosed()) {
			throw new IllegalStateException("closed");
		}
		if (this.failure != null) {
			throw this.failure;
		}
		if (this.block) {
			this.blocked.countDown();
			try {
				this.closed.await();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
			throw new IllegalStateException("closed");
		}
		synchronized (this) {
			this.sent.add(msg);
		}
	}

	@Override
	public Iterator<Command> iterator() {
		return new Iterator<>() {

			private Optional<Command> next = Optional.empty();

			@Override
			public boolean hasNext() {
				try {
					this.next = FakeStream.this.commands.take();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					throw new ContextInterruptedException("interrupted", ex);
				}
				return this.next.isPresent();
			}

			@Override
			public Command next() {
				return this.next.orElseThrow(NoSuchElementException::new);
			}

		};
	}

	@Override
	public void close() {
		this.closed.countDown();
		end();
	}

	@Override
	public boolean send(JfrEvent msg, Duration timeout) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean offer(JfrEvent msg) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Command receive() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<Command> receive(Duration timeout) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<Command> poll() {
		throw new UnsupportedOperationException();
	}

	@Override
	public MsgSubscription<Command> subscribe() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void endSend() {
		throw new UnsupportedOperationException();
	}

	@Override
	public StreamSettings settings() {
		return StreamSettings.DEFAULT;
	}

}
