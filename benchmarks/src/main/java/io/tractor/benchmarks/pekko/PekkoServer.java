package io.tractor.benchmarks.pekko;

import io.tractor.benchmarks.Running;

public final class PekkoServer {

	/**
	 * The server's name.
	 */
	public static final String NAME = "pekko";

	private PekkoServer() {
	}

	public static int start(Running running) {
		throw new UnsupportedOperationException();
	}

}
