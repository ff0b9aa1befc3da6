package io.tractor.task;

import io.tractor.TaskContext;

/**
 * A context whose messages can be counted while it runs. Thread-safe.
 */
public interface CountedTask extends TaskContext {

	/**
	 * Return the pattern of the route, which has few values and so can tag a meter.
	 * @return the pattern
	 */
	String pattern();

	/**
	 * Return how many messages this side has sent.
	 * @return the count
	 */
	long sentMessages();

	/**
	 * Return how many messages this side's code has taken.
	 * @return the count
	 */
	long receivedMessages();

}
