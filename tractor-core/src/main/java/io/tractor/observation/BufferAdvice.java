package io.tractor.observation;

import io.tractor.LogText;
import io.tractor.Side;

/**
 * What buffer one side of a route needs, and what that was derived from. A burst is what
 * the buffer had to hold from when it was empty until it was empty again; where it was
 * full in between, what an unbounded one would have had to: all messages of the burst, as
 * fast as they came before it was full, less those that were taken in that time.
 *
 * @param pattern the pattern of the route
 * @param side the side that receives
 * @param msgBufferSize the largest buffer that contexts of the route had, in messages
 * @param bursts how many bursts there were
 * @param cutShort how many of them ended with the context while the buffer was full, so
 * that they may have been larger
 * @param p50 the buffer that would have held half of them, in messages
 * @param p99 the buffer that would have held 99 % of them
 * @param p999 the buffer that would have held 99.9 % of them
 * @param max the buffer that would have held all of them
 * @param arrivalRate messages that arrived a second, in bursts that filled half a buffer,
 * or {@code NaN} if there was none
 * @param serviceRate messages that were taken a second meanwhile, or {@code NaN}
 * @param verdict what to do
 */
public record BufferAdvice(String pattern, Side side, long msgBufferSize, long bursts, long cutShort, long p50,
		long p99, long p999, long max, double arrivalRate, double serviceRate, Verdict verdict) {

	/**
	 * Say in one sentence what to do, and why.
	 * @return the text
	 */
	public String describe() {
		String where = "the " + this.side + "'s buffer of " + this.msgBufferSize + " messages on route '" + this.pattern
				+ "' ";
		String least = (this.cutShort > 0) ? "at least " : "";
		String text = switch (this.verdict) {
			case NO_MESSAGES -> where + "has had no messages";
			case ENOUGH -> where + "is enough: 99.9 % of " + this.bursts + " bursts needed no more than " + this.p999;
			case ENLARGE -> where + "is too small: 99.9 % of " + this.bursts + " bursts would have needed " + least
					+ this.p999 + ", set msg-buffer-size to that";
			case CONSUMER_TOO_SLOW -> where + "would have needed " + least + this.p999
					+ " for 99.9 % of the bursts, which is no buffer any more: the consumer is too slow, with "
					+ Math.round(this.serviceRate) + " messages a second where " + Math.round(this.arrivalRate)
					+ " arrive";
		};
		return LogText.escape(text);
	}

	/**
	 * What to do about a buffer.
	 */
	public enum Verdict {

		/**
		 * Nothing is known yet.
		 */
		NO_MESSAGES,

		/**
		 * The buffer holds 99.9 % of the bursts.
		 */
		ENOUGH,

		/**
		 * A larger buffer would have held 99.9 % of the bursts.
		 */
		ENLARGE,

		/**
		 * No reasonable buffer would have: make the consumer faster, or let the sender
		 * wait.
		 */
		CONSUMER_TOO_SLOW

	}

}
