package io.tractor.autoconfigure.server;

import java.util.List;

import io.tractor.autoconfigure.TractorProperties;
import io.tractor.task.CalleeHandlers;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.rsocket.context.RSocketServerBootstrap;
import org.springframework.boot.rsocket.server.RSocketServerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Stops an application at start-up that has handlers, but no connection on which a
 * context could be opened on them.
 */
final class ServerCheck implements SmartLifecycle {

	/**
	 * Boot's bean that maps RSocket into the WebFlux server.
	 */
	private static final String WEBFLUX_MAPPING = "rSocketWebsocketRouteProvider";

	private final CalleeHandlers handlers;

	private final TractorProperties properties;

	private final ListableBeanFactory beanFactory;

	private volatile boolean running;

	ServerCheck(CalleeHandlers handlers, TractorProperties properties, ListableBeanFactory beanFactory) {
		this.handlers = handlers;
		this.properties = properties;
		this.beanFactory = beanFactory;
	}

	@Override
	public void start() {
		List<String> found = this.handlers.all().stream().map(Object::toString).toList();
		if (!found.isEmpty() && this.properties.getPortals().isEmpty() && !hasServer()) {
			throw new NoRSocketServerException(found);
		}
		this.running = true;
	}

	private boolean hasServer() {
		return hasBean(RSocketServerBootstrap.class) || hasBean(RSocketServerFactory.class)
				|| this.beanFactory.containsBean(WEBFLUX_MAPPING);
	}

	private boolean hasBean(Class<?> type) {
		return this.beanFactory.getBeanNamesForType(type, true, false).length > 0;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

}
