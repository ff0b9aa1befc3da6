package io.tractor;

import org.jspecify.annotations.Nullable;

/**
 * Base of everything that ends a context, an opening or a call on a stream. The messages
 * name the route, the side, the peer and what to do.
 */
@SuppressWarnings("serial")
public abstract class TractorException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message the message, of which control characters and line breaks are escaped
	 * @param cause the cause, or {@code null}
	 */
	protected TractorException(String message, @Nullable Throwable cause) {
		super(LogText.escape(message), cause);
	}

}
