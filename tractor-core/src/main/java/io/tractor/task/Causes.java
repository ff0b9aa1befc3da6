package io.tractor.task;

import java.nio.channels.ClosedByInterruptException;

/**
 * Looks along the causes of an error.
 */
final class Causes {

	private static final int MAX_DEPTH = 64;

	private Causes() {
	}

	static boolean contains(Throwable error, Throwable cause) {
		Throwable current = error;
		for (int i = 0; i < MAX_DEPTH && current != null; i++) {
			if (current == cause) {
				return true;
			}
			current = current.getCause();
		}
		return false;
	}

	static boolean isInterruption(Throwable error) {
		Throwable current = error;
		for (int i = 0; i < MAX_DEPTH && current != null; i++) {
			if (current instanceof InterruptedException || current instanceof ClosedByInterruptException) {
				return true;
			}
			current = current.getCause();
		}
		return false;
	}

}
