package io.tractor.observation;

import io.tractor.Outcome;
import io.tractor.Peer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the context that is observed. Thread-safe.
 */
public final class ObservedContext {

	private final String pattern;

	private final String routeValue;

	private final String id;

	private volatile Peer peer;

	private volatile @Nullable Outcome<?> outcome;

	ObservedContext(String pattern, String routeValue, String id, Peer peer) {
		this.pattern = pattern;
		this.routeValue = routeValue;
		this.id = id;
		this.peer = peer;
	}

	/**
	 * Return the pattern of the context's route. A caller that makes up routes has any
	 * number of them.
	 * @return the pattern
	 */
	public String pattern() {
		return this.pattern;
	}

	/**
	 * Return the value of the key {@code route}, of which there are few.
	 * @return the pattern, or {@code other} on the side of a caller with more than 200
	 */
	public String routeValue() {
		return this.routeValue;
	}

	/**
	 * Return the context's id, the same on both sides.
	 * @return the id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the other side, as it says itself.
	 * @return the peer; on the caller's side {@link Peer#UNKNOWN} until the context has
	 * ended, and if it never started
	 */
	public Peer peer() {
		return this.peer;
	}

	/**
	 * Return how the context ended for this side.
	 * @return the outcome, or {@code null} as long as it has not
	 */
	public @Nullable Outcome<?> outcome() {
		return this.outcome;
	}

	void ended(Peer by, Outcome<?> how) {
		this.peer = by;
		this.outcome = how;
	}

}
