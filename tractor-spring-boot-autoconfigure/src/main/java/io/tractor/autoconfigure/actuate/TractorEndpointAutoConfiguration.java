package io.tractor.autoconfigure.actuate;

import java.time.InstantSource;

import io.tractor.Portals;
import io.tractor.autoconfigure.InvalidPropertyValueException;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.autoconfigure.portal.TractorPortalAutoConfiguration;
import io.tractor.observation.BufferAdvisor;
import io.tractor.observation.RecentOverruns;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.LiveContexts;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.rsocket.RSocketStrategies;

/**
 * {@link AutoConfiguration Auto-configuration} of the {@link TractorEndpoint}, where
 * Actuator makes it available.
 */
@AutoConfiguration(after = { TractorAutoConfiguration.class, TractorPortalAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class, ContextEndpoint.class })
@ConditionalOnAvailableEndpoint(TractorEndpoint.class)
@ConditionalOnBean({ ContextEndpoint.class, LiveContexts.class, CalleeHandlers.class })
@EnableConfigurationProperties(TractorEndpointProperties.class)
public final class TractorEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BufferAdvisor tractorBufferAdvisor(LiveContexts live) {
		return new BufferAdvisor(live);
	}

	@Bean
	@ConditionalOnMissingBean
	RecentOverruns tractorRecentOverruns(TractorEndpointProperties properties) {
		int max = properties.getMaxOverruns();
		if (max < 1) {
			throw new InvalidPropertyValueException("management.endpoint.tractor.max-overruns", max,
					"It must be at least 1 overrun.");
		}
		return new RecentOverruns(max);
	}

	@Bean
	@ConditionalOnMissingBean
	TractorEndpoint tractorEndpoint(ContextEndpoint endpoint, LiveContexts live, CalleeHandlers handlers,
			BufferAdvisor advisor, RecentOverruns overruns, TractorProperties properties, RSocketStrategies strategies,
			ObjectProvider<Portals> portals) {
		return new TractorEndpoint(endpoint, live, handlers, new NamedPortals(portals.getIfAvailable(), properties),
				advisor, overruns, strategies.routeMatcher(), InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(TractorEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	TractorEndpointWebExtension tractorEndpointWebExtension(TractorEndpoint endpoint) {
		return new TractorEndpointWebExtension(endpoint);
	}

}
