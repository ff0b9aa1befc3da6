package io.tractor.benchmarks.context;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.StreamOverrunException;
import io.tractor.benchmarks.Lane;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.ReadingSource;
import io.tractor.benchmarks.Threads;

/**
 * Callers that block, each on a thread of its own, as do the callees.
 */
public final class BlockingClient {

	private static final byte[] GO = new byte[1];

	private final Portal portal;

	public BlockingClient(Portal portal) {
		this.portal = portal;
	}

	/**
	 * Receive messages.
	 */
	public Lane source(int size, int credit) {
		return (tally) -> Threads.start(() -> this.portal.context(Routes.source("")).argument(size).run((context) -> {
			try (MsgStream<byte[], byte[]> stream = context.openStream((options) -> options.msgBufferSize(credit))) {
				stream.send(GO);
				for (byte[] message : stream) {
					if (!tally.take(Message.index(message, size))) {
						break;
					}
				}
			}
			return context.result();
		}));
	}

	/**
	 * Receive readings.
	 */
	public Lane readings(int credit) {
		return (tally) -> Threads.start(() -> this.portal.context(Routes.readings("")).run((context) -> {
			try (MsgStream<Reading, Reading> stream = context.openStream((options) -> options.msgBufferSize(credit))) {
				stream.send(Reading.of(0));
				for (Reading reading : stream) {
					if (!tally.take(reading.index())) {
						break;
					}
				}
			}
			return context.result();
		}));
	}

	/**
	 * Send readings, counted as they are sent.
	 */
	public Lane collect(int credit) {
		return (tally) -> Threads
			.start(() -> this.portal.context(Routes.collect("")).argument(credit).run((context) -> {
				ReadingSource readings = new ReadingSource(tally);
				try (MsgStream<Reading, Reading> stream = context.openStream()) {
					stream.receive();
					while (!tally.isOver()) {
						stream.send(readings.next());
					}
				}
				Long collected = context.result();
				readings.check(collected);
				return collected;
			}));
	}

	/**
	 * Send the next message when the last one is back.
	 */
	public Lane echo(int size) {
		return echo("", size);
	}

	/**
	 * Do the same with a callee that does not block.
	 */
	public Lane echoOfReactive(int size) {
		return echo(Routes.REACTIVE, size);
	}

	private Lane echo(String prefix, int size) {
		return (tally) -> Threads.start(() -> this.portal.context(Routes.echo(prefix)).run((context) -> {
			try (MsgStream<byte[], byte[]> stream = context.openStream()) {
				do {
					stream.send(Message.now(size));
				}
				while (tally.take(Message.index(stream.receive(), size)));
			}
			return context.result();
		}));
	}

	/**
	 * Open one context after the other: one message each way, and a result.
	 */
	public Lane exchanges(int size) {
		return (tally) -> Threads.start(() -> {
			long done = 0;
			boolean more = true;
			while (more) {
				boolean same = this.portal.context(Routes.BLOCKING_EXCHANGES).run((context) -> {
					try (MsgStream<byte[], byte[]> stream = context.openStream()) {
						stream.send(Message.of(size, 0));
						return Message.index(stream.receive(), size) == 0 && context.result().length == 1;
					}
				});
				more = tally.take(same ? done : Message.NONE);
				done++;
			}
			return null;
		});
	}

	/**
	 * Fill the buffer of a callee that never opens its stream, one context after the
	 * other; each time counts from the call that overruns it until that throws.
	 */
	public Lane overruns(int size) {
		return (tally) -> Threads.start(() -> {
			boolean more = true;
			while (more) {
				try {
					this.portal.context(Routes.DEAF_ONES).run((context) -> {
						MsgStream<byte[], byte[]> stream = context.openStream();
						for (int sent = 0; sent < stream.settings().msgBufferSize(); sent++) {
							stream.send(Message.of(size, sent));
						}
						long begun = System.nanoTime();
						try {
							stream.send(Message.of(size, 0));
						}
						catch (StreamOverrunException ex) {
							tally.take(begun);
							throw ex;
						}
						throw new IllegalStateException("Not overrun");
					});
				}
				catch (StreamOverrunException ex) {
					more = !tally.isOver();
				}
			}
			return null;
		});
	}

	/**
	 * Open a context whose stream has backpressure and is not read.
	 * @param size the size of the messages that fill its buffer
	 * @param read when to read it and to end
	 * @return done when it has ended
	 */
	public Future<?> stalled(int size, CountDownLatch read) {
		return Threads.start(() -> this.portal.context(Routes.source("")).argument(size).run((context) -> {
			try (MsgStream<byte[], byte[]> stream = context.openStream((options) -> options.backpressure(true))) {
				stream.send(GO);
				read.await();
				for (int index = 0; index < stream.settings().msgBufferSize(); index++) {
					if (stream.poll().isEmpty()) {
						throw new IllegalStateException("The buffer was not full");
					}
				}
			}
			return context.result();
		}));
	}

}
