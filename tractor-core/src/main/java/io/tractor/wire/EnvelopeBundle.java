package io.tractor.wire;

import io.netty.buffer.ByteBuf;

/**
 * Puts envelopes that are written together into one frame.
 */
public final class EnvelopeBundle {

	/**
	 * How many bytes a bundle has besides its envelopes.
	 */
	public static final int HEADER_BYTES = 1;

	private EnvelopeBundle() {
	}

	/**
	 * Return whether an envelope may share a frame with those before it. A PROBE asks
	 * what the peer's task has done since they arrived, and so must not come with them.
	 * @param envelope the envelope
	 * @return whether it may
	 */
	public static boolean mayFollow(ByteBuf envelope) {
		return envelope.getByte(envelope.readerIndex()) != Kind.PROBE;
	}

	/**
	 * Return how many bytes an envelope takes in a bundle.
	 * @param envelope the envelope
	 * @return the number of bytes
	 */
	public static int sizeOf(ByteBuf envelope) {
		int length = envelope.readableBytes();
		return Bytes.numberLength(length) + length;
	}

	/**
	 * Add an envelope to a bundle.
	 * @param bundle where to write it, empty for the first one
	 * @param envelope the envelope, which is released
	 */
	public static void add(ByteBuf bundle, ByteBuf envelope) {
		if (!bundle.isReadable()) {
			bundle.writeByte(Kind.BUNDLE);
		}
		Bytes.writeNumber(bundle, envelope.readableBytes());
		bundle.writeBytes(envelope);
		envelope.release();
	}

}
