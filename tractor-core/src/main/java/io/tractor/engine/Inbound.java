package io.tractor.engine;

import java.time.InstantSource;
import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/**
 * The receiving direction of one side: the bounded buffer, what has passed through it,
 * and what of that the peer has been told.
 */
final class Inbound {

	/**
	 * How many bytes of messages are lent at once, besides a first one.
	 */
	private static final int MAX_LENT_BYTES = 16 * 1024;

	/**
	 * Never added to.
	 */
	private static final ArrayDeque<byte[]> NOTHING = new ArrayDeque<>(1);

	/**
	 * Made with the first message, as many contexts have none.
	 */
	private ArrayDeque<byte[]> buffer = NOTHING;

	/**
	 * The index of the message at the head.
	 */
	private long head;

	/**
	 * Where the indexes of messages in the buffer do not follow each other. Made with the
	 * first one.
	 */
	private @Nullable ArrayDeque<Gap> gaps;

	/**
	 * Messages before the head that the task takes by itself.
	 */
	private @Nullable Run lent;

	/**
	 * How many of the lent messages are known to be taken.
	 */
	private int settled;

	/**
	 * Bytes of the messages in the buffer, with those that are lent and not known to be
	 * taken.
	 */
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

	/**
	 * The index of the message that was put into the buffer last.
	 */
	private long added = -1;

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
		settle();
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
		settle();
		return size();
	}

	private int size() {
		Run run = this.lent;
		return this.buffer.size() + ((run != null) ? run.size() - this.settled : 0);
	}

	long bufferedBytes() {
		settle();
		return this.bufferedBytes;
	}

	long receivedBytes() {
		return this.receivedBytes;
	}

	long consumedBytes() {
		settle();
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
			this.runAhead = ahead + Math.max(0, size() - messages);
			resize(messages, Math.max(this.maxBytes, this.maxMessage) + this.maxMessage);
		}
	}

	private void resize(long messages, long bytes) {
		recall();
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
		if (this.blocked) {
			// what was due at once is due in steps again
			recall();
			this.blocked = false;
		}
		return allowed;
	}

	/**
	 * Return whether a message finds room, by the rules of a stream without backpressure.
	 */
	boolean hasRoom(long length) {
		int buffered = buffered();
		return buffered < this.window && (buffered == 0 || this.bufferedBytes + length <= this.maxBytes);
	}

	/**
	 * Buffer the message that arrived last.
	 */
	void add(byte[] message) {
		settle();
		addIndex(this.received - 1);
		if (this.buffer == NOTHING) {
			this.buffer = new ArrayDeque<>(1);
		}
		this.buffer.add(message);
		this.bufferedBytes += message.length;
		int buffered = size();
		this.highWater = Math.max(this.highWater, buffered);
		burst().arrived(buffered, this.window);
		if (isSenderOutOfCredit()) {
			recall();
		}
	}

	private void addIndex(long index) {
		long next = this.added + 1;
		this.added = index;
		if (this.buffer.isEmpty()) {
			this.head = index;
		}
		else if (index != next) {
			gaps().add(new Gap(next, index));
		}
	}

	private ArrayDeque<Gap> gaps() {
		ArrayDeque<Gap> current = this.gaps;
		if (current == null) {
			current = new ArrayDeque<>();
			this.gaps = current;
		}
		return current;
	}

	/**
	 * Remove the message at the head.
	 */
	private byte[] poll() {
		byte[] message = this.buffer.remove();
		this.head++;
		ArrayDeque<Gap> current = this.gaps;
		Gap gap = (current != null) ? current.peek() : null;
		if (current != null && gap != null && gap.from() == this.head) {
			this.head = gap.to();
			current.remove();
		}
		return message;
	}

	private Burst burst() {
		Burst current = this.burst;
		if (current == null) {
			current = new Burst(this.clock);
			this.burst = current;
		}
		return current;
	}

	/**
	 * Take the message at the head.
	 */
	byte @Nullable [] take() {
		recall();
		if (this.buffer.isEmpty()) {
			return null;
		}
		this.taken = this.head;
		byte[] message = poll();
		count(message.length);
		return message;
	}

	private void count(int length) {
		this.bufferedBytes -= length;
		this.consumed++;
		this.consumedBytes += length;
		release(length);
		burst().taken(size());
	}

	/**
	 * Take the message at the head, and lend those after it that can be taken before the
	 * peer must know. When it must know already, that is before the engine writes, and
	 * then they are recalled. The last message is never lent, so that the time when the
	 * buffer is empty is known.
	 */
	@Nullable Run takeRun() {
		byte[] message = take();
		if (message == null) {
			return null;
		}
		boolean due = isCreditDue();
		int most = Math.max(1, Math.min(Run.MAX_LENGTH, this.buffer.size()));
		byte[][] messages = new byte[most][];
		messages[0] = message;
		int length = 1;
		int bytes = 0;
		while (length < most && this.head == this.taken + length) {
			bytes += this.buffer.element().length;
			if (bytes > MAX_LENT_BYTES || (!due && isCreditDue(this.released + length, this.releasedBytes + bytes))) {
				break;
			}
			messages[length] = poll();
			length++;
		}
		Run run = new Run(messages, length, this.taken);
		if (length > 1) {
			this.lent = run;
			this.settled = 1;
		}
		return run;
	}

	/**
	 * Take account of the lent messages that were taken by now.
	 */
	private void settle() {
		Run run = this.lent;
		if (run != null) {
			settle(run, run.taken());
			if (this.settled == run.size()) {
				this.lent = null;
			}
		}
	}

	private void settle(Run run, int count) {
		while (this.settled < count) {
			int length = run.length(this.settled);
			this.settled++;
			count(length);
		}
	}

	/**
	 * Let no more messages be taken but by {@link #take}.
	 */
	void recall() {
		Run run = this.lent;
		if (run == null) {
			return;
		}
		settle(run, run.recall());
		this.lent = null;
		long next = run.index(run.size());
		if (this.settled < run.size() && this.head != next) {
			gaps().addFirst(new Gap(next, this.head));
		}
		for (int i = run.size() - 1; i >= this.settled; i--) {
			this.buffer.addFirst(run.message(i));
			this.head = run.index(i);
		}
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
		recall();
		return this.head;
	}

	/**
	 * Drop the message at the head, giving its room back.
	 */
	void dropOldest() {
		recall();
		byte[] message = poll();
		this.bufferedBytes -= message.length;
		drop(message.length);
	}

	/**
	 * Drop a message that arrived and was not buffered, giving its room back.
	 */
	void dropArrived(int length) {
		recall();
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
		recall();
		for (byte[] message : this.buffer) {
			release(message.length);
		}
		drop();
	}

	void drop() {
		recall();
		this.buffer.clear();
		this.gaps = null;
		this.bufferedBytes = 0;
		if (this.burst != null) {
			this.burst.cut();
		}
	}

	/**
	 * Note that the peer has a message and is blocked.
	 */
	void block() {
		recall();
		this.blocked = true;
	}

	/**
	 * Return whether room was given back that the peer must know of now: at once when by
	 * our count it has no credit left for a message of any size, else in steps of half a
	 * buffer.
	 */
	boolean isCreditDue() {
		settle();
		return isCreditDue(this.released, this.releasedBytes);
	}

	private boolean isCreditDue(long messages, long bytes) {
		if (messages == this.declared) {
			return false;
		}
		boolean grants = messages + this.window > this.limit || bytes + this.windowBytes > this.limitBytes;
		return grants && (this.blocked || isSenderOutOfCredit() || 2 * (messages - this.declared) >= this.window
				|| 2 * (bytes - this.declaredBytes) >= this.windowBytes);
	}

	/**
	 * Return whether by our count the sender may have no credit for a message of any
	 * size.
	 */
	private boolean isSenderOutOfCredit() {
		return this.received >= this.limit + this.runAhead || this.receivedBytes + this.maxMessage > this.limitBytes;
	}

	void declare(Envelopes sink) {
		recall();
		this.declared = this.released;
		this.declaredBytes = this.releasedBytes;
		extend();
		sink.credit(this.declared, this.declaredBytes);
	}

	/**
	 * Messages between two in the buffer that are not in it.
	 *
	 * @param from the index of the first one
	 * @param to the index of the message after the last one
	 */
	private record Gap(long from, long to) {

	}

}
