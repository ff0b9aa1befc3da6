package io.tractor;

/**
 * The peer refused to open a context.
 */
@SuppressWarnings("serial")
public final class ContextRejectedException extends TractorException {

	private final Code code;

	private final boolean retryable;

	/**
	 * Create an exception.
	 * @param code why
	 * @param retryable whether a later opening may succeed
	 * @param message the message
	 */
	public ContextRejectedException(Code code, boolean retryable, String message) {
		super(message, null);
		this.code = code;
		this.retryable = retryable;
	}

	/**
	 * Return why the opening was refused.
	 * @return the code
	 */
	public Code code() {
		return this.code;
	}

	/**
	 * Return whether a later opening may succeed.
	 * @return whether to retry
	 */
	public boolean retryable() {
		return this.retryable;
	}

	/**
	 * Why an opening is refused.
	 */
	public enum Code {

		/**
		 * The peer has no handler for the route (O4).
		 */
		NO_HANDLER,

		/**
		 * The peer speaks no version of the protocol that this side speaks (O14).
		 */
		UNSUPPORTED_VERSION,

		/**
		 * The peer does not speak the protocol at all (O14).
		 */
		NOT_SUPPORTED,

		/**
		 * The opening itself could not be read.
		 */
		INVALID,

		/**
		 * The peer's security rules deny the opening (O15).
		 */
		DENIED,

		/**
		 * The peer has no handler thread for another context (L1).
		 */
		BUSY,

		/**
		 * The peer is shutting down.
		 */
		SHUTDOWN,

		/**
		 * This side has opened as many contexts on the connection, or opens them as fast,
		 * as the peer's limits allow (L1).
		 */
		LIMIT,

		/**
		 * The peer failed to decide about the opening, for instance by an error in its
		 * security rules; its log says why.
		 */
		FAILED,

		/**
		 * A reason that this version does not know.
		 */
		OTHER

	}

}
