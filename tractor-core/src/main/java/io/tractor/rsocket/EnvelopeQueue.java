package io.tractor.rsocket;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tractor.engine.ContextEngine;
import io.tractor.wire.EnvelopeBundle;
import io.tractor.wire.EnvelopeWriter;

/**
 * What one context after the other writes in its turn, until it is emitted. Not
 * thread-safe.
 */
final class EnvelopeQueue {

	/**
	 * How large the frame is at most that several envelopes share, and how much data an
	 * urgent turn may take along.
	 */
	private static final int SMALL = 1024;

	private final ArrayDeque<ByteBuf> envelopes = new ArrayDeque<>();

	private final IntFunction<ByteBuf> dataBuffers;

	private final EnvelopeWriter writer;

	/**
	 * Create a queue.
	 * @param dataBuffers gives buffers for messages and results
	 */
	EnvelopeQueue(IntFunction<ByteBuf> dataBuffers) {
		this.dataBuffers = dataBuffers;
		this.writer = new EnvelopeWriter(Unpooled::buffer, dataBuffers, this.envelopes::add);
	}

	/**
	 * Let an engine write.
	 * @param data how much of its data
	 */
	void write(ContextEngine engine, Data data) {
		boolean withData = switch (data) {
			case NONE -> false;
			case LITTLE -> engine.waitingBytes() <= SMALL;
			case BATCH -> true;
		};
		engine.write(this.writer, withData ? EnvelopeWriter.BATCH_BYTES : 0);
		this.writer.flush();
	}

	/**
	 * Hand over what was written, to be released there; small envelopes that follow each
	 * other share a frame.
	 */
	void drain(Consumer<ByteBuf> target) {
		ByteBuf envelope = this.envelopes.poll();
		while (envelope != null) {
			boolean shared = nextFits(EnvelopeBundle.HEADER_BYTES + EnvelopeBundle.sizeOf(envelope));
			target.accept(shared ? bundle(envelope) : direct(envelope));
			envelope = this.envelopes.poll();
		}
	}

	/**
	 * Return an envelope in a buffer that a socket takes as it is; the transport would
	 * make a copy of the whole frame otherwise.
	 */
	private ByteBuf direct(ByteBuf envelope) {
		if (envelope.isDirect() || envelope.readableBytes() > SMALL) {
			return envelope;
		}
		ByteBuf copy = this.dataBuffers.apply(envelope.readableBytes()).writeBytes(envelope);
		envelope.release();
		return copy;
	}

	private boolean nextFits(int size) {
		ByteBuf next = this.envelopes.peek();
		return next != null && EnvelopeBundle.mayFollow(next) && size + EnvelopeBundle.sizeOf(next) <= SMALL;
	}

	private ByteBuf bundle(ByteBuf first) {
		ByteBuf bundle = this.dataBuffers.apply(SMALL);
		EnvelopeBundle.add(bundle, first);
		while (nextFits(bundle.readableBytes())) {
			EnvelopeBundle.add(bundle, this.envelopes.remove());
		}
		return bundle;
	}

	/**
	 * Let go of what was not handed over.
	 */
	void clear() {
		this.writer.clear();
		this.envelopes.forEach(ByteBuf::release);
		this.envelopes.clear();
	}

	/**
	 * How much data a turn may write.
	 */
	enum Data {

		NONE,

		/**
		 * All that waits, if that is little.
		 */
		LITTLE,

		/**
		 * As much as a batch holds.
		 */
		BATCH

	}

}
