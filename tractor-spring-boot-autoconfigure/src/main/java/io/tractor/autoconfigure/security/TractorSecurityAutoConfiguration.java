package io.tractor.autoconfigure.security;

import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.rsocket.PrincipalResolver;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/**
 * {@link AutoConfiguration Auto-configuration} that lets handlers know who opened a
 * context, by what Spring Security says.
 */
@AutoConfiguration(before = TractorAutoConfiguration.class)
@ConditionalOnClass({ ReactiveSecurityContextHolder.class, PrincipalResolver.class })
public final class TractorSecurityAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(PrincipalResolver.class)
	SecurityPrincipalResolver tractorPrincipalResolver() {
		return new SecurityPrincipalResolver();
	}

}
