package io.tractor.autoconfigure.actuate;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.autoconfigure.TractorProperties;
import io.tractor.rsocket.RSocketPortal;
import org.jspecify.annotations.Nullable;

/**
 * The named portals, as far as they can be looked at.
 */
final class NamedPortals {

	private final @Nullable Portals portals;

	private final Map<String, TractorProperties.Portal> properties;

	NamedPortals(@Nullable Portals portals, TractorProperties properties) {
		this.portals = portals;
		this.properties = properties.getPortals();
	}

	List<PortalDescriptor> describe() {
		List<PortalDescriptor> described = new ArrayList<>();
		if (this.portals != null) {
			for (String name : this.portals.names()) {
				described.add(describe(name, this.portals.get(name)));
			}
		}
		return described;
	}

	private PortalDescriptor describe(String name, Portal portal) {
		TractorProperties.Portal configured = this.properties.get(name);
		String uri = (configured != null) ? withoutSecrets(configured.getUri()) : null;
		String connect = (configured != null) ? TagNames.of(configured.getConnect()) : null;
		if (portal instanceof RSocketPortal connecting) {
			return new PortalDescriptor(name, uri, connect, TagNames.of(connecting.state()),
					connecting.lastFailure().map(NamedPortals::text).orElse(null));
		}
		return new PortalDescriptor(name, uri, connect, null, null);
	}

	private static String text(Throwable failure) {
		return (failure.getMessage() != null) ? failure.getMessage() : failure.toString();
	}

	private static @Nullable String withoutSecrets(@Nullable String uri) {
		if (uri == null) {
			return null;
		}
		try {
			URI full = new URI(uri);
			return new URI(full.getScheme(), null, full.getHost(), full.getPort(), full.getPath(), null, null)
				.toString();
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	/**
	 * Return whether a portal has no connection that it should have.
	 */
	boolean isDown(PortalDescriptor portal) {
		boolean lost = TagNames.of(RSocketPortal.State.LOST).equals(portal.state()) && isEager(portal.name());
		return lost || TagNames.of(RSocketPortal.State.FAILED).equals(portal.state())
				|| TagNames.of(RSocketPortal.State.CLOSED).equals(portal.state());
	}

	private boolean isEager(String name) {
		TractorProperties.Portal configured = this.properties.get(name);
		return configured != null && configured.getConnect() == TractorProperties.Portal.Connect.EAGER;
	}

	/**
	 * Let a portal connect in the background, unless it does so already.
	 */
	void reconnect(String name) {
		if (this.portals != null && this.portals.get(name) instanceof RSocketPortal portal) {
			portal.connectInBackground();
		}
	}

}
