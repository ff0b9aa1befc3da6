package io.tractor;

/**
 * Decides what peers are told as the message of an error that leaves the process (E8): of
 * a handler's error, of one that a handler got from a context of its own and passes on,
 * and of a caller's error that cancels its callee. The error's type, its origin and its
 * path go out in any case. Called on the thread that tells the peer; must not block, and
 * must be thread-safe.
 */
@FunctionalInterface
public interface ErrorRedactor {

	/**
	 * Hides every message.
	 */
	ErrorRedactor HIDE_ALL = (error, message) -> "";

	/**
	 * Return what the peer is told. If this fails, it is told nothing.
	 * @param error the error; a {@link RemoteActorException} if it came from another
	 * application
	 * @param message its message, empty if it has none; of a {@link RemoteActorException}
	 * the message at its origin
	 * @return what to tell instead, empty for nothing
	 */
	String redact(Throwable error, String message);

}
