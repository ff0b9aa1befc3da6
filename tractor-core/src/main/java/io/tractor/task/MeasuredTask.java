package io.tractor.task;

import java.time.Duration;

import io.tractor.TaskContext;
import io.tractor.engine.BufferLoad;
import io.tractor.engine.Receiving;
import io.tractor.engine.Sending;

/**
 * A context whose figures can be read while it runs, and after. Thread-safe.
 */
public interface MeasuredTask extends TaskContext {

	/**
	 * Return the pattern of the route, which has few values and so can tag a meter.
	 * @return the pattern
	 */
	String pattern();

	/**
	 * Return for how long this side has existed.
	 * @return the time
	 */
	Duration age();

	/**
	 * Return the figures of what this side receives.
	 * @return the figures as they are now
	 */
	Receiving receiving();

	/**
	 * Return the figures of what this side sends.
	 * @return the figures as they are now
	 */
	Sending sending();

	/**
	 * Add what this side's buffer had to hold so far.
	 * @param load is added to
	 */
	void addLoadTo(BufferLoad load);

	/**
	 * Return all figures as they are at one time.
	 * @return the figures
	 */
	ContextSnapshot snapshot();

}
