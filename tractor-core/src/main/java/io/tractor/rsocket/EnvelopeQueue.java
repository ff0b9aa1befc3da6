package io.tractor.rsocket;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tractor.engine.ContextEngine;
import io.tractor.wire.EnvelopeWriter;

/**
 * What one context after the other writes in its turn, until it is emitted. Not
 * thread-safe.
 */
final class EnvelopeQueue {

	private final ArrayDeque<ByteBuf> envelopes = new ArrayDeque<>();

	private final EnvelopeWriter writer;

	/**
	 * Create a queue.
	 * @param dataBuffers gives buffers for messages and results
	 */
	EnvelopeQueue(IntFunction<ByteBuf> dataBuffers) {
		this.writer = new EnvelopeWriter(Unpooled::buffer, dataBuffers, this.envelopes::add);
	}

	/**
	 * Let an engine write.
	 * @param urgent whether urgent envelopes only, or messages as well
	 */
	void write(ContextEngine engine, boolean urgent) {
		engine.write(this.writer, urgent ? 0 : EnvelopeWriter.BATCH_BYTES);
		this.writer.flush();
	}

	/**
	 * Hand over what was written, to be released there.
	 */
	void drain(Consumer<ByteBuf> target) {
		ByteBuf envelope = this.envelopes.poll();
		while (envelope != null) {
			target.accept(envelope);
			envelope = this.envelopes.poll();
		}
	}

	/**
	 * Let go of what was not handed over.
	 */
	void clear() {
		this.writer.clear();
		drain(ByteBuf::release);
	}

}
