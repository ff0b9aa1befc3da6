package io.tractor.rsocket;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * Hands on a connection's frames in portions: what a portion leads to is written before
 * the next one is looked at, so that the peer has something to do meanwhile. Otherwise
 * both sides would take turns as soon as a read finds the frames of many contexts. For
 * connections that hand over their frames on an event loop; while there is none they are
 * handed on at once.
 */
final class FramePortions implements CoreSubscriber<ByteBuf> {

	/**
	 * How many frames there are in a portion.
	 */
	static final int FRAMES = 32;

	/**
	 * More bytes than that do not wait.
	 */
	static final int MAX_WAITING = 256 * 1024;

	/**
	 * About what a frame that waits takes besides its bytes.
	 */
	static final int OVERHEAD = 128;

	private final CoreSubscriber<? super ByteBuf> actual;

	private final Consumer<Throwable> failed;

	private final Queue<ByteBuf> waiting = new ArrayDeque<>();

	private int waitingBytes;

	/**
	 * How many frames the portion may still have. If it is none, the next portion is on
	 * its way.
	 */
	private int left = FRAMES;

	private volatile @Nullable EventExecutor eventLoop;

	/**
	 * Create portions.
	 * @param actual gets the frames
	 * @param failed told if it throws an error, which goes no further
	 */
	FramePortions(CoreSubscriber<? super ByteBuf> actual, Consumer<Throwable> failed) {
		this.actual = actual;
		this.failed = failed;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.actual.onSubscribe(subscription);
	}

	@Override
	public void onNext(ByteBuf frame) {
		if (this.left > 0 && this.waiting.isEmpty()) {
			handle(frame);
			count();
			return;
		}
		this.waiting.add(frame.retain());
		this.waitingBytes += size(frame);
		while (this.waitingBytes > MAX_WAITING) {
			hand();
		}
	}

	private void count() {
		this.left--;
		if (this.left == 0) {
			scheduleNext();
		}
	}

	private void scheduleNext() {
		EventExecutor current = ThreadExecutorMap.currentExecutor();
		if (current == null) {
			this.left = FRAMES;
			return;
		}
		this.eventLoop = current;
		try {
			// a flush is a task of its own, which follows that of the contexts' turns
			current.execute(() -> current.execute(this::next));
		}
		catch (RejectedExecutionException ex) {
			// the event loop is shutting down
			this.left = FRAMES;
		}
	}

	private void next() {
		this.left = FRAMES;
		while (this.left > 0 && !this.waiting.isEmpty()) {
			hand();
			count();
		}
	}

	/**
	 * Let nothing wait any more, since the connection was closed. On another thread than
	 * the event loop, which closes it when the peer does, this has no effect.
	 */
	void close() {
		EventExecutor current = this.eventLoop;
		if (current != null && current.inEventLoop()) {
			handAll();
		}
	}

	private void handAll() {
		while (!this.waiting.isEmpty()) {
			hand();
		}
	}

	private void hand() {
		ByteBuf frame = this.waiting.remove();
		this.waitingBytes -= size(frame);
		handle(frame);
		frame.release();
	}

	/**
	 * Let no error out: the transport would release a frame twice, and with it the buffer
	 * that others are in; and for a frame that has waited there is nobody to take it.
	 */
	private void handle(ByteBuf frame) {
		try {
			this.actual.onNext(frame);
		}
		catch (Throwable ex) {
			discard();
			this.failed.accept(ex);
		}
	}

	private void discard() {
		this.waiting.forEach(ByteBuf::release);
		this.waiting.clear();
		this.waitingBytes = 0;
	}

	private static int size(ByteBuf frame) {
		return frame.readableBytes() + OVERHEAD;
	}

	@Override
	public void onError(Throwable error) {
		handAll();
		this.actual.onError(error);
	}

	@Override
	public void onComplete() {
		handAll();
		this.actual.onComplete();
	}

}
