package io.tractor.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of a context on the caller's side, and gives it its keys. A bean
 * of this type replaces the {@linkplain DefaultCallerObservationConvention default}.
 */
public interface CallerObservationConvention extends ObservationConvention<CallerObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof CallerObservationContext;
	}

}
