package io.tractor;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The peer's task failed (E1). What it failed with is known by name and message; it is
 * the cause here as well if the application has registered its type to be rebuilt
 * ({@code tractor.errors.rebuild}, E9). If it failed by a stream overrun, the
 * {@link StreamOverrunException} is the cause (V7).
 */
@SuppressWarnings("serial")
public final class RemoteActorException extends TractorException {

	private final Failure failure;

	/**
	 * Create an exception.
	 * @param failure what the peer says about its error
	 */
	public RemoteActorException(Failure failure) {
		this(failure, null);
	}

	/**
	 * Create an exception with the error itself.
	 * @param failure what the peer says about its error
	 * @param rebuilt the error, rebuilt here, or {@code null}; an overrun goes before it
	 */
	public RemoteActorException(Failure failure, @Nullable Throwable rebuilt) {
		super("The callee of context " + failure.contextId() + " on route '" + failure.route() + "' at "
				+ failure.relayPath().get(failure.relayPath().size() - 1) + " failed: " + failure.exceptionType()
				+ (failure.message().isEmpty() ? "" : ": " + failure.message())
				+ ((failure.relayPath().size() > 1) ? " (first at " + failure.origin() + ")" : ""),
				(failure.overrun() != null) ? new StreamOverrunException(failure.overrun()) : rebuilt);
		this.failure = failure;
	}

	/**
	 * Return what the peer says about its error (E8).
	 * @return the description
	 */
	public Failure failure() {
		return this.failure;
	}

	/**
	 * Return the name of the exception's type at its origin.
	 * @return the class name, as text
	 */
	public String exceptionType() {
		return this.failure.exceptionType();
	}

	/**
	 * Return the exception's own message at its origin.
	 * @return the message, empty if there was none or it was hidden over there
	 */
	public String exceptionMessage() {
		return this.failure.message();
	}

	/**
	 * Return who raised the error first.
	 * @return the first of the relay path
	 */
	public Peer origin() {
		return this.failure.origin();
	}

	/**
	 * Return the peers that the error passed through, the origin first and the direct
	 * peer last (E8, E11).
	 * @return the path, never empty
	 */
	public List<Peer> relayPath() {
		return this.failure.relayPath();
	}

	/**
	 * An error as it is told to the other side (E8).
	 *
	 * @param code what kind of error it is
	 * @param exceptionType name of the exception's type
	 * @param message the exception's message, empty if it has none or it was hidden
	 * @param route route of the context in which it was raised
	 * @param contextId id of that context
	 * @param relayPath peers that it passed through, the origin first
	 * @param stackTrace the stack trace as text, or {@code null} unless configured
	 * @param overrun the overrun that is its root, or {@code null}
	 */
	public record Failure(Code code, String exceptionType, String message, String route, String contextId,
			List<Peer> relayPath, @Nullable String stackTrace, @Nullable OverrunReport overrun) {

		public Failure {
			relayPath = relayPath.isEmpty() ? List.of(Peer.UNKNOWN) : List.copyOf(relayPath);
		}

		/**
		 * Return who raised the error first.
		 * @return the first of the relay path
		 */
		public Peer origin() {
			return this.relayPath.get(0);
		}

	}

	/**
	 * What kind of error ended the peer's task.
	 */
	public enum Code {

		/**
		 * The handler threw.
		 */
		APPLICATION,

		/**
		 * A value could not be encoded or decoded.
		 */
		TYPE,

		/**
		 * The rules of the protocol were broken.
		 */
		PROTOCOL,

		/**
		 * The handler's messages overran this side's buffer.
		 */
		OVERRUN,

		/**
		 * A kind that this version does not know.
		 */
		OTHER

	}

}
