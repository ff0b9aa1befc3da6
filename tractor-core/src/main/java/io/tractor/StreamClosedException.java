package io.tractor;

/**
 * A message was sent to a peer that closed its stream or left its task. Only this call
 * fails; the context lives on (V18).
 */
@SuppressWarnings("serial")
public final class StreamClosedException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 */
	public StreamClosedException(String message) {
		super(message, null);
	}

}
