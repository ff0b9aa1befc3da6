package io.tractor.observation;

import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

/**
 * The observation's context on the caller's side. Its carrier are the headers that travel
 * with the opening, empty until the observation starts.
 */
public final class CallerObservationContext extends SenderContext<Map<String, String>> {

	private final ObservedContext observed;

	CallerObservationContext(ObservedContext observed, Map<String, String> headers) {
		super((carrier, name, value) -> headers.put(name, value), Kind.CLIENT);
		this.observed = observed;
		setCarrier(headers);
	}

	/**
	 * Return what is known of the context that is observed.
	 * @return the context
	 */
	public ObservedContext observed() {
		return this.observed;
	}

}
