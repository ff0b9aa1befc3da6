package io.tractor;

import org.jspecify.annotations.Nullable;

/**
 * A context, or its opening, took longer than allowed by its deadline or open timeout, by
 * the opener's clock (O9). The callee was cancelled.
 */
@SuppressWarnings("serial")
public final class ContextTimeoutException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 */
	public ContextTimeoutException(String message) {
		this(message, null);
	}

	/**
	 * Create an exception.
	 * @param message the message
	 * @param cause what took so long, or {@code null}
	 */
	public ContextTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
