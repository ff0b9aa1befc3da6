package io.tractor.observation;

import io.micrometer.common.KeyValues;

/**
 * The convention of {@link ContextObservationDocumentation#CALLER}. To be extended by
 * those who want other keys as well.
 */
public class DefaultCallerObservationConvention implements CallerObservationConvention {

	@Override
	public String getName() {
		return ContextObservationDocumentation.CALLER.getName();
	}

	@Override
	public String getContextualName(CallerObservationContext context) {
		return ContextKeyValues.contextualName(context.observed());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(CallerObservationContext context) {
		return ContextKeyValues.lowCardinality(context.observed());
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(CallerObservationContext context) {
		return ContextKeyValues.highCardinality(context.observed());
	}

}
