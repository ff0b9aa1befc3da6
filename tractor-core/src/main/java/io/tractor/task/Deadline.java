package io.tractor.task;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A point in time by this process's clock, and the limit that led to it. Immutable.
 */
public final class Deadline {

	/**
	 * What is longer counts as this, since the clock's nanoseconds would overflow.
	 */
	private static final Duration MAX = Duration.ofDays(36500);

	private final String name;

	private final Duration length;

	private final long at;

	private Deadline(String name, Duration length) {
		this.name = name;
		this.length = (length.compareTo(MAX) < 0) ? length : MAX;
		this.at = System.nanoTime() + this.length.toNanos();
	}

	/**
	 * Create a deadline.
	 * @param length how far from now it is, not negative
	 * @param name what the limit is called in errors
	 * @return the deadline
	 */
	public static Deadline in(Duration length, String name) {
		return new Deadline(name, length);
	}

	/**
	 * Return how far away it was when it was created.
	 * @return the length
	 */
	public Duration length() {
		return this.length;
	}

	/**
	 * Return how far away it is now.
	 * @return the time left, never negative
	 */
	public Duration remaining() {
		return Duration.ofNanos(Math.max(0, this.at - System.nanoTime()));
	}

	/**
	 * Return whether it has passed.
	 * @return whether no time is left
	 */
	public boolean isOver() {
		return this.at - System.nanoTime() <= 0;
	}

	/**
	 * Return the earlier one of two.
	 * @param other the other one, or {@code null} if there is none
	 * @return this one or the other
	 */
	public Deadline earlier(@Nullable Deadline other) {
		return (other != null && other.at - this.at < 0) ? other : this;
	}

	@Override
	public String toString() {
		return this.name + " of " + this.length;
	}

}
