package io.tractor.wire;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * Takes frames apart, for tests that look at their envelopes one by one.
 */
public final class Bundles {

	private Bundles() {
	}

	/**
	 * Return the envelopes that are in one frame.
	 */
	public static List<byte[]> envelopes(byte[] frame) {
		if (frame.length == 0 || frame[0] != Kind.BUNDLE) {
			return List.of(frame);
		}
		List<byte[]> envelopes = new ArrayList<>();
		ByteBuf in = Unpooled.wrappedBuffer(frame).skipBytes(1);
		while (in.isReadable()) {
			envelopes.add(ByteBufUtil.getBytes(in.readSlice(Bytes.readLength(in))));
		}
		return envelopes;
	}

}
