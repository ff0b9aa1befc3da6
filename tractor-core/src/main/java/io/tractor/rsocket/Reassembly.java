package io.tractor.rsocket;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;

/**
 * Puts frames together that a peer sends in fragments, before RSocket sees them: it would
 * neither bound them nor let go of those that are unfinished when their stream ends.
 * Thread-safe.
 */
final class Reassembly {

	private static final int OVERHEAD = 256;

	private static final int FLAGS_OFFSET = Integer.BYTES;

	private static final int LENGTH_SIZE = 3;

	private static final int MAX_ENDED = 1024;

	private final Map<Integer, ByteBuf> unfinished = new HashMap<>();

	private final Map<Integer, Boolean> ended = new Latest();

	private final ByteBufAllocator allocator;

	private volatile long bytes;

	private boolean closed;

	Reassembly(ByteBufAllocator allocator) {
		this.allocator = allocator;
	}

	/**
	 * Return whether no fragments are held.
	 */
	boolean isEmpty() {
		return this.bytes == 0;
	}

	/**
	 * Return about how many bytes are held.
	 */
	long bytes() {
		return this.bytes;
	}

	/**
	 * Add a fragment that is not the last one, unless its stream is known to have ended.
	 * @throws IndexOutOfBoundsException if it is cut off
	 * @throws IllegalArgumentException if it does not go with those before
	 */
	synchronized void add(int streamId, ByteBuf fragment) {
		ByteBuf frame = this.unfinished.get(streamId);
		if (this.closed || (frame == null && this.ended.containsKey(streamId))) {
			return;
		}
		if (frame == null || FrameHeaderCodec.nativeFrameType(fragment) != FrameType.PAYLOAD) {
			drop(streamId);
			frame = this.allocator.buffer(fragment.readableBytes());
			this.unfinished.put(streamId, frame);
			frame.writeBytes(fragment, fragment.readerIndex(), fragment.readableBytes());
			this.bytes += OVERHEAD + frame.readableBytes();
		}
		else {
			append(frame, fragment);
		}
	}

	/**
	 * Put a frame together with the fragments before it, if there are any.
	 * @return the whole frame, to be released
	 * @throws IndexOutOfBoundsException if it is cut off
	 * @throws IllegalArgumentException if it does not go with those before
	 */
	synchronized ByteBuf finish(int streamId, ByteBuf last) {
		ByteBuf frame = this.unfinished.get(streamId);
		int flags = FrameHeaderCodec.flags(last);
		if (frame == null || FrameHeaderCodec.nativeFrameType(last) != FrameType.PAYLOAD
				|| (flags & FrameHeaderCodec.FLAGS_N) == 0) {
			drop(streamId);
			return last.retain();
		}
		append(frame, last);
		this.unfinished.remove(streamId);
		this.bytes -= OVERHEAD + frame.readableBytes();
		int whole = frame.getUnsignedShort(FLAGS_OFFSET) & ~FrameHeaderCodec.FLAGS_F
				| (flags & FrameHeaderCodec.FLAGS_C);
		frame.setShort(FLAGS_OFFSET, whole);
		return frame;
	}

	private synchronized void append(ByteBuf frame, ByteBuf fragment) {
		int before = frame.readableBytes();
		int start = fragment.readerIndex() + FrameHeaderCodec.size();
		if (FrameHeaderCodec.hasMetadata(fragment)) {
			if (!FrameHeaderCodec.hasMetadata(frame)) {
				throw new IllegalArgumentException("a fragment has metadata, and those before have none");
			}
			int position = FrameHeaderCodec.size()
					+ (FrameHeaderCodec.nativeFrameType(frame).hasInitialRequestN() ? Integer.BYTES : 0);
			int length = frame.getUnsignedMedium(position) + fragment.getUnsignedMedium(start);
			if (length >>> Byte.SIZE * LENGTH_SIZE != 0) {
				throw new IllegalArgumentException("fragments have " + length + " bytes of metadata");
			}
			frame.setMedium(position, length);
			start += LENGTH_SIZE;
		}
		frame.writeBytes(fragment, start, fragment.writerIndex() - start);
		this.bytes += frame.readableBytes() - before;
	}

	/**
	 * Let go of a stream's fragments.
	 */
	synchronized void drop(int streamId) {
		ByteBuf frame = this.unfinished.remove(streamId);
		if (frame != null) {
			this.bytes -= OVERHEAD + frame.readableBytes();
			frame.release();
		}
	}

	/**
	 * Let go of a stream's fragments, and take none of those that are on their way.
	 */
	synchronized void end(int streamId) {
		drop(streamId);
		this.ended.put(streamId, Boolean.TRUE);
	}

	/**
	 * Let go of everything, for ever.
	 */
	synchronized void close() {
		this.closed = true;
		this.unfinished.values().forEach(ByteBuf::release);
		this.unfinished.clear();
		this.bytes = 0;
	}

	private static final class Latest extends LinkedHashMap<Integer, Boolean> {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
			return size() > MAX_ENDED;
		}

	}

}
