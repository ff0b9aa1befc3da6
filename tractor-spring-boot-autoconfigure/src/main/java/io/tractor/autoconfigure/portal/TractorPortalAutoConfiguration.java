package io.tractor.autoconfigure.portal;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.rsocket.transport.netty.client.TcpClientTransport;
import io.tractor.Portals;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.RSocketPortal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;

/**
 * {@link AutoConfiguration Auto-configuration} of {@link Portals}, and of one
 * {@link io.tractor.Portal} bean for each {@code tractor.portals.<name>}.
 */
@AutoConfiguration(after = TractorAutoConfiguration.class)
@ConditionalOnClass({ TcpClientTransport.class, ContextEndpoint.class })
@ConditionalOnBean(ContextEndpoint.class)
@Import(PortalBeansRegistrar.class)
public final class TractorPortalAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(Portals.class)
	DefaultPortals tractorPortals(ApplicationContext applicationContext, TractorProperties properties,
			ContextEndpoint endpoint, ObjectProvider<RSocketMessageHandler> messageHandler,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<PortalCustomizer> customizers) {
		PortalFactory factory = new PortalFactory(endpoint, new PortalTransports(sslBundles.getIfAvailable()),
				messageHandler.getIfUnique(), customizers.orderedStream().toList());
		Map<String, RSocketPortal> portals = new LinkedHashMap<>();
		Set<String> eager = new LinkedHashSet<>();
		properties.getPortals().forEach((name, portal) -> {
			portals.put(name, factory.create(name, portal));
			if (portal.getConnect() == TractorProperties.Portal.Connect.EAGER) {
				eager.add(name);
			}
		});
		return new DefaultPortals(applicationContext, endpoint, portals, eager);
	}

}
