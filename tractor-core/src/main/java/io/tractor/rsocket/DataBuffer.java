package io.tractor.rsocket;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A buffer for what a connection writes that tells when it was written to the socket,
 * which is when the transport releases it. Those of usual size are used again.
 */
final class DataBuffer extends UnpooledDirectByteBuf {

	private static final int TINY = 64;

	private static final int SMALL = 1024;

	private static final int LARGE = 16 * 1024;

	private static final Pool TINY_POOL = new Pool(TINY, 512);

	private static final Pool SMALL_POOL = new Pool(SMALL, 512);

	private static final Pool LARGE_POOL = new Pool(LARGE, 256);

	private final @Nullable Pool pool;

	private @Nullable IntConsumer written;

	private DataBuffer(int capacity, @Nullable Pool pool) {
		super(UnpooledByteBufAllocator.DEFAULT, capacity, capacity);
		this.pool = pool;
	}

	/**
	 * Return an empty buffer.
	 * @param capacity how many bytes it must hold
	 * @param written told the capacity when the buffer was written
	 * @return the buffer
	 */
	static ByteBuf allocate(int capacity, IntConsumer written) {
		DataBuffer buffer;
		if (capacity <= TINY) {
			buffer = TINY_POOL.take();
		}
		else if (capacity <= SMALL) {
			buffer = SMALL_POOL.take();
		}
		else {
			buffer = (capacity <= LARGE) ? LARGE_POOL.take() : new DataBuffer(capacity, null);
		}
		buffer.written = written;
		return buffer;
	}

	@Override
	protected void deallocate() {
		IntConsumer callback = this.written;
		int capacity = capacity();
		this.written = null;
		if (this.pool == null || !this.pool.give(this)) {
			super.deallocate();
		}
		if (callback != null) {
			callback.accept(capacity);
		}
	}

	private void reuse() {
		resetRefCnt();
		clear();
	}

	private static final class Pool {

		private final ConcurrentLinkedQueue<DataBuffer> buffers = new ConcurrentLinkedQueue<>();

		private final AtomicInteger size = new AtomicInteger();

		private final int capacity;

		private final int maxSize;

		Pool(int capacity, int maxSize) {
			this.capacity = capacity;
			this.maxSize = maxSize;
		}

		DataBuffer take() {
			DataBuffer buffer = this.buffers.poll();
			if (buffer == null) {
				return new DataBuffer(this.capacity, this);
			}
			this.size.decrementAndGet();
			buffer.reuse();
			return buffer;
		}

		boolean give(DataBuffer buffer) {
			if (this.size.incrementAndGet() > this.maxSize) {
				this.size.decrementAndGet();
				return false;
			}
			return this.buffers.add(buffer);
		}

	}

}
