package io.tractor.autoconfigure.actuate;

import java.time.InstantSource;

import io.tractor.Portals;
import io.tractor.autoconfigure.HandlerExecutor;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.autoconfigure.portal.TractorPortalAutoConfiguration;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.LiveContexts;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the {@link TractorHealthIndicator}.
 */
@AutoConfiguration(after = { TractorAutoConfiguration.class, TractorPortalAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class, ContextEndpoint.class })
@ConditionalOnEnabledHealthIndicator("tractor")
@ConditionalOnBean({ ContextEndpoint.class, LiveContexts.class, HandlerExecutor.class })
public final class TractorHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "tractorHealthIndicator", "tractorHealthContributor" })
	TractorHealthIndicator tractorHealthIndicator(ContextEndpoint endpoint, LiveContexts live, HandlerExecutor executor,
			TractorProperties properties, ObjectProvider<Portals> portals) {
		return new TractorHealthIndicator(endpoint, live, new NamedPortals(portals.getIfAvailable(), properties),
				executor, InstantSource.system());
	}

}
