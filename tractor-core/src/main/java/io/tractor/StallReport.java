package io.tractor;

import java.time.Duration;
import java.time.Instant;

/**
 * What a side says that has waited for the other one for too long (V24), or for the end
 * of a cancelled task (X12). The context goes on; this tells why it does not get on.
 *
 * @param reason what is waited for
 * @param side the side that waits, and says so
 * @param route the context's route
 * @param contextId the context's id
 * @param peer who is on the other side
 * @param since since when
 */
public record StallReport(Reason reason, Side side, String route, String contextId, Peer peer, Instant since) {

	/**
	 * Say in one sentence what happens, and what to do.
	 * @param now the time
	 * @return the text
	 */
	public String describe(Instant now) {
		String seconds = Duration.between(this.since, now).toMillis() / 1000.0 + " s";
		String other = "the " + this.side.other() + " " + this.peer;
		String what = switch (this.reason) {
			case DOES_NOT_READ -> "the " + this.side + " waits to send, but " + other + " has not read for " + seconds
					+ " and its buffer is full: look why its consumer is slow, or enlarge msg-buffer-size there";
			case DOES_NOT_RETURN -> "the " + this.side + " waits for the result, but " + other
					+ " has not returned for " + seconds + ": look what its handler waits for, or set a deadline";
			case IGNORES_CANCELLATION -> ((this.side == Side.CALLEE) ? "the callee's handler" : other)
					+ " was cancelled " + seconds + " ago and has not ended: let the handler heed interruption";
		};
		return "on route '" + this.route + "' " + what + " (since " + this.since + ", context " + this.contextId + ")";
	}

	/**
	 * What is waited for.
	 */
	public enum Reason {

		/**
		 * This side waits to send, and the peer's code does not take messages.
		 */
		DOES_NOT_READ,

		/**
		 * The caller waits for the result, and the callee does not return.
		 */
		DOES_NOT_RETURN,

		/**
		 * The callee's task was cancelled and does not end.
		 */
		IGNORES_CANCELLATION

	}

}
