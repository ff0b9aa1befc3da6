package io.tractor.engine.simulation;

import io.tractor.OverrunReport;

/**
 * Messages that a dropping policy dropped without a gap.
 */
final class Episode {

	private final long first;

	private final long buffered;

	private final long consumed;

	private long last;

	Episode(long first, long buffered, long consumed) {
		this.first = first;
		this.last = first;
		this.buffered = buffered;
		this.consumed = consumed;
	}

	/**
	 * Let a message be part of it.
	 * @return whether it follows the last one
	 */
	boolean extend(long index) {
		boolean follows = index == this.last + 1;
		if (follows) {
			this.last = index;
		}
		return follows;
	}

	long last() {
		return this.last;
	}

	long length() {
		return this.last - this.first + 1;
	}

	void checkBegin(OverrunReport report) {
		Check.equal(report.firstUndelivered(), this.first, "the first message dropped");
		Check.equal(report.buffered(), this.buffered, "the messages held when the first one was dropped");
		Check.equal(report.consumed(), this.consumed, "the messages consumed when the first one was dropped");
	}

	void checkEnd(OverrunReport report) {
		checkBegin(report);
		Check.equal(report.lastUndelivered(), this.last, "the last message dropped");
		Check.equal(report.undelivered(), length(), "the messages dropped");
	}

}
