package io.tractor;

import java.time.Duration;
import java.util.Optional;

/**
 * What a caller's and a callee's view of a context have in common. All methods may be
 * called from any thread, and none blocks.
 *
 * @see CallerContext
 * @see CalleeContext
 */
public interface TaskContext {

	/**
	 * Return the context's id, the same on both sides.
	 * @return the id, made by the caller
	 */
	String id();

	/**
	 * Return the route that the context was opened on.
	 * @return the route without destination variables left in it
	 */
	String route();

	/**
	 * Return the side that this view belongs to.
	 * @return the side
	 */
	Side side();

	/**
	 * Return who is on the other side (O8).
	 * @return the peer's claimed identity
	 */
	Peer peer();

	/**
	 * Return how much time the context's deadline leaves (O9). The opener's clock
	 * decides; the callee's view is what was left when the opening arrived, counted on.
	 * Contexts that this task opens get no more than that.
	 * @return the time left, zero once it is over, or empty without a deadline
	 * @see ContextSpec#deadline(Duration)
	 */
	Optional<Duration> remainingTime();

	/**
	 * Cancel the context. On the caller's side the callee is cancelled and the scope ends
	 * without raising (X1, X2); on the callee's side the caller gets a cancellation that
	 * names the callee (X6). Code of this side is not interrupted (X5); its next or
	 * waiting call on the context throws {@link ContextCancelledException}. After the end
	 * this does nothing (X8).
	 * @param reason why, for people; it reaches the other side
	 */
	void cancel(String reason);

	/**
	 * Cancel the context without a particular reason.
	 * @see #cancel(String)
	 */
	default void cancel() {
		cancel("cancelled");
	}

	/**
	 * Return the innermost context that the calling thread runs a task of (O7): inside a
	 * scope's body the caller's view, inside a handler the callee's.
	 * @return the context, or empty outside of any
	 */
	static Optional<TaskContext> current() {
		return CurrentContext.get();
	}

}
