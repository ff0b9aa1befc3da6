package io.tractor.observation;

import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * The observation's context on the callee's side. Its carrier are the headers of the
 * opening.
 */
public final class CalleeObservationContext extends ReceiverContext<Map<String, String>> {

	private final ObservedContext observed;

	CalleeObservationContext(ObservedContext observed, Map<String, String> headers) {
		super((carrier, name) -> headers.get(name), Kind.SERVER);
		this.observed = observed;
		setCarrier(headers);
		setRemoteServiceName(observed.peer().application());
	}

	/**
	 * Return what is known of the context that is observed.
	 * @return the context
	 */
	public ObservedContext observed() {
		return this.observed;
	}

}
