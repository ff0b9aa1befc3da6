package io.tractor.autoconfigure.metrics;

import io.tractor.Side;
import io.tractor.observation.MeterContextListener;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;

import org.springframework.context.SmartLifecycle;

/**
 * Lets the meters of all handlers' routes, and of the connections, exist from start-up
 * on.
 */
final class KnownMeters implements SmartLifecycle {

	private final MeterContextListener listener;

	private final CalleeHandlers handlers;

	private final ContextEndpoint endpoint;

	private volatile boolean running;

	KnownMeters(MeterContextListener listener, CalleeHandlers handlers, ContextEndpoint endpoint) {
		this.listener = listener;
		this.handlers = handlers;
		this.endpoint = endpoint;
	}

	@Override
	public void start() {
		for (CalleeHandler handler : this.handlers.all()) {
			this.listener.register(handler.pattern(), Side.CALLEE);
		}
		this.listener.registerConnections(this.endpoint, ContextEndpoint::connections);
		this.running = true;
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
