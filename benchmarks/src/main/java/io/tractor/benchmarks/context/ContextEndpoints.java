package io.tractor.benchmarks.context;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tractor.ContextListener;
import io.tractor.Peer;
import io.tractor.StreamSettings;
import io.tractor.benchmarks.Strategies;
import io.tractor.benchmarks.Threads;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.ActorContextHandlers;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.observation.MeterContextListener;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.ContextListeners;
import io.tractor.task.RemoteErrors;
import io.tractor.task.TaskSetup;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What both sides of the contexts have in common.
 */
final class ContextEndpoints {

	/**
	 * Above what the comparisons do, since the peers have no such limits.
	 */
	private static final ConnectionLimits LIMITS = new ConnectionLimits(16_384, 10_000_000, 8 << 20, 64 << 20,
			Duration.ofSeconds(20), Duration.ofSeconds(90));

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private ContextEndpoints() {
	}

	static ContextEndpoint create(String name, List<ContextListener> listeners, Object... handlers) {
		StrategiesMsgCodecs codecs = new StrategiesMsgCodecs(Strategies.CBOR);
		ActorContextHandlers registry = new ActorContextHandlers(Strategies.CBOR, codecs, StreamSettings.DEFAULT);
		for (Object handler : handlers) {
			registry.register(handler);
		}
		TaskSetup setup = new TaskSetup(new Peer(name, "1"), BufferLimits.DEFAULT, new ContextListeners(listeners),
				codecs, RemoteErrors.DEFAULT, InstantSource.system());
		ContextEndpoint endpoint = new ContextEndpoint(setup, registry, Threads.EXECUTOR, (context) -> Mono.empty(),
				new CallerDefaults((route) -> StreamSettings.DEFAULT, PATIENCE, PATIENCE));
		endpoint.setLimits(LIMITS);
		return endpoint;
	}

	/**
	 * Return what keeps meters, which are read ten times a second.
	 */
	static ContextListener meters() {
		MeterRegistry registry = new SimpleMeterRegistry();
		Disposable reading = Schedulers.single()
			.schedulePeriodically(() -> registry.forEachMeter(Meter::measure), 100, 100, TimeUnit.MILLISECONDS);
		if (reading.isDisposed()) {
			throw new IllegalStateException("The meters are not read");
		}
		return new MeterContextListener(registry);
	}

}
