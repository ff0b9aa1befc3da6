package io.tractor;

/**
 * An opening or a call on a context took longer than allowed.
 */
@SuppressWarnings("serial")
public final class ContextTimeoutException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 */
	public ContextTimeoutException(String message) {
		super(message, null);
	}

}
