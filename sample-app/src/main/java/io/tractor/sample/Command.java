package io.tractor.sample;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A message to the source: what the viewer wants to see from now on.
 *
 * @param kind what to do
 * @param event name of the event to do it with
 * @param period the new period, for {@link Kind#PERIOD}
 */
record Command(Kind kind, String event, @Nullable Duration period) {

	static Command enable(String event) {
		return new Command(Kind.ENABLE, event, null);
	}

	static Command disable(String event) {
		return new Command(Kind.DISABLE, event, null);
	}

	static Command period(String event, Duration period) {
		return new Command(Kind.PERIOD, event, period);
	}

	/**
	 * What a command does.
	 */
	enum Kind {

		/**
		 * Record the event too.
		 */
		ENABLE,

		/**
		 * Record the event no more.
		 */
		DISABLE,

		/**
		 * Take an event that is recorded at another period.
		 */
		PERIOD

	}

}
