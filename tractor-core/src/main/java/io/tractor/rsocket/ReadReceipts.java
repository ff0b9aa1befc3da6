package io.tractor.rsocket;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what was sent on a connection the peer has read, by keep-alives that it was
 * sent in between and has answered. So what waits in buffers of the transport, TLS and
 * the operating systems counts as well. Thread-safe.
 */
final class ReadReceipts {

	/**
	 * About what a frame takes besides its bytes while it waits.
	 */
	private static final int OVERHEAD = 128;

	private static final int STEPS = 8;

	private final AtomicLong sent = new AtomicLong();

	private final AtomicLong answers = new AtomicLong();

	private final long max;

	private volatile long read;

	private volatile long answersRead;

	private volatile boolean asked;

	private volatile long marked;

	private long answersMarked;

	private long askedAt;

	private long nonce;

	/**
	 * Create receipts.
	 * @param max how many bytes may be unread
	 */
	ReadReceipts(long max) {
		this.max = max;
	}

	/**
	 * Count a frame that was sent.
	 * @param bytes its size
	 * @return whether the peer should be asked for a receipt
	 */
	boolean sent(int bytes) {
		return isDue(this.sent.addAndGet((long) OVERHEAD + bytes));
	}

	/**
	 * Count an answer, which the peer could make this side send, besides.
	 * @return whether too many are unread
	 */
	boolean answered(int bytes) {
		return this.answers.addAndGet((long) OVERHEAD + bytes) - this.answersRead > this.max;
	}

	/**
	 * Return whether so much is unread that nothing should be added to it.
	 */
	boolean isBehind() {
		return this.sent.get() - this.read >= this.max;
	}

	private boolean isDue(long total) {
		return total - this.marked >= this.max / STEPS && !this.asked;
	}

	/**
	 * Ask for a receipt, unless one is due already.
	 * @param now the time in nanoseconds
	 * @return whether the peer is to be asked now, with {@link #nonce()}
	 */
	synchronized boolean ask(long now) {
		if (this.asked) {
			return false;
		}
		this.asked = true;
		this.nonce = ThreadLocalRandom.current().nextLong();
		this.askedAt = now;
		this.answersMarked = this.answers.get();
		this.marked = this.sent.get();
		return true;
	}

	/**
	 * Return what is to be in the peer's answer.
	 */
	synchronized long nonce() {
		return this.nonce;
	}

	/**
	 * Take a receipt.
	 * @param answer what was in it
	 * @return whether it was the one that was asked for
	 */
	synchronized boolean take(long answer) {
		if (!this.asked || answer != this.nonce) {
			return false;
		}
		this.read = this.marked;
		this.answersRead = this.answersMarked;
		this.asked = false;
		return true;
	}

	/**
	 * Return whether the peer should be asked for another receipt.
	 */
	boolean isDue() {
		return isDue(this.sent.get());
	}

	/**
	 * Return for how many nanoseconds a receipt has been due, or 0.
	 */
	synchronized long waiting(long now) {
		return this.asked ? now - this.askedAt : 0;
	}

}
