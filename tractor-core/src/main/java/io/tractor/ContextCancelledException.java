package io.tractor;

import org.jspecify.annotations.Nullable;

/**
 * The context was cancelled, by this side or by the other.
 */
@SuppressWarnings("serial")
public final class ContextCancelledException extends TractorException {

	private final Side by;

	private final Peer peer;

	private final String reason;

	private final @Nullable String causeType;

	private final @Nullable String causeMessage;

	/**
	 * Create an exception.
	 * @param route the context's route
	 * @param by the side that cancelled
	 * @param peer the identity of that side
	 * @param reason why
	 * @param causeType name of the type of the error that made that side cancel, or
	 * {@code null}
	 * @param causeMessage message of that error, or {@code null}
	 */
	public ContextCancelledException(String route, Side by, Peer peer, String reason, @Nullable String causeType,
			@Nullable String causeMessage) {
		super("Context on route '" + route + "' was cancelled by the " + by + " " + peer + ": " + reason
				+ ((causeType != null) ? " (" + describe(causeType, causeMessage) + ")" : ""), null);
		this.by = by;
		this.peer = peer;
		this.reason = reason;
		this.causeType = causeType;
		this.causeMessage = causeMessage;
	}

	private static String describe(String causeType, @Nullable String causeMessage) {
		return (causeMessage == null || causeMessage.isEmpty()) ? causeType : causeType + ": " + causeMessage;
	}

	/**
	 * Return the side that cancelled.
	 * @return the side
	 */
	public Side by() {
		return this.by;
	}

	/**
	 * Return who cancelled.
	 * @return the identity of the side that cancelled
	 */
	public Peer peer() {
		return this.peer;
	}

	/**
	 * Return why it was cancelled.
	 * @return the reason as given
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Return the type of the error that made the other side cancel (E3).
	 * @return the type's name, or {@code null}
	 */
	public @Nullable String causeType() {
		return this.causeType;
	}

	/**
	 * Return the message of the error that made the other side cancel (E3).
	 * @return the message, empty if there was none or it was hidden over there, or
	 * {@code null}
	 */
	public @Nullable String causeMessage() {
		return this.causeMessage;
	}

}
