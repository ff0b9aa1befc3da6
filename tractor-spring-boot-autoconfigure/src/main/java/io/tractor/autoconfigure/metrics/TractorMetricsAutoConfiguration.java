package io.tractor.autoconfigure.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.observation.ContextMeterConvention;
import io.tractor.observation.MeterContextListener;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandlers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the meters of contexts, where there is
 * a {@link MeterRegistry}.
 */
@AutoConfiguration(after = TractorAutoConfiguration.class, afterName = {
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration" })
@ConditionalOnClass({ MeterRegistry.class, MeterContextListener.class })
@ConditionalOnBean({ MeterRegistry.class, CalleeHandlers.class, ContextEndpoint.class })
public final class TractorMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MeterContextListener tractorMeterContextListener(MeterRegistry registry,
			ObjectProvider<ContextMeterConvention> convention) {
		return new MeterContextListener(registry, convention.getIfAvailable(() -> ContextMeterConvention.DEFAULT));
	}

	@Bean
	KnownMeters tractorKnownMeters(MeterContextListener listener, CalleeHandlers handlers, ContextEndpoint endpoint) {
		return new KnownMeters(listener, handlers, endpoint);
	}

}
