package io.tractor.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of a context on the callee's side, and gives it its keys. A bean
 * of this type replaces the {@linkplain DefaultCalleeObservationConvention default}.
 */
public interface CalleeObservationConvention extends ObservationConvention<CalleeObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof CalleeObservationContext;
	}

}
