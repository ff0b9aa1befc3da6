package io.tractor;

import org.jspecify.annotations.Nullable;

/**
 * The connection under a context was lost or could not be made (D1, O10).
 */
@SuppressWarnings("serial")
public final class TransportClosedException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 * @param cause the transport's error, or {@code null}
	 */
	public TransportClosedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
