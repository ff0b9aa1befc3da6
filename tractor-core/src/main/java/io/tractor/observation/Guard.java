package io.tractor.observation;

import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Keeps what handlers and conventions of observations throw from the contexts that are
 * observed.
 */
final class Guard {

	private static final Log logger = LogFactory.getLog(MicrometerContextObserver.class);

	private Guard() {
	}

	static void run(String what, Runnable action) {
		get(what, true, () -> {
			action.run();
			return true;
		});
	}

	static <T> T get(String what, T otherwise, Supplier<T> action) {
		try {
			return action.get();
		}
		catch (RuntimeException ex) {
			logger.error("The observation of a context could not " + what, ex);
			return otherwise;
		}
	}

}
