package io.tractor;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.util.Assert;

/**
 * What a call to {@code openStream} wants to differ from the settings of its route. What
 * is not set here comes from there (T9). Not thread-safe.
 */
public final class StreamOptions {

	private @Nullable Boolean backpressure;

	private @Nullable Integer msgBufferSize;

	private @Nullable BufferOverflowStrategy overflow;

	/**
	 * Create options that set nothing.
	 */
	public StreamOptions() {
	}

	/**
	 * Set whether the peer's sender waits while this side's buffer is full. Without,
	 * {@link #overflow(BufferOverflowStrategy) overflow} decides what becomes of a
	 * message that meets a full buffer (V8, V9).
	 * @param backpressure whether the sender waits
	 * @return these options
	 */
	public StreamOptions backpressure(boolean backpressure) {
		this.backpressure = backpressure;
		return this;
	}

	/**
	 * Set how many unconsumed messages this side's buffer holds.
	 * @param msgBufferSize the size in messages, at least 1
	 * @return these options
	 * @throws IllegalArgumentException if the size is below 1 (V2)
	 */
	public StreamOptions msgBufferSize(int msgBufferSize) {
		Assert.isTrue(msgBufferSize > 0, () -> "'msgBufferSize' must be at least 1 message, but is " + msgBufferSize);
		this.msgBufferSize = msgBufferSize;
		return this;
	}

	/**
	 * Set what becomes of a message that meets a full buffer, while the stream is open
	 * without backpressure (V22). {@code ERROR} ends the sender's scope with
	 * {@link StreamOverrunException}. {@code DROP_LATEST} drops that message,
	 * {@code DROP_OLDEST} the oldest ones until it has room; the sender neither waits nor
	 * fails, and both sides are told with an {@link OverrunReport}.
	 * <p>
	 * A dropping policy implies {@code backpressure(false)}, and cannot be combined with
	 * {@code backpressure(true)}.
	 * @param overflow the policy, not {@code null}
	 * @return these options
	 */
	public StreamOptions overflow(BufferOverflowStrategy overflow) {
		Assert.notNull(overflow, "'overflow' must not be null");
		this.overflow = overflow;
		return this;
	}

	/**
	 * Return whether the peer's sender shall wait.
	 * @return the value, or {@code null} if not set
	 */
	public @Nullable Boolean backpressure() {
		return this.backpressure;
	}

	/**
	 * Return the buffer's size in messages.
	 * @return the value, or {@code null} if not set
	 */
	public @Nullable Integer msgBufferSize() {
		return this.msgBufferSize;
	}

	/**
	 * Return what becomes of a message that meets a full buffer.
	 * @return the value, or {@code null} if not set
	 */
	public @Nullable BufferOverflowStrategy overflow() {
		return this.overflow;
	}

}
