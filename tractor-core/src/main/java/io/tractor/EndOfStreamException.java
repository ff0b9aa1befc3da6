package io.tractor;

/**
 * The peer sends no more messages, and all were received (M3).
 */
@SuppressWarnings("serial")
public final class EndOfStreamException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 */
	public EndOfStreamException(String message) {
		super(message, null);
	}

}
