package io.tractor.autoconfigure.metrics;

import io.tractor.Side;
import io.tractor.observation.MeterContextListener;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;

import org.springframework.context.SmartLifecycle;

/**
 * Lets the meters of all handlers' routes exist from start-up on.
 */
final class HandlerMeters implements SmartLifecycle {

	private final MeterContextListener listener;

	private final CalleeHandlers handlers;

	private volatile boolean running;

	HandlerMeters(MeterContextListener listener, CalleeHandlers handlers) {
		this.listener = listener;
		this.handlers = handlers;
	}

	@Override
	public void start() {
		for (CalleeHandler handler : this.handlers.all()) {
			this.listener.register(handler.pattern(), Side.CALLEE);
		}
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
