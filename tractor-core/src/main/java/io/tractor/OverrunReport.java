package io.tractor;

import java.time.Instant;

/**
 * What a receiver says about an overrun of its buffer (V16). All figures count messages
 * of the overrun direction.
 *
 * @param reason why the buffer was full
 * @param receiver the receiving side
 * @param route the context's route
 * @param contextId the context's id
 * @param sentBy who sent the message that found no room
 * @param receivedBy who had no room for it
 * @param msgBufferSize the buffer's size in messages
 * @param firstUndelivered index of the first message that was not delivered, from 0
 * @param buffered messages in the buffer
 * @param consumed messages taken by the receiving code before
 * @param undelivered messages that were not delivered; at detection those known by then
 * @param detectedAt the receiver's time
 * @param provisional whether {@code undelivered} may still grow: {@code true} at
 * detection, {@code false} once the sender's count is in
 */
public record OverrunReport(Reason reason, Side receiver, String route, String contextId, Peer sentBy, Peer receivedBy,
		long msgBufferSize, long firstUndelivered, long buffered, long consumed, long undelivered, Instant detectedAt,
		boolean provisional) {

	/**
	 * Return the final report for a sender's count.
	 * @param sent messages that the sender's calls accepted
	 * @return the report
	 */
	public OverrunReport complete(long sent) {
		return new OverrunReport(this.reason, this.receiver, this.route, this.contextId, this.sentBy, this.receivedBy,
				this.msgBufferSize, this.firstUndelivered, this.buffered, this.consumed,
				Math.max(1, sent - this.firstUndelivered), this.detectedAt, false);
	}

	/**
	 * Say in one sentence what happened.
	 * @return the text
	 */
	public String describe() {
		String what = switch (this.reason) {
			case NEVER_OPENED -> "the stream was never opened over there";
			case SLOW_CONSUMER -> "the stream over there has no backpressure and its consumer is too slow";
		};
		return "message " + this.firstUndelivered + " on route '" + this.route + "' found the " + this.receiver
				+ "'s buffer full: " + what + " (" + this.receivedBy + ", buffer of " + this.msgBufferSize
				+ " messages, " + this.buffered + " buffered, " + this.consumed + " consumed; sent by " + this.sentBy
				+ ", context " + this.contextId + ")";
	}

	/**
	 * Why a buffer was full.
	 */
	public enum Reason {

		/**
		 * The receiver had not opened its stream.
		 */
		NEVER_OPENED,

		/**
		 * The receiver had opened its stream without backpressure and fell behind.
		 */
		SLOW_CONSUMER

	}

}
