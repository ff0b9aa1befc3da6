package io.tractor.observation;

import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.tractor.Peer;
import io.tractor.task.ContextObservation;
import io.tractor.task.ContextObserver;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.util.Assert;

/**
 * Makes the observations of {@link ContextObservationDocumentation}. Their handlers may
 * propagate a trace in the opening's headers. What a handler or a convention throws is
 * logged, and harms no context. Costs nothing with a registry that does nothing.
 * Thread-safe.
 */
public final class MicrometerContextObserver implements ContextObserver {

	private static final CallerObservationConvention CALLER = new DefaultCallerObservationConvention();

	private static final CalleeObservationConvention CALLEE = new DefaultCalleeObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable CallerObservationConvention callerConvention;

	private final @Nullable CalleeObservationConvention calleeConvention;

	private final RouteValues callerRoutes = new RouteValues();

	/**
	 * Create an observer with the default conventions.
	 * @param registry has the handlers of observations
	 */
	public MicrometerContextObserver(ObservationRegistry registry) {
		this(registry, null, null);
	}

	/**
	 * Create an observer.
	 * @param registry has the handlers of observations
	 * @param callerConvention names the observations of callers, or {@code null} for the
	 * default
	 * @param calleeConvention names the observations of callees, or {@code null} for the
	 * default
	 */
	public MicrometerContextObserver(ObservationRegistry registry,
			@Nullable CallerObservationConvention callerConvention,
			@Nullable CalleeObservationConvention calleeConvention) {
		Assert.notNull(registry, "'registry' must not be null");
		this.registry = registry;
		this.callerConvention = callerConvention;
		this.calleeConvention = calleeConvention;
	}

	@Override
	public ContextObservation caller(String pattern, String contextId, ContextView parent) {
		if (this.registry.isNoop()) {
			return ContextObservation.NONE;
		}
		ObservedContext observed = new ObservedContext(pattern, this.callerRoutes.of(pattern), contextId, Peer.UNKNOWN);
		Map<String, String> headers = new LinkedHashMap<>();
		return Guard.get("be created", ContextObservation.NONE, () -> {
			Observation observation = ContextObservationDocumentation.CALLER.observation(this.callerConvention, CALLER,
					() -> new CallerObservationContext(observed, headers), this.registry);
			Observation outer = inReactorContext(parent);
			if (outer != null) {
				observation.parentObservation(outer);
			}
			return observe(observation, observed, headers);
		});
	}

	@Override
	public ContextObservation callee(String pattern, Opening opening) {
		if (this.registry.isNoop()) {
			return ContextObservation.NONE;
		}
		ObservedContext observed = new ObservedContext(pattern, pattern, opening.contextId(), opening.caller());
		return Guard.get("be created", ContextObservation.NONE, () -> {
			Observation observation = ContextObservationDocumentation.CALLEE.observation(this.calleeConvention, CALLEE,
					() -> new CalleeObservationContext(observed, opening.headers()), this.registry);
			// not what happens to be current where a frame was read
			observation.parentObservation(inReactorContext(opening.reactorContext()));
			return observe(observation, observed, Map.of());
		});
	}

	private static @Nullable Observation inReactorContext(ContextView context) {
		return context.<Observation>getOrEmpty(ObservationThreadLocalAccessor.KEY).orElse(null);
	}

	private ContextObservation observe(Observation observation, ObservedContext observed, Map<String, String> headers) {
		return observation.isNoop() ? ContextObservation.NONE
				: new MicrometerContextObservation(this.registry, observation, observed, headers);
	}

}
