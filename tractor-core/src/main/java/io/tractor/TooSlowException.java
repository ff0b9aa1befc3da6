package io.tractor;

/**
 * One side of a context could not keep up with the other (V26).
 */
@SuppressWarnings("serial")
public abstract class TooSlowException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 */
	protected TooSlowException(String message) {
		super(message, null);
	}

}
