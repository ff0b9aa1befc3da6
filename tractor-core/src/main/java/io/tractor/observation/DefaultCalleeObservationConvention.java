package io.tractor.observation;

import io.micrometer.common.KeyValues;

/**
 * The convention of {@link ContextObservationDocumentation#CALLEE}. To be extended by
 * those who want other keys as well.
 */
public class DefaultCalleeObservationConvention implements CalleeObservationConvention {

	@Override
	public String getName() {
		return ContextObservationDocumentation.CALLEE.getName();
	}

	@Override
	public String getContextualName(CalleeObservationContext context) {
		return ContextKeyValues.contextualName(context.observed());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(CalleeObservationContext context) {
		return ContextKeyValues.lowCardinality(context.observed());
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(CalleeObservationContext context) {
		return ContextKeyValues.highCardinality(context.observed());
	}

}
