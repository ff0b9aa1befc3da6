package io.tractor.benchmarks.inside;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tractor.wire.EnvelopeReader;
import io.tractor.wire.EnvelopeWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Messages to the bytes of full batches, and back.
 */
@State(Scope.Thread)
public class EnvelopeBenchmark {

	/**
	 * One full batch of the small ones, 64 of the large ones.
	 */
	private static final int MESSAGES = 960;

	@Param({ "16", "1024" })
	int bytes;

	/**
	 * Used again for each batch, as a connection does.
	 */
	private final ByteBuf buffer = Unpooled.directBuffer(EnvelopeWriter.BATCH_BYTES);

	private final EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, (capacity) -> this.buffer.clear(),
			(batch) -> this.written += batch.readableBytes());

	private final List<ByteBuf> batches = new ArrayList<>();

	private byte[] message = {};

	private long written;

	@Setup
	public void prepare() {
		this.message = new byte[this.bytes];
		EnvelopeWriter toRead = new EnvelopeWriter(Unpooled::buffer, Unpooled::directBuffer, this.batches::add);
		write(toRead);
	}

	private void write(EnvelopeWriter target) {
		for (int i = 0; i < MESSAGES; i++) {
			target.msg(this.message);
		}
		target.flush();
	}

	/**
	 * Write one message as a part of its batch.
	 * @return bytes written so far
	 */
	@Benchmark
	@OperationsPerInvocation(MESSAGES)
	public long write() {
		write(this.writer);
		return this.written;
	}

	/**
	 * Read one message as a part of its batch.
	 * @param taken where messages go
	 */
	@Benchmark
	@OperationsPerInvocation(MESSAGES)
	public void read(Blackhole taken) {
		Messages messages = new Messages(taken);
		for (ByteBuf batch : this.batches) {
			EnvelopeReader.read(batch.readerIndex(0), messages);
		}
	}

}
