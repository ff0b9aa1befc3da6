package io.tractor.autoconfigure.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tractor.autoconfigure.HandlerExecutor;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.LinkedTask;
import io.tractor.task.LiveContexts;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * {@link AbstractHealthIndicator Health indicator} of portals, contexts and handler
 * threads. It is down if a portal is: its last attempt to connect failed, or it is an
 * eager one that lost its connection. Each look at such a portal lets it try again in the
 * background, so that it is found up later without anybody opening a context. A lazy
 * portal that nobody has used is left alone, and is no trouble.
 * <p>
 * Load is told and never changes the status: threads that are all in use, and contexts
 * that wait for a peer. To take an application that is busy out of service would give its
 * load to the others.
 */
final class TractorHealthIndicator extends AbstractHealthIndicator {

	private final ContextEndpoint endpoint;

	private final LiveContexts live;

	private final NamedPortals portals;

	private final HandlerExecutor executor;

	private final InstantSource clock;

	TractorHealthIndicator(ContextEndpoint endpoint, LiveContexts live, NamedPortals portals, HandlerExecutor executor,
			InstantSource clock) {
		super("Tractor health check failed");
		this.endpoint = endpoint;
		this.live = live;
		this.portals = portals;
		this.executor = executor;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		Map<String, Object> details = new LinkedHashMap<>();
		List<PortalDescriptor> described = this.portals.describe();
		for (PortalDescriptor portal : described) {
			details.put(portal.name(), describe(portal));
			if (this.portals.isDown(portal)) {
				builder.down();
				this.portals.reconnect(portal.name());
			}
		}
		builder.withDetail("portals", details)
			.withDetail("connections", this.endpoint.connections())
			.withDetail("contexts", contexts());
		HandlerExecutor.Usage usage = this.executor.usage();
		if (usage != null) {
			builder.withDetail("handlerThreads",
					Map.of("active", usage.active(), "max", usage.max(), "exhausted", usage.isExhausted()));
		}
	}

	private static Map<String, Object> describe(PortalDescriptor portal) {
		Map<String, Object> details = new LinkedHashMap<>();
		put(details, "state", portal.state());
		put(details, "uri", portal.uri());
		put(details, "connect", portal.connect());
		put(details, "lastFailure", portal.lastFailure());
		return details;
	}

	private static void put(Map<String, Object> details, String name, @Nullable String value) {
		if (value != null) {
			details.put(name, value);
		}
	}

	private Map<String, Object> contexts() {
		Instant now = this.clock.instant();
		Stalls stalls = new Stalls(this.live.stalledAfter());
		int total = 0;
		int stalled = 0;
		for (LinkedTask<?, ?> task : this.live.all()) {
			total++;
			if (stalls.isStalled(task.snapshot().stall(), now)) {
				stalled++;
			}
		}
		return Map.of("total", total, "stalled", stalled);
	}

}
