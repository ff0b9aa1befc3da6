package io.tractor.rsocket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.tractor.rsocket.EnvelopeQueue.Data;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.scheduler.Schedulers;

/**
 * Gives the contexts of one connection their turn to write: urgent envelopes first, with
 * which little data may go out, then messages, one batch a turn, as long as few enough
 * bytes wait for the socket. While the peer does not read, everything waits where it is,
 * at most one envelope of a kind for each context. Runs on the connection's event loop,
 * in bounded portions.
 */
final class ConnectionWriter {

	private static final Log logger = LogFactory.getLog(ConnectionWriter.class);

	/**
	 * How many bytes may wait for the socket before messages and results wait here.
	 */
	private static final int MAX_UNWRITTEN = 128 * 1024;

	private static final int MAX_TURNS = 64;

	private final Queue<ContextChannel> urgent = new ConcurrentLinkedQueue<>();

	private final Queue<ContextChannel> data = new ConcurrentLinkedQueue<>();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger unwritten = new AtomicInteger();

	private final EnvelopeQueue envelopes = new EnvelopeQueue(this::allocate);

	private final Executor executor;

	private final BooleanSupplier peerBehind;

	private volatile boolean closed;

	/**
	 * Create a writer.
	 * @param executor the connection's event loop, or any other executor
	 * @param peerBehind says whether the peer has so much to read that nothing should be
	 * added to it; {@link #resume()} says when that changes
	 */
	ConnectionWriter(Executor executor, BooleanSupplier peerBehind) {
		this.executor = executor;
		this.peerBehind = peerBehind;
	}

	/**
	 * Let a channel have its turn. May be called from any thread.
	 */
	void enqueue(ContextChannel channel, boolean asUrgent) {
		(asUrgent ? this.urgent : this.data).add(channel);
		schedule();
	}

	private ByteBuf allocate(int capacity) {
		ByteBuf buffer = DataBuffer.allocate(capacity, this::written);
		this.unwritten.addAndGet(buffer.capacity());
		return buffer;
	}

	private void written(int bytes) {
		int before = this.unwritten.getAndAdd(-bytes);
		if (before >= MAX_UNWRITTEN && before - bytes < MAX_UNWRITTEN) {
			schedule();
		}
	}

	/**
	 * Go on, since the peer has read something.
	 */
	void resume() {
		schedule();
	}

	/**
	 * Go on, since the connection is closed: channels still end.
	 */
	void close() {
		this.closed = true;
		schedule();
	}

	private void schedule() {
		if (this.requests.getAndIncrement() == 0) {
			execute(this::drain);
		}
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// the event loop is gone, and the connection with it, but channels still end
			Schedulers.parallel().schedule(task);
		}
	}

	/**
	 * Run something on the event loop, after what was enqueued before has had its turn
	 * and was flushed.
	 */
	void afterTurns(Runnable action) {
		// a flush is a task of its own, which follows that of the turns
		execute(() -> execute(action));
	}

	private void drain() {
		int seen = this.requests.get();
		while (seen != 0) {
			int turns = 0;
			while (turns < MAX_TURNS && turn()) {
				turns++;
			}
			if (turns == MAX_TURNS) {
				execute(this::drain);
				return;
			}
			seen = this.requests.addAndGet(-seen);
		}
	}

	private boolean turn() {
		if (this.peerBehind.getAsBoolean() && !this.closed) {
			return false;
		}
		boolean dataMayGo = this.unwritten.get() < MAX_UNWRITTEN;
		ContextChannel next = this.urgent.poll();
		if (next != null) {
			write(next, true, dataMayGo ? Data.LITTLE : Data.NONE);
			return true;
		}
		if (dataMayGo) {
			next = this.data.poll();
			if (next != null) {
				write(next, false, Data.BATCH);
				return true;
			}
		}
		return false;
	}

	private void write(ContextChannel channel, boolean urgent, Data data) {
		try {
			channel.write(urgent, data, this.envelopes);
		}
		catch (Throwable ex) {
			// ends that context alone (E7), also if there is no memory for a buffer
			fail(channel, ex);
		}
	}

	private void fail(ContextChannel channel, Throwable error) {
		try {
			this.envelopes.clear();
			channel.writeFailed(error);
		}
		catch (Throwable ex) {
			// the others must have their turns
			ex.addSuppressed(error);
			logger.error("A context could be neither written nor ended", ex);
		}
	}

}
