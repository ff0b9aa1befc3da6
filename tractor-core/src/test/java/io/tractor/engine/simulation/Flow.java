package io.tractor.engine.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.engine.BufferLimits;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one direction: what was sent, where it is, and what the receiver must
 * make of it. By {@code docs/protocol.md}, without a look into the engines.
 */
final class Flow {

	private static final int ID_BYTES = 4;

	private static final int SAMPLE = 11;

	final Side receiver;

	/**
	 * The figures as the sender knows them.
	 */
	final Account sending = new Account();

	/**
	 * The figures as the receiver knows them; its <i>sent</i> is what arrived.
	 */
	final Account receiving = new Account();

	private int[] ids = new int[64];

	private int[] lengths = new int[64];

	private int lastId;

	private int sent;

	private int written;

	private int seen;

	private long queuedBytes;

	private final ArrayDeque<Integer> buffer = new ArrayDeque<>();

	private long bufferedBytes;

	private long released;

	private long releasedBytes;

	private long consumed;

	private long dropped;

	private final List<Episode> episodes = new ArrayList<>(0);

	private int episodesEnded;

	private int episodesWritten;

	private boolean merged;

	private long droppedTold;

	private boolean asked;

	private Mode mode = Mode.NEVER_OPENED;

	private int heldWhenOpened;

	private boolean passing;

	private final BufferLimits limits;

	private OverrunReport.@Nullable Reason overrun;

	private long firstUndelivered;

	/**
	 * Create a direction.
	 * @param receiver who receives
	 * @param msgBufferSize size of its buffer in messages, until it opens its stream
	 * @param limits its other limits
	 */
	Flow(Side receiver, int msgBufferSize, BufferLimits limits) {
		this.receiver = receiver;
		this.limits = limits;
		this.receiving.grant(msgBufferSize, limits.maxBufferedBytes());
	}

	// The sender

	/**
	 * Make a message that is like no other.
	 */
	byte[] message(int length) {
		byte[] message = new byte[length];
		fill(message, ++this.lastId);
		return message;
	}

	private static void fill(byte[] message, int id) {
		for (int i = 0; i < message.length && i < ID_BYTES; i++) {
			message[i] = (byte) (id >> (8 * i));
		}
		if (message.length > ID_BYTES) {
			Arrays.fill(message, ID_BYTES, message.length, (byte) id);
		}
	}

	private static int id(byte[] message) {
		int id = 0;
		for (int i = 0; i < message.length && i < ID_BYTES; i++) {
			id |= (message[i] & 0xff) << (8 * i);
		}
		return id;
	}

	void accepted(byte[] message) {
		if (this.sent == this.ids.length) {
			this.ids = Arrays.copyOf(this.ids, 2 * this.sent);
			this.lengths = Arrays.copyOf(this.lengths, 2 * this.sent);
		}
		this.ids[this.sent] = id(message);
		this.lengths[this.sent] = message.length;
		this.sent++;
		this.queuedBytes += message.length;
		this.sending.send(message.length);
	}

	int sent() {
		return this.sent;
	}

	void wrote(byte[] message) {
		Check.that(this.written < this.sent, "a message is written that nobody sent");
		checkMessage(this.written, message);
		this.written++;
		this.queuedBytes -= message.length;
	}

	int written() {
		return this.written;
	}

	int queued() {
		return this.sent - this.written;
	}

	long queuedBytes() {
		return this.queuedBytes;
	}

	// The receiver

	/**
	 * Take a message off the wire.
	 */
	void saw(byte[] message) {
		Check.that(this.seen < this.written, "a message comes that nobody wrote");
		checkMessage(this.seen, message);
		this.seen++;
	}

	int seen() {
		return this.seen;
	}

	private void checkMessage(int index, byte[] message) {
		Check.equal(message.length, this.lengths[index], "the length of message " + index);
		Check.equal(id(message), this.ids[index], "the identity of message " + index);
		byte filler = (byte) this.ids[index];
		for (int i = message.length - 1; i >= ID_BYTES; i -= SAMPLE) {
			if (message[i] != filler) {
				throw new AssertionError("message " + index + " is not whole");
			}
		}
	}

	void open(Mode how, int messages) {
		this.mode = how;
		this.heldWhenOpened = this.buffer.size();
		long bytes = this.limits.maxBufferedBytes();
		if (how == Mode.BACKPRESSURE) {
			this.receiving.open(messages, bytes, 0);
		}
		else {
			int largest = this.limits.maxMessage();
			this.receiving.open(messages, Math.max(bytes, largest) + largest,
					this.limits.runAhead() + Math.max(0, this.heldWhenOpened - messages));
		}
	}

	Mode mode() {
		return this.mode;
	}

	/**
	 * Count a message that arrives while the receiver's context is on.
	 */
	void count(int length) {
		Check.that(this.receiving.allows(length), "a message comes beyond the credit");
		this.receiving.send(length);
		this.asked = false;
	}

	/**
	 * Put the message that was counted last where it belongs.
	 */
	void arrive(int length) {
		int index = (int) this.receiving.sent - 1;
		if (this.passing) {
			release(length);
			return;
		}
		boolean room = this.mode == Mode.NEVER_OPENED || this.mode == Mode.BACKPRESSURE || hasRoom(length);
		if (room) {
			endEpisode();
			add(index, length);
			return;
		}
		switch (this.mode) {
			case ERROR -> overrun(OverrunReport.Reason.SLOW_CONSUMER, index);
			case DROP_LATEST -> drop(index, length);
			case DROP_OLDEST -> {
				while (!hasRoom(length)) {
					int oldest = this.buffer.element();
					drop(oldest, this.lengths[oldest]);
					this.buffer.remove();
					this.bufferedBytes -= this.lengths[oldest];
				}
				add(index, length);
			}
			default -> throw new AssertionError(this.mode);
		}
	}

	private void drop(int index, int length) {
		boolean on = this.episodesEnded < this.episodes.size();
		if (!on || !this.episodes.get(this.episodesEnded).extend(index)) {
			endEpisode();
			this.episodes.add(new Episode(index, this.buffer.size(), this.consumed));
		}
		this.dropped++;
		release(length);
	}

	void endEpisode() {
		this.episodesEnded = this.episodes.size();
	}

	int episodesBegun() {
		return this.episodes.size();
	}

	int episodesEnded() {
		return this.episodesEnded;
	}

	Episode episode(int number) {
		Check.that(number < this.episodes.size(), "an episode is reported that is none");
		return this.episodes.get(number);
	}

	/**
	 * Take note of a report about dropped messages on its way to the sender, maybe one
	 * for several episodes.
	 */
	void wroteDropped(OverrunReport report) {
		int number = this.episodesWritten;
		episode(number).checkBegin(report);
		long length = episode(number).length();
		while (episode(number).last() < report.lastUndelivered()) {
			number++;
			length += episode(number).length();
			this.merged = true;
		}
		Check.that(number < this.episodesEnded, "an episode is told before its end");
		Check.equal(report.lastUndelivered(), episode(number).last(), "the last message told as dropped");
		Check.equal(report.undelivered(), length, "the number of messages told as dropped");
		this.episodesWritten = number + 1;
	}

	boolean hasDroppedToWrite() {
		return this.episodesWritten < this.episodesEnded;
	}

	boolean isMerged() {
		return this.merged;
	}

	void tellDropped(long count) {
		this.droppedTold += count;
	}

	long droppedTold() {
		return this.droppedTold;
	}

	/**
	 * Take a PROBE.
	 */
	void probe(long bytes) {
		boolean takes = this.mode == Mode.BACKPRESSURE || this.mode.isDropping() || this.passing;
		if (takes || (this.mode != Mode.NEVER_OPENED && hasRoom(bytes))) {
			this.asked = true;
		}
		else {
			overrun((this.mode == Mode.NEVER_OPENED) ? OverrunReport.Reason.NEVER_OPENED
					: OverrunReport.Reason.SLOW_CONSUMER, this.receiving.sent);
		}
	}

	private boolean hasRoom(long length) {
		return this.buffer.size() < this.receiving.window
				&& (this.buffer.isEmpty() || this.bufferedBytes + length <= this.limits.maxBufferedBytes());
	}

	private void add(int index, int length) {
		this.buffer.add(index);
		this.bufferedBytes += length;
	}

	private void release(int length) {
		this.released++;
		this.releasedBytes += length;
	}

	private void overrun(OverrunReport.Reason reason, long index) {
		this.overrun = reason;
		this.firstUndelivered = index;
	}

	boolean hasNext() {
		return !this.buffer.isEmpty();
	}

	/**
	 * Let the receiver's task take a message.
	 */
	void take(byte[] message) {
		int index = this.buffer.remove();
		checkMessage(index, message);
		this.bufferedBytes -= message.length;
		this.consumed++;
		release(message.length);
	}

	void passOver() {
		this.passing = true;
		endEpisode();
		for (int index : this.buffer) {
			release(this.lengths[index]);
		}
		drop();
	}

	void drop() {
		this.buffer.clear();
		this.bufferedBytes = 0;
	}

	int buffered() {
		return this.buffer.size();
	}

	long bufferedBytes() {
		return this.bufferedBytes;
	}

	long consumed() {
		return this.consumed;
	}

	long dropped() {
		return this.dropped;
	}

	/**
	 * Return how many messages the receiver may hold (V11).
	 */
	long mayHold() {
		boolean waits = this.mode == Mode.NEVER_OPENED || this.mode == Mode.BACKPRESSURE;
		return Math.max(this.receiving.window, waits ? this.receiving.limit - this.released : this.heldWhenOpened);
	}

	boolean isOverrun() {
		return this.overrun != null;
	}

	OverrunReport.@Nullable Reason overrunReason() {
		return this.overrun;
	}

	long firstUndelivered() {
		return this.firstUndelivered;
	}

	// Credit

	/**
	 * Return whether there is credit that the sender must be told of at once.
	 */
	boolean mustCredit() {
		Account known = this.receiving;
		return this.released > known.released
				&& (this.released + known.window > known.limit
						|| this.releasedBytes + known.windowBytes > known.limitBytes)
				&& (!known.allowsMessage() || known.sentBytes + this.limits.maxMessage() > known.limitBytes
						|| this.asked);
	}

	void credited(long messages, long bytes) {
		Check.equal(messages, this.released, "messages in CREDIT");
		Check.equal(bytes, this.releasedBytes, "bytes in CREDIT");
		this.receiving.credit(messages, bytes);
	}

	boolean isAsked() {
		return this.asked;
	}

	/**
	 * Return whether a message might be sent if the sender knew what the receiver knows.
	 */
	boolean mightSend(int length) {
		long limitBytes = Math.max(this.sending.limitBytes, this.releasedBytes + this.receiving.windowBytes);
		return mightSendMessage()
				&& (this.sending.sentBytes == this.releasedBytes || this.sending.sentBytes + length <= limitBytes);
	}

	boolean mightSendMessage() {
		long limit = Math.max(this.sending.limit, this.released + this.receiving.window);
		return this.sent < limit + this.receiving.runAhead;
	}

}
