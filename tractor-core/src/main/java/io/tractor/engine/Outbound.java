package io.tractor.engine;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/**
 * The sending direction of one side: what was sent, what the peer has released of it, and
 * so how much more may be sent.
 */
final class Outbound {

	private static final int OVERHEAD = 32;

	/**
	 * Never added to.
	 */
	private static final ArrayDeque<byte[]> NOTHING = new ArrayDeque<>(1);

	/**
	 * Made with the first message, as many contexts have none.
	 */
	private ArrayDeque<byte[]> queue = NOTHING;

	private final long maxQueued;

	private long queued;

	private boolean refused;

	private long sent;

	private long sentBytes;

	private long released;

	private long releasedBytes;

	private long window;

	private long windowBytes;

	private long limit;

	private long limitBytes;

	private long runAhead;

	private boolean opened;

	private boolean backpressure;

	private long probed = -1;

	private long dropped;

	private long lastDropped = -1;

	/**
	 * Create a direction.
	 * @param maxQueued about how many bytes may wait to be written, whatever the peer
	 * grants
	 */
	Outbound(long maxQueued) {
		this.maxQueued = maxQueued;
	}

	long sent() {
		return this.sent;
	}

	long sentBytes() {
		return this.sentBytes;
	}

	long released() {
		return this.released;
	}

	/**
	 * Return how many more messages the peer takes now, whatever their bytes.
	 */
	long credit() {
		return this.limit + this.runAhead - this.sent;
	}

	boolean isOpened() {
		return this.opened;
	}

	/**
	 * Return how many messages the peer has said that it dropped.
	 */
	long dropped() {
		return this.dropped;
	}

	boolean isOpenedWithBackpressure() {
		return this.opened && this.backpressure;
	}

	boolean hasWaiting() {
		return !this.queue.isEmpty();
	}

	/**
	 * Return how many bytes wait to be written, and about what they take besides.
	 */
	long waitingBytes() {
		return this.queued;
	}

	void startAt(long index) {
		this.sent = index;
		this.released = index;
		this.limit = index + this.window;
	}

	void grant(long messages, long bytes) {
		this.window = messages;
		this.windowBytes = bytes;
		extend();
	}

	/**
	 * Take note that the peer opened its stream.
	 * @return whether this is the first time
	 */
	boolean open(boolean withBackpressure, long messages, long bytes, long ahead) {
		if (this.opened) {
			return false;
		}
		this.opened = true;
		this.backpressure = withBackpressure;
		this.runAhead = (withBackpressure) ? 0 : ahead;
		grant(messages, bytes);
		return true;
	}

	/**
	 * Take the peer's credit.
	 * @return whether it is for messages that were sent
	 */
	boolean release(long messages, long bytes) {
		if (messages < this.released || messages > this.sent || bytes < this.releasedBytes || bytes > this.sentBytes) {
			return false;
		}
		this.released = messages;
		this.releasedBytes = bytes;
		extend();
		return true;
	}

	/**
	 * Take note of messages that the peer dropped.
	 * @return whether it is about messages that were sent, and that it did not tell of
	 * before
	 */
	boolean drop(long first, long last, long count) {
		if (first <= this.lastDropped || last < first || last >= this.sent || count < 1 || count > last - first + 1) {
			return false;
		}
		this.lastDropped = last;
		this.dropped += count;
		return true;
	}

	private void extend() {
		this.limit = Math.max(this.limit, this.released + this.window);
		this.limitBytes = Math.max(this.limitBytes, this.releasedBytes + this.windowBytes);
	}

	boolean hasMessageCredit() {
		return this.sent < this.limit + this.runAhead;
	}

	boolean hasCredit(int length) {
		return hasMessageCredit()
				&& (this.sentBytes == this.releasedBytes || this.sentBytes + length <= this.limitBytes);
	}

	/**
	 * Return whether too much waits to be written already. If so, {@link #takeRefused()}
	 * tells when to try again.
	 */
	boolean isFull(int length) {
		boolean full = !this.queue.isEmpty() && this.queued + length > this.maxQueued;
		this.refused |= full;
		return full;
	}

	/**
	 * Return whether a message was refused since the last call.
	 */
	boolean takeRefused() {
		boolean result = this.refused;
		this.refused = false;
		return result;
	}

	void add(byte[] message) {
		if (this.queue == NOTHING) {
			this.queue = new ArrayDeque<>(1);
		}
		this.queue.add(message);
		this.queued += message.length + OVERHEAD;
		this.sent++;
		this.sentBytes += message.length;
	}

	byte @Nullable [] next() {
		byte[] message = this.queue.poll();
		if (message != null) {
			this.queued -= message.length + OVERHEAD;
		}
		return message;
	}

	int nextLength() {
		byte[] next = this.queue.peek();
		return (next != null) ? next.length : -1;
	}

	/**
	 * Note that a probe is needed for the next message.
	 * @return whether none was made for it yet
	 */
	boolean probe() {
		if (isProbed()) {
			return false;
		}
		this.probed = this.sent;
		return true;
	}

	boolean isProbed() {
		return this.probed == this.sent;
	}

	void drop() {
		this.queue.clear();
		this.queued = 0;
	}

}
