package io.tractor.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * The field types of {@code docs/protocol.md}.
 */
final class Bytes {

	static final int MAX_ENTRIES = 256;

	static final int MAX_CHARS = 8192;

	private static final int MAX_STRING = 128 * 1024;

	/**
	 * Overflow policies by their codes: not Reactor's order, which it may change.
	 */
	private static final List<BufferOverflowStrategy> POLICIES = List.of(BufferOverflowStrategy.ERROR,
			BufferOverflowStrategy.DROP_LATEST, BufferOverflowStrategy.DROP_OLDEST);

	private Bytes() {
	}

	static void writeNumber(ByteBuf out, long number) {
		long rest = number;
		while ((rest & ~0x7fL) != 0) {
			out.writeByte((int) (rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		out.writeByte((int) rest);
	}

	/**
	 * Put a number that is not negative into an array.
	 * @return the position after it
	 */
	static int putNumber(byte[] out, int position, int number) {
		int at = position;
		int rest = number;
		while (rest > 0x7f) {
			out[at++] = (byte) (rest | 0x80);
			rest >>>= 7;
		}
		out[at++] = (byte) rest;
		return at;
	}

	static long readNumber(ByteBuf in) {
		long number = 0;
		for (int shift = 0; shift < 63; shift += 7) {
			int next = readByte(in);
			number |= (long) (next & 0x7f) << shift;
			if (next < 0x80) {
				return number;
			}
		}
		throw new MalformedEnvelopeException("a number has more than 63 bits");
	}

	static int readByte(ByteBuf in) {
		if (!in.isReadable()) {
			throw new MalformedEnvelopeException("the envelope is too short");
		}
		return in.readUnsignedByte();
	}

	static boolean readFlag(ByteBuf in) {
		return (readByte(in) & 1) != 0;
	}

	static int numberLength(long number) {
		int bits = 64 - Long.numberOfLeadingZeros(number | 1);
		return (bits + 6) / 7;
	}

	static int readLength(ByteBuf in) {
		long length = readNumber(in);
		if (length > in.readableBytes()) {
			throw new MalformedEnvelopeException(
					"a field of " + length + " bytes is cut off after " + in.readableBytes());
		}
		return (int) length;
	}

	static byte[] readBytes(ByteBuf in, int length) {
		byte[] bytes = new byte[length];
		in.readBytes(bytes);
		return bytes;
	}

	static void writeString(ByteBuf out, String value, int maxChars) {
		int end = Math.min(value.length(), maxChars);
		if (end > 0 && end < value.length() && Character.isHighSurrogate(value.charAt(end - 1))) {
			end--;
		}
		byte[] bytes = value.substring(0, end).getBytes(StandardCharsets.UTF_8);
		writeNumber(out, bytes.length);
		out.writeBytes(bytes);
	}

	static void writeString(ByteBuf out, String value) {
		writeString(out, value, MAX_CHARS);
	}

	static String readString(ByteBuf in) {
		int length = readLength(in);
		if (length > MAX_STRING) {
			throw new MalformedEnvelopeException("a string has " + length + " bytes, more than " + MAX_STRING);
		}
		return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
	}

	static void writeOptionalString(ByteBuf out, @Nullable String value, int maxChars) {
		out.writeByte((value != null) ? 1 : 0);
		if (value != null) {
			writeString(out, value, maxChars);
		}
	}

	static @Nullable String readOptionalString(ByteBuf in) {
		return readFlag(in) ? readString(in) : null;
	}

	static void writePeer(ByteBuf out, Peer peer) {
		writeString(out, peer.application(), 255);
		writeString(out, peer.instance(), 255);
	}

	static Peer readPeer(ByteBuf in) {
		String application = readString(in);
		return new Peer(application, readString(in));
	}

	static void writePeers(ByteBuf out, List<Peer> peers) {
		List<Peer> some = peers.subList(0, Math.min(peers.size(), MAX_ENTRIES));
		writeNumber(out, some.size());
		some.forEach((peer) -> writePeer(out, peer));
	}

	static List<Peer> readPeers(ByteBuf in) {
		int size = readSize(in);
		List<Peer> peers = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			peers.add(readPeer(in));
		}
		return peers;
	}

	static void writeEntries(ByteBuf out, Map<String, String> entries) {
		if (entries.size() > MAX_ENTRIES) {
			throw new IllegalArgumentException("More than " + MAX_ENTRIES + " headers: " + entries.size());
		}
		entries.forEach((name, value) -> {
			if (name.length() > MAX_CHARS || value.length() > MAX_CHARS) {
				throw new IllegalArgumentException("The name or the value of a header has more than " + MAX_CHARS
						+ " characters: " + name.substring(0, Math.min(name.length(), 80)));
			}
		});
		writeNumber(out, entries.size());
		entries.forEach((name, value) -> {
			writeString(out, name);
			writeString(out, value);
		});
	}

	static Map<String, String> readEntries(ByteBuf in) {
		int size = readSize(in);
		if (size == 0) {
			return Map.of();
		}
		Map<String, String> entries = new LinkedHashMap<>();
		for (int i = 0; i < size; i++) {
			String name = readString(in);
			entries.put(name, readString(in));
		}
		return entries;
	}

	private static int readSize(ByteBuf in) {
		long size = readNumber(in);
		if (size > MAX_ENTRIES) {
			throw new MalformedEnvelopeException("a list has " + size + " entries, more than " + MAX_ENTRIES);
		}
		return (int) size;
	}

	static void writeReport(ByteBuf out, OverrunReport report) {
		out.writeByte(report.reason().ordinal());
		out.writeByte(report.receiver().ordinal());
		writeString(out, report.route());
		writeString(out, report.contextId(), 255);
		writePeer(out, report.sentBy());
		writePeer(out, report.receivedBy());
		writeNumber(out, report.msgBufferSize());
		out.writeByte(POLICIES.indexOf(report.overflow()));
		writeNumber(out, report.firstUndelivered());
		writeNumber(out, report.lastUndelivered());
		writeNumber(out, report.buffered());
		writeNumber(out, report.consumed());
		writeNumber(out, report.undelivered());
		writeNumber(out, Math.max(0, report.detectedAt().toEpochMilli()));
		out.writeByte(report.provisional() ? 1 : 0);
	}

	static OverrunReport readReport(ByteBuf in) {
		OverrunReport.Reason reason = constant(OverrunReport.Reason.values(), readByte(in), "overrun reason");
		Side receiver = constant(Side.values(), readByte(in), "side");
		String route = readString(in);
		String contextId = readString(in);
		Peer sentBy = readPeer(in);
		Peer receivedBy = readPeer(in);
		long msgBufferSize = readNumber(in);
		BufferOverflowStrategy overflow = constant(POLICIES, readByte(in), "overflow policy");
		long firstUndelivered = readNumber(in);
		long lastUndelivered = readNumber(in);
		long buffered = readNumber(in);
		long consumed = readNumber(in);
		long undelivered = readNumber(in);
		Instant detectedAt = Instant.ofEpochMilli(readNumber(in));
		return new OverrunReport(reason, receiver, route, contextId, sentBy, receivedBy, msgBufferSize, overflow,
				firstUndelivered, lastUndelivered, buffered, consumed, undelivered, detectedAt, readFlag(in));
	}

	static <E> E constant(E[] constants, int code, String what) {
		return constant(List.of(constants), code, what);
	}

	private static <E> E constant(List<E> constants, int code, String what) {
		if (code >= constants.size()) {
			throw new MalformedEnvelopeException("unknown " + what + " " + code);
		}
		return constants.get(code);
	}

	/**
	 * Read a code of a list whose last constant stands for those not known yet.
	 */
	static <E> E constantOrLast(E[] constants, int code) {
		return constants[Math.min(code, constants.length - 1)];
	}

}
