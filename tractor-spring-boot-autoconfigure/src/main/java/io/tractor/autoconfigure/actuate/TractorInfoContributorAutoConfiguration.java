package io.tractor.autoconfigure.actuate;

import io.tractor.StreamSettings;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandlers;

import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} of the {@link TractorInfoContributor},
 * which like Boot's own about Java and the process is off unless asked for.
 */
@AutoConfiguration(after = TractorAutoConfiguration.class)
@ConditionalOnClass({ InfoContributor.class, ConditionalOnEnabledInfoContributor.class, ContextEndpoint.class })
@ConditionalOnEnabledInfoContributor(value = "tractor", fallback = InfoContributorFallback.DISABLE)
@ConditionalOnBean(CalleeHandlers.class)
public final class TractorInfoContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "tractorInfoContributor")
	TractorInfoContributor tractorInfoContributor(CalleeHandlers handlers, TractorProperties properties) {
		TractorProperties.Stream stream = properties.getStream();
		return new TractorInfoContributor(handlers, StreamSettings.DEFAULT.with(stream.getBackpressure(),
				stream.getMsgBufferSize(), stream.getOverflow(), StreamSettings.Origin.APPLICATION));
	}

}
