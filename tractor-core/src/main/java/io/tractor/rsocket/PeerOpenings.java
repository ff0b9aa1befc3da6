package io.tractor.rsocket;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.tractor.ContextRejectedException;
import io.tractor.ContextRejectedException.Code;
import io.tractor.Peer;
import org.jspecify.annotations.Nullable;

/**
 * The contexts that the peer has opened on one connection, within the limits (L1).
 * Thread-safe.
 */
final class PeerOpenings {

	private static final long BURST = TimeUnit.SECONDS.toNanos(1);

	private final Set<String> open = new HashSet<>();

	private final Peer self;

	private final ConnectionLimits limits;

	private final LongSupplier clock;

	private long due;

	private Peer peer = Peer.UNKNOWN;

	/**
	 * Create the openings of a new connection.
	 * @param self who this side is
	 * @param limits the limits
	 * @param clock gives nanoseconds
	 */
	PeerOpenings(Peer self, ConnectionLimits limits, LongSupplier clock) {
		this.self = self;
		this.limits = limits;
		this.clock = clock;
		this.due = clock.getAsLong();
	}

	/**
	 * Count an opening, whatever becomes of it.
	 * @param route the route, for the error
	 * @throws ContextRejectedException if they come too fast
	 */
	synchronized void count(@Nullable String route) {
		long now = this.clock.getAsLong();
		long ahead = Math.max(0, this.due - now) + BURST / this.limits.openingsPerSecond();
		if (ahead > BURST) {
			throw rejection(Code.LIMIT, true, route,
					"it takes " + this.limits.openingsPerSecond() + " openings a second on one connection: open"
							+ " fewer, or raise tractor.limits.openings-per-second there");
		}
		this.due = now + ahead;
	}

	/**
	 * Take a place for a context.
	 * @param route the route, for the error
	 * @param contextId the context's id
	 * @throws ContextRejectedException if there is none, or the id is in use
	 */
	synchronized void take(String route, String contextId) {
		if (this.open.size() >= this.limits.maxContexts()) {
			throw rejection(Code.LIMIT, true, route,
					"it takes " + this.limits.maxContexts() + " contexts at once on one connection: wait until one"
							+ " has ended, or raise tractor.limits.max-contexts-per-connection there");
		}
		if (!this.open.add(contextId)) {
			throw rejection(Code.INVALID, false, route, "the context id '" + contextId
					+ "' is in use on this connection: take one for each context, such as a UUID");
		}
	}

	/**
	 * Return who the peer is. What it calls itself hardly changes, so its contexts share
	 * one instance.
	 * @param claimed who it says that it is
	 */
	synchronized Peer peer(Peer claimed) {
		if (!claimed.equals(this.peer)) {
			this.peer = claimed;
		}
		return this.peer;
	}

	/**
	 * Give a place back that was taken.
	 * @param contextId the context's id
	 */
	synchronized void giveBack(String contextId) {
		this.open.remove(contextId);
	}

	private ContextRejectedException rejection(Code code, boolean retryable, @Nullable String route, String why) {
		return new ContextRejectedException(code, retryable,
				this.self + " refuses a context on route '" + route + "': " + why);
	}

}
