package io.tractor.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.jspecify.annotations.Nullable;

/**
 * The burst of messages that a buffer holds at the time: it begins in the empty buffer
 * and ends when that is empty again. The clock is read only when the buffer is filled to
 * a half and when it is full.
 */
final class Burst {

	private final BufferLoad load = new BufferLoad();

	private final InstantSource clock;

	private long peak;

	private long arrived;

	private long taken;

	private @Nullable Mark half;

	private @Nullable Mark full;

	Burst(InstantSource clock) {
		this.clock = clock;
	}

	BufferLoad load() {
		return this.load;
	}

	/**
	 * Count a message that was put into the buffer.
	 * @param buffered messages in the buffer with this one
	 * @param window the buffer's size
	 */
	void arrived(long buffered, long window) {
		this.arrived++;
		if (buffered > this.peak) {
			this.peak = buffered;
			if (this.half == null && 2 * buffered >= window) {
				this.half = mark();
			}
			if (this.full == null && buffered >= window) {
				this.full = mark();
			}
		}
	}

	/**
	 * Count a message that was taken.
	 * @param left messages left in the buffer
	 */
	void taken(int left) {
		this.taken++;
		if (left == 0) {
			end();
		}
	}

	private Mark mark() {
		return new Mark(this.arrived, this.taken, this.clock.instant());
	}

	private void end() {
		this.load.addBurst(measure());
		clear();
	}

	/**
	 * Count a message that found no room and is dropped.
	 */
	void missed() {
		this.arrived++;
	}

	/**
	 * End the burst, if there is one, with what is left in the buffer.
	 */
	void cut() {
		if (this.arrived == 0) {
			return;
		}
		boolean maybeLarger = this.full != null;
		long size = measure();
		if (maybeLarger) {
			this.load.addCutShort(size);
		}
		else {
			this.load.addBurst(size);
		}
		clear();
	}

	/**
	 * Return how much the buffer had to hold, or an unbounded one would have had to.
	 */
	private long measure() {
		Mark from = this.half;
		if (from == null) {
			return this.peak;
		}
		Mark now = mark();
		Mark to = (this.full != null) ? this.full : now;
		Duration arriving = between(from, to);
		Duration taking = between(from, now);
		this.load.addArrived(to.arrived() - from.arrived(), arriving);
		this.load.addTaken(now.taken() - from.taken(), taking);
		if (this.full == null) {
			return this.peak;
		}
		// The sender waited for room in between. Without that, all messages had come as
		// fast as those before the buffer was full, and in that time fewer had been
		// taken.
		double arrivals = perMessage(to.arrived() - from.arrived(), arriving, 0);
		double services = perMessage(now.taken() - from.taken(), taking, Double.POSITIVE_INFINITY);
		return Math.max(this.peak, (long) Math.ceil(this.arrived * (1 - arrivals / services)));
	}

	private static double perMessage(long messages, Duration time, double ofNone) {
		return (messages > 0) ? (double) time.toNanos() / messages : ofNone;
	}

	private static Duration between(Mark from, Mark to) {
		Duration time = Duration.between(from.at(), to.at());
		return time.isNegative() ? Duration.ZERO : time;
	}

	private void clear() {
		this.peak = 0;
		this.arrived = 0;
		this.taken = 0;
		this.half = null;
		this.full = null;
	}

	/**
	 * How far a burst was at a time.
	 */
	private record Mark(long arrived, long taken, Instant at) {

	}

}
