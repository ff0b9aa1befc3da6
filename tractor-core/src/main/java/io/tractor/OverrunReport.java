package io.tractor;

import java.time.Instant;
import java.util.Locale;

import reactor.core.publisher.BufferOverflowStrategy;

/**
 * What a receiver says about messages that found its buffer full (V16). With the policy
 * {@code ERROR} that is an overrun, which ends the context. With a dropping policy it is
 * an episode: it lasts from the first message dropped until one finds room again, or
 * nothing more is received (V15, V22). All figures count messages of that direction.
 *
 * @param reason why the buffer was full
 * @param receiver the receiving side
 * @param route the context's route
 * @param contextId the context's id
 * @param sentBy who sent the message that found no room
 * @param receivedBy who had no room for it
 * @param msgBufferSize the buffer's size in messages
 * @param overflow what became of messages that found no room: {@code ERROR} ended the
 * context, the others dropped messages and went on
 * @param firstUndelivered index of the first message that was not delivered, from 0
 * @param lastUndelivered index of the last message that was not delivered; at detection
 * the last one known by then
 * @param buffered messages in the buffer when the first one found no room
 * @param consumed messages taken by the receiving code before
 * @param undelivered messages that were not delivered; at detection those known by then.
 * All from the first to the last one, unless several episodes were merged into one report
 * @param detectedAt the receiver's time
 * @param provisional whether {@code lastUndelivered} and {@code undelivered} may still
 * grow: {@code true} at detection, {@code false} once an overrun's sender has said how
 * many it sent, or an episode is over
 */
public record OverrunReport(Reason reason, Side receiver, String route, String contextId, Peer sentBy, Peer receivedBy,
		long msgBufferSize, BufferOverflowStrategy overflow, long firstUndelivered, long lastUndelivered, long buffered,
		long consumed, long undelivered, Instant detectedAt, boolean provisional) {

	/**
	 * Return whether messages were dropped and the context went on. Otherwise the context
	 * ended by {@link StreamOverrunException}.
	 * @return whether the policy is a dropping one
	 */
	public boolean isDropping() {
		return this.overflow != BufferOverflowStrategy.ERROR;
	}

	/**
	 * Return the final report of an overrun for a sender's count.
	 * @param sent messages that the sender's calls accepted
	 * @return the report
	 */
	public OverrunReport complete(long sent) {
		return endingWith(Math.max(this.firstUndelivered, sent - 1));
	}

	/**
	 * Return the final report when it is known which message was the last one.
	 * @param lastUndelivered index of the last message that was not delivered
	 * @return the report
	 */
	public OverrunReport endingWith(long lastUndelivered) {
		return ended(lastUndelivered, lastUndelivered - this.firstUndelivered + 1);
	}

	/**
	 * Return one final report for this episode and a later one of the same context and
	 * direction, with the figures of this one's beginning.
	 * @param later the later one
	 * @return the report
	 */
	public OverrunReport merge(OverrunReport later) {
		return ended(later.lastUndelivered, this.undelivered + later.undelivered);
	}

	private OverrunReport ended(long last, long count) {
		return new OverrunReport(this.reason, this.receiver, this.route, this.contextId, this.sentBy, this.receivedBy,
				this.msgBufferSize, this.overflow, this.firstUndelivered, last, this.buffered, this.consumed, count,
				this.detectedAt, false);
	}

	/**
	 * Say in one sentence what happened.
	 * @return the text
	 */
	public String describe() {
		return LogText.escape((isDropping() ? describeDropped() : describeOverrun()) + " (" + this.receivedBy
				+ ", buffer of " + this.msgBufferSize + " messages, " + this.buffered + " buffered, " + this.consumed
				+ " consumed; sent by " + this.sentBy + ", context " + this.contextId + ")");
	}

	private String describeOverrun() {
		String what = switch (this.reason) {
			case NEVER_OPENED -> "the stream was never opened over there";
			case SLOW_CONSUMER -> "the stream over there has no backpressure and its consumer is too slow";
		};
		return "message " + this.firstUndelivered + " on route '" + this.route + "' found the " + this.receiver
				+ "'s buffer full: " + what;
	}

	private String describeDropped() {
		boolean one = this.firstUndelivered == this.lastUndelivered;
		boolean all = this.undelivered == this.lastUndelivered - this.firstUndelivered + 1;
		String which = one ? "message " + this.firstUndelivered
				: "messages " + this.firstUndelivered + " to " + this.lastUndelivered;
		return (all ? which : this.undelivered + " of the " + which) + " on route '" + this.route + "' "
				+ (one ? "was" : "were") + " dropped by the " + this.receiver + "'s full buffer ("
				+ this.overflow.name().toLowerCase(Locale.ROOT).replace('_', '-') + "): its consumer is too slow";
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
