package io.tractor.wire;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.tractor.LogText;
import io.tractor.Peer;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;

/**
 * The metadata entry that makes a channel a context, to and from bytes.
 */
public final class OpeningCodec {

	/**
	 * The MIME type of the entry in the composite metadata.
	 */
	public static final String MIME_TYPE = "message/x.tractor.opening";

	/**
	 * The version of the protocol.
	 */
	public static final int VERSION = 1;

	/**
	 * How many headers an opening may have.
	 */
	public static final int MAX_HEADERS = Bytes.MAX_ENTRIES;

	/**
	 * How many characters the name, and the value, of a header may have.
	 */
	public static final int MAX_HEADER_CHARS = Bytes.MAX_CHARS;

	private static final String REMAINING = "remaining";

	/**
	 * What is surely no more than 63 bits.
	 */
	private static final Pattern MILLIS = Pattern.compile("[0-9]{1,18}");

	private OpeningCodec() {
	}

	/**
	 * Write an entry.
	 * @param out where to write it
	 * @param entry the entry
	 */
	public static void write(ByteBuf out, OpeningEntry entry) {
		out.writeByte(entry.minVersion());
		out.writeByte(entry.maxVersion());
		Bytes.writeString(out, entry.contextId(), 255);
		Bytes.writePeer(out, entry.caller());
		EnvelopeWriter.writeGrant(out, entry.grant());
		out.writeByte(entry.hasArgument() ? 1 : 0);
		Bytes.writeEntries(out, entry.headers());
		Duration remaining = entry.remaining();
		Bytes.writeEntries(out, (remaining != null) ? Map.of(REMAINING, millis(remaining)) : Map.of());
	}

	/**
	 * Round up, so that nobody thinks the time over before the caller does.
	 */
	private static String millis(Duration duration) {
		return Long.toString(duration.plusNanos(999_999).toMillis());
	}

	/**
	 * Read an entry. Of one in another version only what is common to all is read.
	 * @param in its bytes
	 * @return the entry
	 * @throws MalformedEnvelopeException if it is none
	 */
	public static OpeningEntry read(ByteBuf in) {
		int minVersion = Bytes.readByte(in);
		int maxVersion = Bytes.readByte(in);
		String contextId = Bytes.readString(in);
		if (contextId.isEmpty() || contextId.length() > 255) {
			throw new MalformedEnvelopeException("a context id of " + contextId.length() + " characters");
		}
		if (!LogText.isPlain(contextId)) {
			throw new MalformedEnvelopeException("a context id with control characters");
		}
		Peer caller = Bytes.readPeer(in);
		if (minVersion > VERSION || maxVersion < VERSION) {
			Envelopes.Grant none = new Envelopes.Grant(1, 1, 1);
			return new OpeningEntry(minVersion, maxVersion, contextId, caller, none, false, Map.of(), null);
		}
		Envelopes.Grant grant = EnvelopeReader.readGrant(in);
		boolean hasArgument = Bytes.readFlag(in);
		Map<String, String> headers = Bytes.readEntries(in);
		Map<String, String> options = Bytes.readEntries(in);
		return new OpeningEntry(minVersion, maxVersion, contextId, caller, grant, hasArgument, headers,
				duration(options.get(REMAINING)));
	}

	private static @Nullable Duration duration(@Nullable String millis) {
		return (millis != null && MILLIS.matcher(millis).matches()) ? Duration.ofMillis(Long.parseLong(millis)) : null;
	}

}
