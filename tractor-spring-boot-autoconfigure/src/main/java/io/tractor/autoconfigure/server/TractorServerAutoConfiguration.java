package io.tractor.autoconfigure.server;

import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandlers;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.rsocket.autoconfigure.RSocketServerAutoConfiguration;
import org.springframework.boot.rsocket.server.RSocketServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link AutoConfiguration Auto-configuration} that puts contexts on the application's
 * RSocket server, around whatever security it has: the innermost of the acceptor's
 * interceptors lets openings in that got that far, and the outermost one lets what
 * follows pass security by.
 */
@AutoConfiguration(after = TractorAutoConfiguration.class, before = RSocketServerAutoConfiguration.class,
		afterName = "org.springframework.boot.security.autoconfigure.rsocket.RSocketSecurityAutoConfiguration")
@ConditionalOnClass(RSocketServerCustomizer.class)
@ConditionalOnBean(ContextEndpoint.class)
public final class TractorServerAutoConfiguration {

	@Bean
	InnerServerCustomizer tractorInnerServerCustomizer(ContextEndpoint endpoint) {
		return new InnerServerCustomizer(endpoint);
	}

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	RSocketServerCustomizer tractorOuterServerCustomizer(ContextEndpoint endpoint) {
		return (server) -> server.interceptors((registry) -> registry.forSocketAcceptor(endpoint::outer));
	}

	@Bean
	ServerCheck tractorServerCheck(CalleeHandlers handlers, TractorProperties properties,
			ListableBeanFactory beanFactory) {
		return new ServerCheck(handlers, properties, beanFactory);
	}

}
