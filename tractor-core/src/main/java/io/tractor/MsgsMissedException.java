package io.tractor;

/**
 * A subscription fell behind the fastest one by more than the stream's buffer, and missed
 * messages that others have received (B2). Only this call fails; the next one goes on
 * with the oldest message that is still held.
 */
@SuppressWarnings("serial")
public final class MsgsMissedException extends TractorException {

	private final long missed;

	/**
	 * Create an exception.
	 * @param message the message
	 * @param missed how many messages were missed, at least 1
	 */
	public MsgsMissedException(String message, long missed) {
		super(message, null);
		this.missed = missed;
	}

	/**
	 * Return how many messages the subscription missed, since it last received one or was
	 * told of this.
	 * @return the number of messages
	 */
	public long missed() {
		return this.missed;
	}

}
