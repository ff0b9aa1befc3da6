package io.tractor;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.util.Assert;

/**
 * Effective settings of one side's stream, each with where it came from (T9).
 *
 * @param backpressure whether the peer's sender waits while the buffer is full
 * @param backpressureOrigin where {@code backpressure} came from
 * @param msgBufferSize the buffer's size in messages, at least 1
 * @param msgBufferSizeOrigin where {@code msgBufferSize} came from
 * @param overflow what becomes of a message that meets the full buffer of a stream that
 * was opened without backpressure; without effect otherwise
 * @param overflowOrigin where {@code overflow} came from
 */
public record StreamSettings(boolean backpressure, Origin backpressureOrigin, int msgBufferSize,
		Origin msgBufferSizeOrigin, BufferOverflowStrategy overflow, Origin overflowOrigin) {

	/**
	 * The settings of an application that sets nothing: backpressure, a buffer of 64
	 * messages (V1), and the overflow policy {@code ERROR}.
	 */
	public static final StreamSettings DEFAULT = new StreamSettings(true, Origin.DEFAULT, 64, Origin.DEFAULT,
			BufferOverflowStrategy.ERROR, Origin.DEFAULT);

	public StreamSettings {
		Assert.notNull(backpressureOrigin, "'backpressureOrigin' must not be null");
		Assert.isTrue(msgBufferSize > 0, () -> "'msgBufferSize' must be at least 1 message, but is " + msgBufferSize);
		Assert.notNull(msgBufferSizeOrigin, "'msgBufferSizeOrigin' must not be null");
		Assert.notNull(overflow, "'overflow' must not be null");
		Assert.notNull(overflowOrigin, "'overflowOrigin' must not be null");
	}

	/**
	 * Return these settings with those values replaced that are given. A dropping policy
	 * switches backpressure off, with which it would never drop.
	 * @param backpressure the value, or {@code null} to keep this one
	 * @param msgBufferSize the size in messages, or {@code null} to keep this one
	 * @param overflow the policy, or {@code null} to keep this one
	 * @param origin where the given values come from
	 * @return the settings
	 * @throws IllegalArgumentException if the size is below 1 (V2), or if backpressure
	 * and a dropping policy are both asked for (V22)
	 */
	public StreamSettings with(@Nullable Boolean backpressure, @Nullable Integer msgBufferSize,
			@Nullable BufferOverflowStrategy overflow, Origin origin) {
		boolean drops = overflow != null && overflow != BufferOverflowStrategy.ERROR;
		Assert.isTrue(!drops || !Boolean.TRUE.equals(backpressure),
				() -> "'overflow' must not be " + overflow + " with backpressure, under which nothing overflows:"
						+ " leave one of the two out, or set backpressure to false");
		Boolean waits = drops ? Boolean.FALSE : backpressure;
		if (waits == null && msgBufferSize == null && overflow == null) {
			return this;
		}
		return new StreamSettings((waits != null) ? waits : this.backpressure,
				(waits != null) ? origin : this.backpressureOrigin,
				(msgBufferSize != null) ? msgBufferSize : this.msgBufferSize,
				(msgBufferSize != null) ? origin : this.msgBufferSizeOrigin,
				(overflow != null) ? overflow : this.overflow, (overflow != null) ? origin : this.overflowOrigin);
	}

	/**
	 * Where a setting came from, in the order in which they win, the last one first.
	 */
	public enum Origin {

		/**
		 * The library's default.
		 */
		DEFAULT,

		/**
		 * The application's default, {@code tractor.stream.*}.
		 */
		APPLICATION,

		/**
		 * The {@link ActorContext @ActorContext} annotation.
		 */
		ANNOTATION,

		/**
		 * The route's entry in {@code tractor.routes.*}.
		 */
		ROUTE,

		/**
		 * The call to {@code openStream}.
		 */
		CALL

	}

}
