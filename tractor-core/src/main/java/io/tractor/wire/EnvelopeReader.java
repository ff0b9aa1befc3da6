package io.tractor.wire;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;

/**
 * Reads envelopes.
 */
public final class EnvelopeReader {

	/**
	 * Of how many bytes on it costs more to copy a message twice than to read it from the
	 * network's buffer.
	 */
	private static final int SMALL = 256;

	private EnvelopeReader() {
	}

	/**
	 * Read what is in one frame and hand it over.
	 * @param in the frame's data, copied where it is kept
	 * @param target gets the envelope, or those of a bundle; a batch arrives message by
	 * message
	 * @throws MalformedEnvelopeException if the bytes are not an envelope
	 */
	public static void read(ByteBuf in, Envelopes target) {
		int kind = Bytes.readByte(in);
		if (kind == Kind.BUNDLE) {
			readBundle(in, target);
		}
		else {
			readEnvelope(kind, in, target);
		}
	}

	private static void readBundle(ByteBuf in, Envelopes target) {
		if (!in.isReadable()) {
			throw new MalformedEnvelopeException("a bundle is empty");
		}
		while (in.isReadable()) {
			ByteBuf envelope = in.readSlice(Bytes.readLength(in));
			int kind = Bytes.readByte(envelope);
			if (kind == Kind.BUNDLE) {
				throw new MalformedEnvelopeException("a bundle is in a bundle");
			}
			readEnvelope(kind, envelope, target);
		}
	}

	private static void readEnvelope(int kind, ByteBuf in, Envelopes target) {
		switch (kind) {
			case Kind.STARTED -> readStarted(in, target);
			case Kind.MSG -> target.msg(Bytes.readBytes(in, in.readableBytes()));
			case Kind.BATCH -> readBatch(in, target);
			case Kind.OPENED -> {
				boolean backpressure = Bytes.readFlag(in);
				long messages = readPositive(in, "buffer size");
				long bytes = readPositive(in, "buffer size");
				target.opened(backpressure, messages, bytes, readGranted(in, 0, "run-ahead"));
			}
			case Kind.END_SEND -> target.endSend(Bytes.readNumber(in));
			case Kind.RETURN -> target.returned(readCounts(in), readValue(in));
			case Kind.CREDIT -> {
				long messages = Bytes.readNumber(in);
				target.credit(messages, Bytes.readNumber(in));
			}
			case Kind.PROBE -> {
				long index = Bytes.readNumber(in);
				target.probe(index, Bytes.readNumber(in));
			}
			case Kind.STOP_RECEIVE -> target.stopReceive();
			case Kind.OVERRUN -> target.overrun(Bytes.readReport(in));
			case Kind.DROPPED -> target.dropped(Bytes.readReport(in));
			case Kind.DECODE_FAILED -> {
				long index = Bytes.readNumber(in);
				target.decodeFailed(index, Bytes.readString(in));
			}
			case Kind.CANCEL -> target.cancel(readCounts(in), readCancellation(in));
			case Kind.ERROR -> target.error(readCounts(in), readFailure(in));
			case Kind.REJECT -> readReject(in, target);
			case Kind.CANCELLED -> target.cancelled(readCounts(in), readCancellation(in));
			case Kind.END -> target.end(readCounts(in));
			default -> {
				if (kind < Kind.IGNORABLE) {
					throw new MalformedEnvelopeException("unknown envelope kind 0x" + Integer.toHexString(kind));
				}
			}
		}
	}

	private static void readBatch(ByteBuf in, Envelopes target) {
		if (!in.isReadable()) {
			throw new MalformedEnvelopeException("a batch is empty");
		}
		int length = Bytes.readLength(in);
		target.msg(Bytes.readBytes(in, length));
		// small reads are faster from an array than from the network's buffer
		ByteBuf rest = (length < SMALL) ? Unpooled.wrappedBuffer(Bytes.readBytes(in, in.readableBytes())) : in;
		while (rest.isReadable()) {
			target.msg(Bytes.readBytes(rest, Bytes.readLength(rest)));
		}
	}

	private static void readStarted(ByteBuf in, Envelopes target) {
		int version = Bytes.readByte(in);
		if (version != OpeningCodec.VERSION) {
			throw new MalformedEnvelopeException("STARTED names version " + version + ", which was not offered");
		}
		Peer callee = Bytes.readPeer(in);
		Envelopes.Grant grant = readGrant(in);
		Bytes.readEntries(in);
		target.started(grant, callee, readValue(in));
	}

	static Envelopes.Grant readGrant(ByteBuf in) {
		long messages = readPositive(in, "buffer size");
		long bytes = readPositive(in, "buffer size");
		return new Envelopes.Grant(messages, bytes, readPositive(in, "message limit"));
	}

	private static long readPositive(ByteBuf in, String what) {
		return readGranted(in, 1, what);
	}

	private static long readGranted(ByteBuf in, long min, String what) {
		long number = Bytes.readNumber(in);
		if (number < min || number > BufferLimits.MAX_GRANT) {
			throw new MalformedEnvelopeException("a " + what + " of " + number);
		}
		return number;
	}

	private static byte @Nullable [] readValue(ByteBuf in) {
		return Bytes.readFlag(in) ? Bytes.readBytes(in, in.readableBytes()) : null;
	}

	private static Envelopes.Counts readCounts(ByteBuf in) {
		long sent = Bytes.readNumber(in);
		long consumed = Bytes.readNumber(in);
		return new Envelopes.Counts(sent, consumed, Bytes.readNumber(in));
	}

	private static Envelopes.Cancellation readCancellation(ByteBuf in) {
		Envelopes.Cancellation.Origin origin = Bytes.constant(Envelopes.Cancellation.Origin.values(),
				Bytes.readByte(in), "cancellation origin");
		String reason = Bytes.readString(in);
		String causeType = Bytes.readOptionalString(in);
		return new Envelopes.Cancellation(origin, reason, causeType, Bytes.readOptionalString(in));
	}

	private static RemoteActorException.Failure readFailure(ByteBuf in) {
		RemoteActorException.Code code = Bytes.constantOrLast(RemoteActorException.Code.values(), Bytes.readByte(in));
		String type = Bytes.readString(in);
		String message = Bytes.readString(in);
		String route = Bytes.readString(in);
		String contextId = Bytes.readString(in);
		List<Peer> relayPath = Bytes.readPeers(in);
		String stackTrace = Bytes.readOptionalString(in);
		OverrunReport overrun = Bytes.readFlag(in) ? Bytes.readReport(in) : null;
		return new RemoteActorException.Failure(code, type, message, route, contextId, relayPath, stackTrace, overrun);
	}

	private static void readReject(ByteBuf in, Envelopes target) {
		ContextRejectedException.Code code = Bytes.constantOrLast(ContextRejectedException.Code.values(),
				Bytes.readByte(in));
		boolean retryable = Bytes.readFlag(in);
		Bytes.readByte(in);
		Bytes.readByte(in);
		target.reject(code, retryable, Bytes.readString(in));
	}

}
