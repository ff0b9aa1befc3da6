package io.tractor.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tractor.StreamSettings;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandlers;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * {@link InfoContributor} that tells the versions of library and protocol, the number of
 * handlers, and the application's default settings.
 */
final class TractorInfoContributor implements InfoContributor {

	private final CalleeHandlers handlers;

	private final StreamSettings defaults;

	TractorInfoContributor(CalleeHandlers handlers, StreamSettings defaults) {
		this.handlers = handlers;
		this.defaults = defaults;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, Object> details = new LinkedHashMap<>();
		String version = ContextEndpoint.class.getPackage().getImplementationVersion();
		if (version != null) {
			details.put("libraryVersion", version);
		}
		details.put("protocolVersion", ContextEndpoint.PROTOCOL_VERSION);
		details.put("handlers", this.handlers.all().size());
		details.put("defaults", Map.of("backpressure", this.defaults.backpressure(), "msgBufferSize",
				this.defaults.msgBufferSize(), "overflow", TagNames.of(this.defaults.overflow())));
		builder.withDetail("tractor", details);
	}

}
