package io.tractor.engine;

import java.time.InstantSource;
import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/**
 * The receiving direction of one side: the bounded buffer, what has passed through it,
 * and what of that the peer has been told.
 */
final class Inbound {

	private final ArrayDeque<Buffered> buffer = new ArrayDeque<>();

	private long bufferedBytes;

	private final long maxBytes;

	private final long maxMessage;

	private long received;

	private long receivedBytes;

	private long released;

	private long releasedBytes;

	private long consumed;

	private long consumedBytes;

	private long taken = -1;

	private long dropped;

	private long droppedBytes;

	private long declared;

	private long declaredBytes;

	private long window;

	private long windowBytes;

	private long limit;

	private long limitBytes;

	private long runAhead;

	private boolean opened;

	private boolean backpressure = true;

	private boolean blocked;

	private int highWater;

	private final InstantSource clock;

	/**
	 * Made with the first message, as many contexts have none.
	 */
	private @Nullable Burst burst;

	Inbound(long messages, long bytes, long maxMessage, InstantSource clock) {
		this.clock = clock;
		this.maxBytes = bytes;
		this.maxMessage = maxMessage;
		resize(messages, bytes);
	}

	void startAt(long index) {
		this.received = index;
		this.released = index;
		this.consumed = index;
		this.declared = index;
		extend();
	}

	long received() {
		return this.received;
	}

	long consumed() {
		return this.consumed;
	}

	long dropped() {
		return this.dropped;
	}

	long window() {
		return this.window;
	}

	long windowBytes() {
		return this.windowBytes;
	}

	long runAhead() {
		return this.runAhead;
	}

	int buffered() {
		return this.buffer.size();
	}

	long bufferedBytes() {
		return this.bufferedBytes;
	}

	long receivedBytes() {
		return this.receivedBytes;
	}

	long consumedBytes() {
		return this.consumedBytes;
	}

	long droppedBytes() {
		return this.droppedBytes;
	}

	/**
	 * Return how many messages have been in the buffer at most.
	 */
	int highWater() {
		return this.highWater;
	}

	/**
	 * Add what the buffer had to hold so far.
	 */
	void addLoadTo(BufferLoad load) {
		if (this.burst != null) {
			load.addAll(this.burst.load());
		}
	}

	boolean isOpened() {
		return this.opened;
	}

	boolean hasBackpressure() {
		return this.backpressure;
	}

	/**
	 * Open the stream. Without backpressure the sender gets so much room beyond the
	 * buffer, in messages and in bytes, that its next message always arrives, and finds
	 * out here that there is no room.
	 */
	void open(boolean withBackpressure, long messages, long ahead) {
		this.opened = true;
		this.backpressure = withBackpressure;
		if (withBackpressure) {
			resize(messages, this.maxBytes);
		}
		else {
			this.runAhead = ahead + Math.max(0, this.buffer.size() - messages);
			resize(messages, Math.max(this.maxBytes, this.maxMessage) + this.maxMessage);
		}
	}

	private void resize(long messages, long bytes) {
		this.window = messages;
		this.windowBytes = bytes;
		extend();
	}

	private void extend() {
		this.limit = Math.max(this.limit, this.declared + this.window);
		this.limitBytes = Math.max(this.limitBytes, this.declaredBytes + this.windowBytes);
	}

	/**
	 * Count a message that arrived.
	 * @return whether the peer was allowed to send it
	 */
	boolean arrive(int length) {
		boolean allowed = this.received < this.limit + this.runAhead
				&& (this.receivedBytes == this.declaredBytes || this.receivedBytes + length <= this.limitBytes);
		this.received++;
		this.receivedBytes += length;
		this.blocked = false;
		return allowed;
	}

	/**
	 * Return whether a message finds room, by the rules of a stream without backpressure.
	 */
	boolean hasRoom(long length) {
		return this.buffer.size() < this.window
				&& (this.buffer.isEmpty() || this.bufferedBytes + length <= this.maxBytes);
	}

	/**
	 * Buffer the message that arrived last.
	 */
	void add(byte[] message) {
		this.buffer.add(new Buffered(this.received - 1, message));
		this.bufferedBytes += message.length;
		this.highWater = Math.max(this.highWater, this.buffer.size());
		burst().arrived(this.buffer.size(), this.window);
	}

	private Burst burst() {
		Burst current = this.burst;
		if (current == null) {
			current = new Burst(this.clock);
			this.burst = current;
		}
		return current;
	}

	byte @Nullable [] take() {
		Buffered head = this.buffer.poll();
		if (head == null) {
			return null;
		}
		byte[] message = head.message();
		this.bufferedBytes -= message.length;
		this.taken = head.index();
		this.consumed++;
		this.consumedBytes += message.length;
		release(message.length);
		burst().taken(this.buffer.size());
		return message;
	}

	/**
	 * Return the index of the message that was taken last.
	 */
	long taken() {
		return this.taken;
	}

	/**
	 * Return the index of the message at the head.
	 */
	long oldest() {
		return this.buffer.element().index();
	}

	/**
	 * Drop the message at the head, giving its room back.
	 */
	void dropOldest() {
		byte[] message = this.buffer.remove().message();
		this.bufferedBytes -= message.length;
		drop(message.length);
	}

	/**
	 * Drop a message that arrived and was not buffered, giving its room back.
	 */
	void dropArrived(int length) {
		drop(length);
		missed();
	}

	private void drop(int length) {
		this.dropped++;
		this.droppedBytes += length;
		release(length);
	}

	/**
	 * Take note of a message that found no room.
	 */
	void missed() {
		burst().missed();
	}

	/**
	 * Give the room of a message back.
	 */
	void release(int length) {
		this.released++;
		this.releasedBytes += length;
	}

	/**
	 * Discard what is buffered, giving its room back.
	 */
	void pass() {
		for (Buffered buffered : this.buffer) {
			release(buffered.message().length);
		}
		drop();
	}

	void drop() {
		this.buffer.clear();
		this.bufferedBytes = 0;
		if (this.burst != null) {
			this.burst.cut();
		}
	}

	/**
	 * Note that the peer has a message and is blocked.
	 */
	void block() {
		this.blocked = true;
	}

	/**
	 * Return whether room was given back that the peer must know of now: at once when by
	 * our count it has no credit left for a message of any size, else in steps of half a
	 * buffer.
	 */
	boolean isCreditDue() {
		if (this.released == this.declared) {
			return false;
		}
		boolean grants = this.released + this.window > this.limit
				|| this.releasedBytes + this.windowBytes > this.limitBytes;
		return grants && (this.blocked || this.received >= this.limit + this.runAhead
				|| this.receivedBytes + this.maxMessage > this.limitBytes
				|| 2 * (this.released - this.declared) >= this.window
				|| 2 * (this.releasedBytes - this.declaredBytes) >= this.windowBytes);
	}

	void declare(Envelopes sink) {
		this.declared = this.released;
		this.declaredBytes = this.releasedBytes;
		extend();
		sink.credit(this.declared, this.declaredBytes);
	}

	/**
	 * A message in the buffer.
	 *
	 * @param index its index among all that were sent
	 * @param message its bytes
	 */
	@SuppressWarnings("ArrayRecordComponent")
	private record Buffered(long index, byte[] message) {

	}

}
