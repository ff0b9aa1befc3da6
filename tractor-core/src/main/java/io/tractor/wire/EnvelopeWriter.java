package io.tractor.wire;

import java.util.ArrayList;
import java.util.List;
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

	private final List<byte[]> messages = new ArrayList<>();

	private int messageBytes;

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
		int size = this.messages.size();
		if (size == 1) {
			byte[] lone = this.messages.get(0);
			ByteBuf envelope = this.dataBuffers.apply(1 + lone.length);
			envelope.writeByte(Kind.MSG);
			envelope.writeBytes(lone);
			this.out.accept(envelope);
		}
		else if (size > 1) {
			ByteBuf envelope = this.dataBuffers.apply(1 + this.messageBytes);
			envelope.writeByte(Kind.BATCH);
			for (int i = 0; i < size; i++) {
				byte[] message = this.messages.get(i);
				Bytes.writeNumber(envelope, message.length);
				envelope.writeBytes(message);
			}
			this.out.accept(envelope);
		}
		this.messages.clear();
		this.messageBytes = 0;
	}

	@Override
	public void msg(byte[] payload) {
		int size = Bytes.numberLength(payload.length) + payload.length;
		if (this.messageBytes + size >= BATCH_BYTES) {
			flush();
		}
		this.messages.add(payload);
		this.messageBytes += size;
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
