package io.tractor.engine.simulation;

import org.jspecify.annotations.Nullable;

/**
 * Assertions that cost nothing while they hold.
 */
final class Check {

	private Check() {
	}

	static void that(boolean holds, String what) {
		if (!holds) {
			throw new AssertionError(what);
		}
	}

	static void equal(long actual, long expected, String what) {
		if (actual != expected) {
			throw new AssertionError(what + ": " + actual + " instead of " + expected);
		}
	}

	static void equal(@Nullable Object actual, @Nullable Object expected, String what) {
		if ((actual != null) ? !actual.equals(expected) : expected != null) {
			throw new AssertionError(what + ": " + actual + " instead of " + expected);
		}
	}

}
