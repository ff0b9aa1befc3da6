package io.tractor.autoconfigure.portal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.RSocketPortal;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.util.Assert;

/**
 * The portals of {@code tractor.portals.*} and those to connected peers. The eager ones
 * connect once the application's own server is up; all are closed at shutdown, after that
 * server.
 */
final class DefaultPortals implements Portals, SmartLifecycle, ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(DefaultPortals.class);

	private final ApplicationContext applicationContext;

	private final ContextEndpoint endpoint;

	private final Map<String, RSocketPortal> portals;

	private final Set<String> eager;

	private volatile boolean running;

	DefaultPortals(ApplicationContext applicationContext, ContextEndpoint endpoint, Map<String, RSocketPortal> portals,
			Set<String> eager) {
		this.applicationContext = applicationContext;
		this.endpoint = endpoint;
		this.portals = new LinkedHashMap<>(portals);
		this.eager = Set.copyOf(eager);
	}

	@Override
	public Portal get(String name) {
		RSocketPortal portal = this.portals.get(name);
		Assert.isTrue(portal != null, () -> "There is no portal '" + name + "' besides " + this.portals.keySet()
				+ ": set tractor.portals." + name + ".uri, as in tcp://localhost:7000");
		return portal;
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.portals.keySet());
	}

	@Override
	public Portal of(RSocketRequester requester) {
		return Optional.ofNullable(requester.rsocket())
			.flatMap(this.endpoint::portal)
			.orElseThrow(() -> new IllegalArgumentException("The requester's connection does not carry contexts:"
					+ " it is closed, or it is neither one to this application's server nor one of its portals"));
	}

	@Override
	public Set<Portal> connected() {
		return this.endpoint.connected();
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.applicationContext) {
			this.eager.forEach((name) -> connect(name, this.portals.get(name)));
		}
	}

	private void connect(String name, @Nullable RSocketPortal portal) {
		if (portal != null && !portal.isConnected()) {
			portal.connect().subscribe((nothing) -> {
			}, (error) -> logger.warn("Portal '" + name + "' could not connect at start-up, and will try again"
					+ " when a context is opened: " + error.getMessage()));
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.portals.values().forEach(RSocketPortal::close);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	/**
	 * Stop after the application's own server, which takes no more contexts by then.
	 */
	@Override
	public int getPhase() {
		return SmartLifecycle.DEFAULT_PHASE - 1;
	}

}
