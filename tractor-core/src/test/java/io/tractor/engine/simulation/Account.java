package io.tractor.engine.simulation;

/**
 * The figures of the section "Flow control" of {@code docs/protocol.md}, as one side
 * knows them.
 */
final class Account {

	long sent;

	long sentBytes;

	long released;

	long releasedBytes;

	long window;

	long windowBytes;

	long limit;

	long limitBytes;

	long runAhead;

	void grant(long messages, long bytes) {
		this.window = messages;
		this.windowBytes = bytes;
		extend();
	}

	void open(long messages, long bytes, long ahead) {
		this.runAhead = ahead;
		grant(messages, bytes);
	}

	void credit(long messages, long bytes) {
		this.released = messages;
		this.releasedBytes = bytes;
		extend();
	}

	private void extend() {
		this.limit = Math.max(this.limit, this.released + this.window);
		this.limitBytes = Math.max(this.limitBytes, this.releasedBytes + this.windowBytes);
	}

	void send(int length) {
		this.sent++;
		this.sentBytes += length;
	}

	boolean allowsMessage() {
		return this.sent < this.limit + this.runAhead;
	}

	boolean allows(int length) {
		return allowsMessage() && (this.sentBytes == this.releasedBytes || this.sentBytes + length <= this.limitBytes);
	}

}
