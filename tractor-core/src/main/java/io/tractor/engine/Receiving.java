package io.tractor.engine;

/**
 * Figures of the direction that a side receives.
 *
 * @param opened whether this side has opened its stream
 * @param backpressure whether the sender waits when the buffer is full, once it is opened
 * @param msgBufferSize the buffer's size in messages
 * @param buffered messages in the buffer now
 * @param bufferedBytes their bytes
 * @param highWater the most messages that were in the buffer so far
 * @param arrived messages that arrived
 * @param arrivedBytes their bytes
 * @param consumed messages that this side's code took
 * @param consumedBytes their bytes
 * @param dropped messages that the overflow policy dropped
 * @param droppedBytes their bytes
 */
public record Receiving(boolean opened, boolean backpressure, long msgBufferSize, int buffered, long bufferedBytes,
		int highWater, long arrived, long arrivedBytes, long consumed, long consumedBytes, long dropped,
		long droppedBytes) {

	/**
	 * Return the bytes of messages that arrived and were neither taken nor dropped: those
	 * in the buffer and, once the context is over, those that nobody took.
	 * @return the bytes
	 */
	public long leftBytes() {
		return this.arrivedBytes - this.consumedBytes - this.droppedBytes;
	}

	/**
	 * Return how full the buffer is.
	 * @return the share, above 1 only after the buffer was made smaller
	 */
	public double fill() {
		return (double) this.buffered / this.msgBufferSize;
	}

}
