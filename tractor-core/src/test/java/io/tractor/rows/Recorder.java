package io.tractor.rows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

/**
 * Notes all that happens to observations, wrong as it may be.
 */
final class Recorder implements ObservationHandler<Observation.Context> {

	final ObservationRegistry registry = ObservationRegistry.create();

	final List<Observation.Context> contexts = new CopyOnWriteArrayList<>();

	private final Map<Observation.Context, List<String>> steps = new ConcurrentHashMap<>();

	Recorder() {
		this.registry.observationConfig().observationHandler(this);
	}

	/**
	 * Return what happened to the only observation.
	 */
	List<String> steps() {
		return this.contexts.isEmpty() ? List.of() : List.copyOf(this.steps.get(only()));
	}

	Observation.Context only() {
		if (this.contexts.size() != 1) {
			throw new AssertionError("Not one observation but " + this.contexts);
		}
		return this.contexts.get(0);
	}

	String key(String name) {
		KeyValue value = only().getLowCardinalityKeyValue(name);
		return (value != null) ? value.getValue() : "missing";
	}

	@Override
	public void onStart(Observation.Context context) {
		this.steps.put(context, new CopyOnWriteArrayList<>(List.of("start")));
		this.contexts.add(context);
	}

	@Override
	public void onError(Observation.Context context) {
		note(context, "error");
	}

	@Override
	public void onEvent(Observation.Event event, Observation.Context context) {
		note(context, event.getName());
	}

	@Override
	public void onScopeOpened(Observation.Context context) {
		note(context, "scope");
	}

	@Override
	public void onScopeClosed(Observation.Context context) {
		note(context, "scope closed");
	}

	@Override
	public void onStop(Observation.Context context) {
		note(context, "stop");
	}

	private void note(Observation.Context context, String step) {
		List<String> noted = this.steps.get(context);
		if (noted == null) {
			throw new AssertionError("Not started before: " + step);
		}
		noted.add(step);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

}
