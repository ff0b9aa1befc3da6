package io.tractor;

import org.jspecify.annotations.Nullable;

/**
 * The calling thread was interrupted by somebody other than the library. The callee was
 * cancelled, and the thread's interrupt flag is set (X11).
 */
@SuppressWarnings("serial")
public final class ContextInterruptedException extends TractorException {

	/**
	 * Create an exception.
	 * @param message the message
	 * @param cause the interruption, or {@code null}
	 */
	public ContextInterruptedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
