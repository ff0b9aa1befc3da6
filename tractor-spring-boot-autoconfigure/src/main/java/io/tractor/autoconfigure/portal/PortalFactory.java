package io.tractor.autoconfigure.portal;

import java.util.List;

import io.tractor.autoconfigure.TractorProperties;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;

/**
 * Makes portals from their properties.
 */
final class PortalFactory {

	/**
	 * A server may take WebSocket frames of 64 KiB at most, as Boot's does by default,
	 * and an opening is sent before the server has said what it takes.
	 */
	private static final int FRAGMENT_SIZE = 32 * 1024;

	private final ContextEndpoint endpoint;

	private final PortalTransports transports;

	private final @Nullable RSocketMessageHandler messageHandler;

	private final List<PortalCustomizer> customizers;

	PortalFactory(ContextEndpoint endpoint, PortalTransports transports, @Nullable RSocketMessageHandler messageHandler,
			List<PortalCustomizer> customizers) {
		this.endpoint = endpoint;
		this.transports = transports;
		this.messageHandler = messageHandler;
		this.customizers = List.copyOf(customizers);
	}

	RSocketPortal create(String name, TractorProperties.Portal properties) {
		PortalBuilder builder = new PortalBuilder(name, this.endpoint).dataMimeType(properties.getDataMimeType())
			.connector((connector) -> connector.fragment(FRAGMENT_SIZE))
			.keepAlive(properties.getKeepAlive().getInterval(), properties.getKeepAlive().getMaxLifeTime());
		PropertyMapper map = PropertyMapper.get();
		map.from(properties.getOpenTimeout()).to(builder::openTimeout);
		map.from(properties.getDeadline()).to(builder::deadline);
		map.from(properties.getBearerToken()).to(builder::bearerToken);
		if (properties.getUsername() != null && properties.getPassword() != null) {
			builder.credentials(properties.getUsername(), properties.getPassword());
		}
		if (properties.getReconnect().isEnabled()) {
			builder.reconnect(properties.getReconnect().getMinBackoff(), properties.getReconnect().getMaxBackoff());
		}
		if (this.messageHandler != null) {
			builder.acceptor(new PortalMessageHandler(this.messageHandler).responder());
		}
		this.customizers.forEach((customizer) -> customizer.customize(name, builder));
		return builder.build(this.transports.create(name, properties));
	}

}
