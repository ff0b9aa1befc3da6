package io.tractor.autoconfigure.portal;

import io.rsocket.frame.FrameType;
import reactor.core.publisher.Mono;

import org.springframework.messaging.Message;
import org.springframework.messaging.rsocket.annotation.support.RSocketFrameTypeMessageCondition;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;

/**
 * Lets the server at a portal's other end use the application's {@code @MessageMapping}
 * methods, but not the {@code @ConnectMapping} ones, which are for those who connect.
 */
final class PortalMessageHandler extends RSocketMessageHandler {

	private final RSocketMessageHandler delegate;

	PortalMessageHandler(RSocketMessageHandler delegate) {
		this.delegate = delegate;
		setRSocketStrategies(delegate.getRSocketStrategies());
		setDefaultDataMimeType(delegate.getDefaultDataMimeType());
		setDefaultMetadataMimeType(delegate.getDefaultMetadataMimeType());
	}

	@Override
	public Mono<Void> handleMessage(Message<?> message) {
		return (RSocketFrameTypeMessageCondition.getFrameType(message) == FrameType.SETUP) ? Mono.empty()
				: this.delegate.handleMessage(message);
	}

}
