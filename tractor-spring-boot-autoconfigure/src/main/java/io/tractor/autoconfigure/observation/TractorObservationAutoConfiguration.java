package io.tractor.autoconfigure.observation;

import io.micrometer.observation.ObservationRegistry;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.observation.CalleeObservationConvention;
import io.tractor.observation.CallerObservationConvention;
import io.tractor.observation.MicrometerContextObserver;
import io.tractor.task.ContextObserver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the observations of contexts, where
 * there is an {@link ObservationRegistry}.
 */
@AutoConfiguration(before = TractorAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass({ ObservationRegistry.class, MicrometerContextObserver.class })
@ConditionalOnBean(ObservationRegistry.class)
public final class TractorObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ContextObserver.class)
	MicrometerContextObserver tractorContextObserver(ObservationRegistry registry,
			ObjectProvider<CallerObservationConvention> callerConvention,
			ObjectProvider<CalleeObservationConvention> calleeConvention) {
		return new MicrometerContextObserver(registry, callerConvention.getIfAvailable(),
				calleeConvention.getIfAvailable());
	}

}
