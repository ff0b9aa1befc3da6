package io.tractor.benchmarks.context;

import io.tractor.ContextType;
import io.tractor.benchmarks.Reading;

/**
 * The contexts. Each is served by a blocking handler and by a reactive one.
 */
final class Routes {

	static final String REACTIVE = "reactive.";

	static final String SOURCE = "source";

	static final String READINGS = "readings";

	static final String COLLECT = "collect";

	static final String ECHO = "echo";

	static final String EXCHANGE = "exchange";

	/**
	 * Has started, and never opens its stream.
	 */
	static final String DEAF = "deaf";

	/**
	 * Sends one message back; the result is one byte.
	 */
	static final ContextType<Void, Void, byte[], byte[], byte[]> BLOCKING_EXCHANGES = new ContextType<>(EXCHANGE) {
	};

	static final ContextType<Void, Void, byte[], byte[], byte[]> REACTIVE_EXCHANGES = new ContextType<>(
			REACTIVE + EXCHANGE) {
	};

	static final ContextType<Void, Void, byte[], byte[], Void> DEAF_ONES = new ContextType<>(REACTIVE + DEAF) {
	};

	private Routes() {
	}

	/**
	 * Argument: the size of the messages to send.
	 */
	static ContextType<Integer, Void, byte[], byte[], Void> source(String prefix) {
		return new ContextType<>(prefix + SOURCE) {
		};
	}

	static ContextType<Void, Void, Reading, Reading, Void> readings(String prefix) {
		return new ContextType<>(prefix + READINGS) {
		};
	}

	/**
	 * Argument: the credit. Sends one reading when it is ready to receive; the result is
	 * how many came.
	 */
	static ContextType<Integer, Void, Reading, Reading, Long> collect(String prefix) {
		return new ContextType<>(prefix + COLLECT) {
		};
	}

	static ContextType<Void, Void, byte[], byte[], Void> echo(String prefix) {
		return new ContextType<>(prefix + ECHO) {
		};
	}

}
