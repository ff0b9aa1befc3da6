package io.tractor.autoconfigure.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.tractor.LogText;
import io.tractor.Side;
import io.tractor.engine.ContextEngine.State;
import io.tractor.observation.BufferAdvisor;
import io.tractor.observation.RecentOverruns;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.LinkedTask;
import io.tractor.task.LiveContexts;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.util.RouteMatcher;
import org.springframework.util.StringUtils;

/**
 * {@link Endpoint @Endpoint} that shows an application's handlers, portals and contexts,
 * and cancels a context. Arguments, started values, messages and results never appear.
 * Nothing here blocks.
 */
@Endpoint(id = "tractor")
public final class TractorEndpoint {

	private static final Log logger = LogFactory.getLog(TractorEndpoint.class);

	private final ContextEndpoint endpoint;

	private final LiveContexts live;

	private final CalleeHandlers handlers;

	private final NamedPortals portals;

	private final BufferAdvisor advisor;

	private final RecentOverruns overruns;

	private final RouteMatcher routeMatcher;

	private final InstantSource clock;

	private final Stalls stalls;

	TractorEndpoint(ContextEndpoint endpoint, LiveContexts live, CalleeHandlers handlers, NamedPortals portals,
			BufferAdvisor advisor, RecentOverruns overruns, RouteMatcher routeMatcher, InstantSource clock) {
		this.endpoint = endpoint;
		this.live = live;
		this.handlers = handlers;
		this.portals = portals;
		this.advisor = advisor;
		this.overruns = overruns;
		this.routeMatcher = routeMatcher;
		this.clock = clock;
		this.stalls = new Stalls(live.stalledAfter());
	}

	/**
	 * Describe what the application has of contexts. The parameters choose among its
	 * contexts.
	 * @param route the contexts' route, the pattern of it as a handler has it, or any
	 * pattern that the route matches; {@code null} for all
	 * @param side this application's side, {@code null} for both
	 * @param state how far this side is, {@code null} for any state
	 * @param stalled whether this side has waited for longer than
	 * {@code tractor.stalled-after}, {@code null} for all
	 * @param sort the order, by default the oldest one first
	 * @param offset how many to leave out, by default 0
	 * @param limit how many to list, at most 1000, by default 50
	 * @return the description
	 */
	@ReadOperation
	public TractorDescriptor tractor(@Nullable String route, @Nullable Side side, @Nullable State state,
			@Nullable Boolean stalled, @Nullable ContextSort sort, @Nullable Integer offset, @Nullable Integer limit) {
		ContextQuery query = new ContextQuery(route, side, state, stalled, (sort != null) ? sort : ContextSort.AGE,
				(offset != null) ? offset : 0, (limit != null) ? limit : ContextQuery.DEFAULT_LIMIT);
		return new TractorDescriptor(this.endpoint.self().toString(), this.endpoint.connections(),
				this.handlers.all().stream().map(HandlerDescriptor::of).toList(), this.portals.describe(),
				query.find(this.live.all(), this.routeMatcher, this.clock.instant(), this.stalls),
				this.overruns.all().stream().map(OverrunDescriptor::of).toList(),
				this.advisor.advice().stream().map(BufferAdviceDescriptor::of).toList());
	}

	/**
	 * Describe one context.
	 * @param id its id
	 * @return the sides that this application has of it, or {@code null} if there is no
	 * such context, or it is over
	 */
	@ReadOperation
	public @Nullable ContextSides context(@Selector String id) {
		List<LinkedTask<?, ?>> tasks = find(id);
		return (!tasks.isEmpty()) ? describe(id, tasks) : null;
	}

	/**
	 * Cancel a context. The tasks of both sides are interrupted, and get a
	 * {@link io.tractor.ContextCancelledException} that says that an operator did it. A
	 * context that is ending already goes on doing so.
	 * @param id its id
	 * @param reason why, for people on both sides
	 * @return the context as it is then, or {@code null} if there is no such context, or
	 * it is over
	 */
	@DeleteOperation
	public @Nullable ContextSides cancel(@Selector String id, @Nullable String reason) {
		return cancel(id, reason, null);
	}

	/**
	 * Cancel a context.
	 * @param operator who asks for it, for the log of this application alone
	 */
	@Nullable ContextSides cancel(String id, @Nullable String reason, @Nullable String operator) {
		List<LinkedTask<?, ?>> tasks = find(id);
		if (tasks.isEmpty()) {
			return null;
		}
		String what = StringUtils.hasText(reason) ? ": " + reason : "";
		logger.info(LogText.escape("Operator " + ((operator != null) ? operator + " " : "") + "cancels " + tasks.get(0)
				+ " with " + tasks.get(0).peer() + what));
		// where this application has both sides, the caller's tells the callee's
		Side first = tasks.get(0).side();
		tasks.stream()
			.filter((task) -> task.side() == first)
			.forEach((task) -> task.cancelFromOutside("an operator cancelled it" + what));
		return describe(id, tasks);
	}

	private List<LinkedTask<?, ?>> find(String id) {
		List<LinkedTask<?, ?>> found = new ArrayList<>();
		for (LinkedTask<?, ?> task : this.live.all()) {
			if (task.id().equals(id)) {
				found.add(task);
			}
		}
		found.sort(Comparator.comparing(LinkedTask::side));
		return found;
	}

	private ContextSides describe(String id, List<LinkedTask<?, ?>> tasks) {
		Instant now = this.clock.instant();
		return new ContextSides(id,
				tasks.stream().map((task) -> ContextDescriptor.of(task.snapshot(), now, this.stalls)).toList());
	}

}
