package io.tractor.autoconfigure;

import java.util.Map;

import io.tractor.StreamSettings;
import io.tractor.messaging.StreamSettingsResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.util.RouteMatcher;

/**
 * What {@code tractor.stream.*} and {@code tractor.routes.*} say about a route. A key
 * that is the route itself wins over patterns that match it, and of these the most
 * specific one wins.
 */
final class RouteSettings implements StreamSettingsResolver {

	private final StreamSettings defaults;

	private final Map<String, TractorProperties.Route> routes;

	private final RouteMatcher routeMatcher;

	RouteSettings(TractorProperties properties, RouteMatcher routeMatcher) {
		this.defaults = StreamSettings.DEFAULT.with(properties.getStream().getBackpressure(),
				properties.getStream().getMsgBufferSize(), properties.getStream().getOverflow(),
				StreamSettings.Origin.APPLICATION);
		this.routes = properties.getRoutes();
		this.routeMatcher = routeMatcher;
	}

	/**
	 * Return the application's settings, routes and annotations aside.
	 */
	StreamSettings defaults() {
		return this.defaults;
	}

	/**
	 * Return the settings for a route that this application opens contexts on.
	 */
	StreamSettings forCaller(String pattern) {
		return resolve(pattern, this.defaults);
	}

	@Override
	public StreamSettings resolve(String pattern, StreamSettings settings) {
		TractorProperties.Route route = find(pattern);
		return (route != null) ? settings.with(route.getBackpressure(), route.getMsgBufferSize(), route.getOverflow(),
				StreamSettings.Origin.ROUTE) : settings;
	}

	private TractorProperties.@Nullable Route find(String pattern) {
		TractorProperties.Route exact = this.routes.get(pattern);
		if (exact != null || this.routes.isEmpty()) {
			return exact;
		}
		RouteMatcher.Route parsed = this.routeMatcher.parseRoute(pattern);
		return this.routes.keySet()
			.stream()
			.filter((key) -> this.routeMatcher.isPattern(key) && this.routeMatcher.match(key, parsed))
			.min(this.routeMatcher.getPatternComparator(parsed))
			.map(this.routes::get)
			.orElse(null);
	}

}
