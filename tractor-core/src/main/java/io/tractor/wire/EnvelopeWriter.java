package io.tractor.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;
import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;

/**
 * Writes envelopes, joining messages that follow each other into batches. Not
 * thread-safe.
 */
public final class EnvelopeWriter implements Envelopes {

	/**
	 * About how many bytes of messages a batch holds, unless a single one is larger.
	 */
	public static final int BATCH_BYTES = 16 * 1024;

	private static final int MAX_TRACE = 32 * 1024;

	/**
	 * Kind, three numbers and a flag.
	 */
	private static final int MAX_RETURN = 1 + 3 * 9 + 1;

	private final IntFunction<ByteBuf> buffers;

	private final IntFunction<ByteBuf> dataBuffers;

	private final Consumer<ByteBuf> out;

	/**
	 * The messages of the next batch as they will be in it.
	 */
	private byte[] batch = {};

	private int batchBytes;

	private int batched;

	private int lastLength;

	/**
	 * Create a writer.
	 * @param buffers gives an empty buffer of at least a capacity, growing if need be
	 * @param dataBuffers gives an empty buffer of at least a capacity for messages and
	 * results
	 * @param out gets each envelope, and releases it
	 */
	public EnvelopeWriter(IntFunction<ByteBuf> buffers, IntFunction<ByteBuf> dataBuffers, Consumer<ByteBuf> out) {
		this.buffers = buffers;
		this.dataBuffers = dataBuffers;
		this.out = out;
	}

	/**
	 * Hand over what was written last. To be called when a run of calls is over.
	 */
	public void flush() {
		if (this.batched == 1) {
			writeMsg(this.batch, this.batchBytes - this.lastLength, this.lastLength);
		}
		else if (this.batched > 1) {
			ByteBuf envelope = this.dataBuffers.apply(1 + this.batchBytes);
			envelope.writeByte(Kind.BATCH);
			envelope.writeBytes(this.batch, 0, this.batchBytes);
			this.out.accept(envelope);
		}
		clear();
	}

	/**
	 * Forget what was not handed over yet.
	 */
	public void clear() {
		this.batchBytes = 0;
		this.batched = 0;
	}

	private void writeMsg(byte[] bytes, int start, int length) {
		ByteBuf envelope = this.dataBuffers.apply(1 + length);
		envelope.writeByte(Kind.MSG);
		envelope.writeBytes(bytes, start, length);
		this.out.accept(envelope);
	}

	@Override
	public void msg(byte[] payload) {
		int size = Bytes.numberLength(payload.length) + payload.length;
		if (this.batchBytes + size >= BATCH_BYTES) {
			flush();
			if (size >= BATCH_BYTES) {
				writeMsg(payload, 0, payload.length);
				return;
			}
		}
		reserve(size);
		this.batchBytes = Bytes.putNumber(this.batch, this.batchBytes, payload.length);
		System.arraycopy(payload, 0, this.batch, this.batchBytes, payload.length);
		this.batchBytes += payload.length;
		this.lastLength = payload.length;
		this.batched++;
	}

	private void reserve(int size) {
		int needed = this.batchBytes + size;
		if (needed > this.batch.length) {
			this.batch = Arrays.copyOf(this.batch, Math.min(BATCH_BYTES, Math.max(needed, 2 * this.batch.length)));
		}
	}

	@Override
	public void started(Grant grant, Peer callee, byte @Nullable [] value) {
		ByteBuf envelope = begin(Kind.STARTED);
		envelope.writeByte(OpeningCodec.VERSION);
		Bytes.writePeer(envelope, callee);
		writeGrant(envelope, grant);
		Bytes.writeEntries(envelope, Map.of());
		writeValue(envelope, value);
		this.out.accept(envelope);
	}

	static void writeGrant(ByteBuf envelope, Grant grant) {
		Bytes.writeNumber(envelope, grant.messages());
		Bytes.writeNumber(envelope, grant.bytes());
		Bytes.writeNumber(envelope, grant.maxMessage());
	}

	@Override
	public void opened(boolean backpressure, long messages, long bytes, long runAhead) {
		ByteBuf envelope = begin(Kind.OPENED);
		envelope.writeByte(backpressure ? 1 : 0);
		Bytes.writeNumber(envelope, messages);
		Bytes.writeNumber(envelope, bytes);
		Bytes.writeNumber(envelope, runAhead);
		this.out.accept(envelope);
	}

	@Override
	public void endSend(long sent) {
		ByteBuf envelope = begin(Kind.END_SEND);
		Bytes.writeNumber(envelope, sent);
		this.out.accept(envelope);
	}

	@Override
	public void returned(Counts counts, byte @Nullable [] value) {
		flush();
		int size = (value != null) ? value.length : 0;
		ByteBuf envelope = this.dataBuffers.apply(MAX_RETURN + size);
		envelope.writeByte(Kind.RETURN);
		writeCounts(envelope, counts);
		writeValue(envelope, value);
		this.out.accept(envelope);
	}

	@Override
	public void credit(long messages, long bytes) {
		ByteBuf envelope = begin(Kind.CREDIT);
		Bytes.writeNumber(envelope, messages);
		Bytes.writeNumber(envelope, bytes);
		this.out.accept(envelope);
	}

	@Override
	public void probe(long index, long bytes) {
		ByteBuf envelope = begin(Kind.PROBE);
		Bytes.writeNumber(envelope, index);
		Bytes.writeNumber(envelope, bytes);
		this.out.accept(envelope);
	}

	@Override
	public void stopReceive() {
		this.out.accept(begin(Kind.STOP_RECEIVE));
	}

	@Override
	public void overrun(OverrunReport report) {
		ByteBuf envelope = begin(Kind.OVERRUN);
		Bytes.writeReport(envelope, report);
		this.out.accept(envelope);
	}

	@Override
	public void dropped(OverrunReport report) {
		ByteBuf envelope = begin(Kind.DROPPED);
		Bytes.writeReport(envelope, report);
		this.out.accept(envelope);
	}

	@Override
	public void decodeFailed(long index, String type) {
		ByteBuf envelope = begin(Kind.DECODE_FAILED);
		Bytes.writeNumber(envelope, index);
		Bytes.writeString(envelope, type);
		this.out.accept(envelope);
	}

	@Override
	public void cancel(Counts counts, Cancellation cancellation) {
		ByteBuf envelope = begin(Kind.CANCEL, counts);
		writeCancellation(envelope, cancellation);
		this.out.accept(envelope);
	}

	@Override
	public void error(Counts counts, RemoteActorException.Failure failure) {
		ByteBuf envelope = begin(Kind.ERROR, counts);
		envelope.writeByte(failure.code().ordinal());
		Bytes.writeString(envelope, failure.exceptionType());
		Bytes.writeString(envelope, failure.message());
		Bytes.writeString(envelope, failure.route());
		Bytes.writeString(envelope, failure.contextId(), 255);
		Bytes.writePeers(envelope, failure.relayPath());
		Bytes.writeOptionalString(envelope, failure.stackTrace(), MAX_TRACE);
		OverrunReport overrun = failure.overrun();
		envelope.writeByte((overrun != null) ? 1 : 0);
		if (overrun != null) {
			Bytes.writeReport(envelope, overrun);
		}
		this.out.accept(envelope);
	}

	@Override
	public void reject(ContextRejectedException.Code code, boolean retryable, String message) {
		ByteBuf envelope = begin(Kind.REJECT);
		envelope.writeByte(code.ordinal());
		envelope.writeByte(retryable ? 1 : 0);
		envelope.writeByte(OpeningCodec.VERSION);
		envelope.writeByte(OpeningCodec.VERSION);
		Bytes.writeString(envelope, message);
		this.out.accept(envelope);
	}

	@Override
	public void cancelled(Counts counts, Cancellation cancellation) {
		ByteBuf envelope = begin(Kind.CANCELLED, counts);
		writeCancellation(envelope, cancellation);
		this.out.accept(envelope);
	}

	@Override
	public void end(Counts counts) {
		this.out.accept(begin(Kind.END, counts));
	}

	private ByteBuf begin(int kind) {
		flush();
		ByteBuf envelope = this.buffers.apply(64);
		envelope.writeByte(kind);
		return envelope;
	}

	private ByteBuf begin(int kind, Counts counts) {
		ByteBuf envelope = begin(kind);
		writeCounts(envelope, counts);
		return envelope;
	}

	private static void writeCounts(ByteBuf envelope, Counts counts) {
		Bytes.writeNumber(envelope, counts.sent());
		Bytes.writeNumber(envelope, counts.consumed());
		Bytes.writeNumber(envelope, counts.dropped());
	}

	private static void writeValue(ByteBuf envelope, byte @Nullable [] value) {
		envelope.writeByte((value != null) ? 1 : 0);
		if (value != null) {
			envelope.writeBytes(value);
		}
	}

	private static void writeCancellation(ByteBuf envelope, Cancellation cancellation) {
		envelope.writeByte(cancellation.origin().ordinal());
		Bytes.writeString(envelope, cancellation.reason());
		Bytes.writeOptionalString(envelope, cancellation.causeType(), 8192);
		Bytes.writeOptionalString(envelope, cancellation.causeMessage(), 8192);
	}

}
