package io.tractor.autoconfigure;

import java.time.Duration;

import io.tractor.rsocket.ContextEndpoint;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.rsocket.context.RSocketServerBootstrap;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the contexts when the application stops, before the RSocket server and the portals
 * stop (D5).
 */
final class EndpointLifecycle implements SmartLifecycle, BeanNameAware {

	private static final Log logger = LogFactory.getLog(EndpointLifecycle.class);

	private final ContextEndpoint endpoint;

	private final Duration gracePeriod;

	private final ConfigurableListableBeanFactory beanFactory;

	private String beanName = "";

	private volatile boolean running;

	/**
	 * Create a lifecycle.
	 * @param endpoint has the contexts
	 * @param gracePeriod how long contexts may run on
	 * @param beanFactory has the server
	 */
	EndpointLifecycle(ContextEndpoint endpoint, Duration gracePeriod, ConfigurableListableBeanFactory beanFactory) {
		this.endpoint = endpoint;
		this.gracePeriod = gracePeriod;
		this.beanFactory = beanFactory;
	}

	@Override
	public void setBeanName(String name) {
		this.beanName = name;
	}

	@Override
	public void start() {
		// the server is in the last phase, too: what depends on it stops before it
		for (String server : this.beanFactory.getBeanNamesForType(RSocketServerBootstrap.class, true, false)) {
			this.beanFactory.registerDependentBean(server, this.beanName);
		}
		this.endpoint.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		int open = this.endpoint.openContexts();
		if (open > 0) {
			logger.info("Waiting for " + open + " contexts to end, for at most " + this.gracePeriod);
		}
		int left = this.endpoint.shutdown(this.gracePeriod);
		if (left > 0) {
			logger.warn(left + " contexts have not ended although they were cancelled, and are left behind");
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

}
