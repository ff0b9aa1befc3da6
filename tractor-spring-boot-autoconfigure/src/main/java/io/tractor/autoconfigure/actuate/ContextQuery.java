package io.tractor.autoconfigure.actuate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.tractor.Side;
import io.tractor.engine.ContextEngine.State;
import io.tractor.task.ContextSnapshot;
import io.tractor.task.LinkedTask;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.util.RouteMatcher;

/**
 * Which contexts are asked for.
 *
 * @param route their route, or a pattern of it, {@code null} for all
 * @param side this application's side, {@code null} for both
 * @param state how far they are, {@code null} for any state
 * @param stalled whether they are stalled, {@code null} for all
 * @param sort their order
 * @param offset how many to leave out
 * @param limit how many to return at most
 */
record ContextQuery(@Nullable String route, @Nullable Side side, @Nullable State state, @Nullable Boolean stalled,
		ContextSort sort, int offset, int limit) {

	static final int DEFAULT_LIMIT = 50;

	static final int MAX_LIMIT = 1000;

	ContextQuery {
		if (offset < 0) {
			throw new InvalidEndpointRequestException("'offset' is " + offset, "'offset' must not be negative");
		}
		if (limit < 0 || limit > MAX_LIMIT) {
			throw new InvalidEndpointRequestException("'limit' is " + limit,
					"'limit' must be from 0 to " + MAX_LIMIT + ": page on with 'offset'");
		}
	}

	ContextPage find(Collection<LinkedTask<?, ?>> live, RouteMatcher routeMatcher, Instant now, Stalls stalls) {
		List<LinkedTask<?, ?>> all = List.copyOf(live);
		RouteFilter routes = (this.route != null) ? RouteFilter.of(this.route, routeMatcher) : null;
		List<ContextSnapshot> matching = new ArrayList<>();
		for (LinkedTask<?, ?> task : all) {
			if ((this.side == null || task.side() == this.side) && (routes == null || routes.matches(task))) {
				ContextSnapshot context = task.snapshot();
				if (matches(context, now, stalls)) {
					matching.add(context);
				}
			}
		}
		matching.sort(this.sort.comparator());
		return new ContextPage(all.size(), matching.size(), this.offset, this.limit,
				matching.stream()
					.skip(this.offset)
					.limit(this.limit)
					.map((context) -> ContextDescriptor.of(context, now, stalls))
					.toList());
	}

	private boolean matches(ContextSnapshot context, Instant now, Stalls stalls) {
		return (this.state == null || context.state() == this.state)
				&& (this.stalled == null || stalls.isStalled(context.stall(), now) == this.stalled);
	}

	/**
	 * Lets contexts through whose route, or the pattern of it, is the one asked for, or
	 * whose route matches it.
	 */
	private record RouteFilter(String route, boolean isPattern, RouteMatcher matcher) {

		static RouteFilter of(String route, RouteMatcher matcher) {
			try {
				return new RouteFilter(route, matcher.isPattern(route), matcher);
			}
			catch (RuntimeException ex) {
				throw new InvalidEndpointRequestException("'route' is " + route,
						"'route' is no valid pattern: " + ex.getMessage(), ex);
			}
		}

		boolean matches(LinkedTask<?, ?> task) {
			return this.route.equals(task.pattern()) || this.route.equals(task.route())
					|| (this.isPattern && this.matcher.match(this.route, this.matcher.parseRoute(task.route())));
		}

	}

}
