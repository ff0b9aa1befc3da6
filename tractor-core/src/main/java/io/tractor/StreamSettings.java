package io.tractor;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Effective settings of one side's stream, each with where it came from (T9).
 *
 * @param backpressure whether the peer's sender waits while the buffer is full
 * @param backpressureOrigin where {@code backpressure} came from
 * @param msgBufferSize the buffer's size in messages, at least 1
 * @param msgBufferSizeOrigin where {@code msgBufferSize} came from
 */
public record StreamSettings(boolean backpressure, Origin backpressureOrigin, int msgBufferSize,
		Origin msgBufferSizeOrigin) {

	/**
	 * The settings of an application that sets nothing: backpressure, and a buffer of 64
	 * messages (V1).
	 */
	public static final StreamSettings DEFAULT = new StreamSettings(true, Origin.DEFAULT, 64, Origin.DEFAULT);

	public StreamSettings {
		Assert.notNull(backpressureOrigin, "'backpressureOrigin' must not be null");
		Assert.isTrue(msgBufferSize > 0, () -> "'msgBufferSize' must be at least 1 message, but is " + msgBufferSize);
		Assert.notNull(msgBufferSizeOrigin, "'msgBufferSizeOrigin' must not be null");
	}

	/**
	 * Return these settings with those values replaced that are given.
	 * @param backpressure the value, or {@code null} to keep this one
	 * @param msgBufferSize the size in messages, or {@code null} to keep this one
	 * @param origin where the given values come from
	 * @return the settings
	 * @throws IllegalArgumentException if the size is below 1 (V2)
	 */
	public StreamSettings with(@Nullable Boolean backpressure, @Nullable Integer msgBufferSize, Origin origin) {
		return new StreamSettings((backpressure != null) ? backpressure : this.backpressure,
				(backpressure != null) ? origin : this.backpressureOrigin,
				(msgBufferSize != null) ? msgBufferSize : this.msgBufferSize,
				(msgBufferSize != null) ? origin : this.msgBufferSizeOrigin);
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
