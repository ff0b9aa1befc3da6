package io.tractor;

/**
 * One side of a context broke the rules of {@code docs/protocol.md}: malformed or
 * misplaced envelopes (L2), or a handler that returned without {@code started} (O3).
 */
@SuppressWarnings("serial")
public final class ContextProtocolException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 */
	public ContextProtocolException(String message) {
		super(message, null);
	}

}
