package io.tractor.observation;

import io.micrometer.core.instrument.Tags;

/**
 * Names and tags of the meters. A bean of this type replaces the defaults, which are
 * those of {@link ContextMeterDocumentation}. Called once for each meter; may be called
 * from any thread.
 */
public interface ContextMeterConvention {

	/**
	 * The documented names and tags.
	 */
	ContextMeterConvention DEFAULT = new ContextMeterConvention() {
	};

	/**
	 * Return the name of a meter.
	 * @param meter the meter
	 * @return its name, which tells it from the others
	 */
	default String name(ContextMeterDocumentation meter) {
		return meter.getName();
	}

	/**
	 * Return the tags of a meter.
	 * @param meter the meter
	 * @param tags the documented ones, with their values
	 * @return the tags, which tell meters of the same name apart as the documented ones
	 * do
	 */
	default Tags tags(ContextMeterDocumentation meter, Tags tags) {
		return tags;
	}

}
