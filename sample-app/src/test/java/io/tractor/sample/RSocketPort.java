package io.tractor.sample;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.util.TestSocketUtils;

/**
 * Where the sample's source listens in a test, and its viewer connects to.
 */
public final class RSocketPort {

	private RSocketPort() {
	}

	/**
	 * Let both use a port that is free now: the portal's address must be known before the
	 * server has started.
	 * @param registry gets the properties
	 */
	public static void choose(DynamicPropertyRegistry registry) {
		int port = TestSocketUtils.findAvailableTcpPort();
		registry.add("spring.rsocket.server.port", () -> port);
		registry.add("tractor.portals.telemetry.uri", () -> "tcp://localhost:" + port);
	}

}
