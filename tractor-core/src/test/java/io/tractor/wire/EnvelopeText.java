package io.tractor.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * An envelope, or an opening, as {@code docs/protocol.md} writes it: a name and fields,
 * {@code NAME field=value field="value"}.
 *
 * @param name the name
 * @param fields the fields, in order
 */
record EnvelopeText(String name, List<Map.Entry<String, @Nullable String>> fields) {

	private static final Pattern FIELD = Pattern.compile("([\\w.]+)=(\"([^\"]*)\"|\\S+)");

	private static final HexFormat HEX = HexFormat.of();

	static EnvelopeText parse(String line) {
		int end = line.indexOf(' ');
		EnvelopeText text = new EnvelopeText((end < 0) ? line : line.substring(0, end), new ArrayList<>());
		Matcher matcher = FIELD.matcher(line);
		while (matcher.find()) {
			String value = (matcher.group(3) != null) ? matcher.group(3) : matcher.group(2);
			text.with(matcher.group(1), "null".equals(matcher.group(2)) ? null : value);
		}
		return text;
	}

	/**
	 * Describe bytes.
	 * @return the text, or {@code null} if the envelope is ignored
	 */
	static @Nullable EnvelopeText read(byte[] bytes) {
		Describer describer = new Describer((bytes.length > 0 && bytes[0] == Kind.BATCH) ? "BATCH" : "MSG");
		EnvelopeReader.read(Unpooled.wrappedBuffer(bytes), describer);
		return describer.text;
	}

	static EnvelopeText readOpening(byte[] bytes) {
		OpeningEntry entry = OpeningCodec.read(Unpooled.wrappedBuffer(bytes));
		EnvelopeText text = new EnvelopeText("OPENING", new ArrayList<>()).with("contextId", entry.contextId())
			.with("caller", entry.caller().toString())
			.with("grant", grant(entry.grant()))
			.with("hasArgument", entry.hasArgument());
		entry.headers().forEach((name, value) -> text.with("header." + name, value));
		Duration remaining = entry.remaining();
		return (remaining != null) ? text.with("remaining", remaining.toMillis()) : text;
	}

	OpeningEntry toOpening() {
		Map<String, String> headers = new LinkedHashMap<>();
		for (Map.Entry<String, @Nullable String> field : this.fields) {
			if (field.getKey().startsWith("header.")) {
				headers.put(field.getKey().substring("header.".length()), String.valueOf(field.getValue()));
			}
		}
		return new OpeningEntry(1, 1, text("contextId"), peer(text("caller")), grant(text("grant")),
				flag("hasArgument"), headers, remaining());
	}

	private @Nullable Duration remaining() {
		boolean given = this.fields.stream().anyMatch((field) -> field.getKey().equals("remaining"));
		return given ? Duration.ofMillis(number("remaining")) : null;
	}

	/**
	 * Return the bytes.
	 */
	byte[] write() {
		if (this.name.equals("OPENING")) {
			ByteBuf out = Unpooled.buffer();
			OpeningCodec.write(out, toOpening());
			return ByteBufUtil.getBytes(out);
		}
		List<ByteBuf> out = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, out::add);
		apply(writer);
		writer.flush();
		return ByteBufUtil.getBytes(out.get(0));
	}

	private void apply(Envelopes target) {
		switch (this.name) {
			case "STARTED" -> target.started(grant(text("grant")), peer(text("callee")), bytes(field("value")));
			case "MSG", "BATCH" -> this.fields.forEach((field) -> target.msg(notNull(bytes(field.getValue()))));
			case "OPENED" ->
				target.opened(flag("backpressure"), number("messages"), number("bytes"), number("runAhead"));
			case "END_SEND" -> target.endSend(number("sent"));
			case "RETURN" -> target.returned(counts(), bytes(field("value")));
			case "CREDIT" -> target.credit(number("messages"), number("bytes"));
			case "PROBE" -> target.probe(number("index"), number("bytes"));
			case "STOP_RECEIVE" -> target.stopReceive();
			case "OVERRUN" -> target.overrun(report(""));
			case "DROPPED" -> target.dropped(report(""));
			case "DECODE_FAILED" -> target.decodeFailed(number("index"), text("type"));
			case "CANCEL" -> target.cancel(counts(), cancellation());
			case "ERROR" -> target.error(counts(), failure());
			case "REJECT" ->
				target.reject(ContextRejectedException.Code.valueOf(text("code")), flag("retryable"), text("message"));
			case "CANCELLED" -> target.cancelled(counts(), cancellation());
			case "END" -> target.end(counts());
			default -> throw new IllegalArgumentException(this.name);
		}
	}

	private Envelopes.Cancellation cancellation() {
		return new Envelopes.Cancellation(Envelopes.Cancellation.Origin.valueOf(text("origin")), text("reason"),
				field("causeType"), field("causeMessage"));
	}

	private RemoteActorException.Failure failure() {
		List<Peer> path = Arrays.stream(text("relayPath").split(",")).map(EnvelopeText::peer).toList();
		boolean hasReport = this.fields.stream().noneMatch((field) -> field.getKey().equals("overrun"));
		return new RemoteActorException.Failure(RemoteActorException.Code.valueOf(text("code")), text("exceptionType"),
				text("message"), text("route"), text("contextId"), path, field("stackTrace"),
				hasReport ? report("overrun.") : null);
	}

	private OverrunReport report(String prefix) {
		return new OverrunReport(OverrunReport.Reason.valueOf(text(prefix + "reason")),
				Side.valueOf(text(prefix + "receiver").toUpperCase(Locale.ROOT)), text(prefix + "route"),
				text(prefix + "contextId"), peer(text(prefix + "sentBy")), peer(text(prefix + "receivedBy")),
				number(prefix + "msgBufferSize"), BufferOverflowStrategy.valueOf(text(prefix + "overflow")),
				number(prefix + "firstUndelivered"), number(prefix + "lastUndelivered"), number(prefix + "buffered"),
				number(prefix + "consumed"), number(prefix + "undelivered"),
				Instant.ofEpochMilli(number(prefix + "detectedAt")), flag(prefix + "provisional"));
	}

	private EnvelopeText with(String field, @Nullable Object value) {
		this.fields.add(new SimpleEntry<>(field, (value != null) ? value.toString() : null));
		return this;
	}

	private EnvelopeText with(String prefix, OverrunReport report) {
		return with(prefix + "reason", report.reason()).with(prefix + "receiver", report.receiver())
			.with(prefix + "route", report.route())
			.with(prefix + "contextId", report.contextId())
			.with(prefix + "sentBy", report.sentBy())
			.with(prefix + "receivedBy", report.receivedBy())
			.with(prefix + "msgBufferSize", report.msgBufferSize())
			.with(prefix + "overflow", report.overflow())
			.with(prefix + "firstUndelivered", report.firstUndelivered())
			.with(prefix + "lastUndelivered", report.lastUndelivered())
			.with(prefix + "buffered", report.buffered())
			.with(prefix + "consumed", report.consumed())
			.with(prefix + "undelivered", report.undelivered())
			.with(prefix + "detectedAt", report.detectedAt().toEpochMilli())
			.with(prefix + "provisional", report.provisional());
	}

	@Nullable String field(String field) {
		return this.fields.stream()
			.filter((candidate) -> candidate.getKey().equals(field))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(this.name + " has no field " + field))
			.getValue();
	}

	String text(String field) {
		return notNull(field(field));
	}

	long number(String field) {
		return Long.parseLong(text(field));
	}

	boolean flag(String field) {
		return Boolean.parseBoolean(text(field));
	}

	private Envelopes.Counts counts() {
		long[] counts = numbers(text("counts"));
		return new Envelopes.Counts(counts[0], counts[1], counts[2]);
	}

	private static <T> T notNull(@Nullable T value) {
		if (value == null) {
			throw new IllegalArgumentException("A value is missing");
		}
		return value;
	}

	static Peer peer(String text) {
		int slash = text.indexOf('/');
		return new Peer(text.substring(0, slash), text.substring(slash + 1));
	}

	private static Envelopes.Grant grant(String text) {
		long[] grant = numbers(text);
		return new Envelopes.Grant(grant[0], grant[1], grant[2]);
	}

	private static String grant(Envelopes.Grant grant) {
		return grant.messages() + "/" + grant.bytes() + "/" + grant.maxMessage();
	}

	private static long[] numbers(String text) {
		return Arrays.stream(text.split("/")).mapToLong(Long::parseLong).toArray();
	}

	/**
	 * Read {@code 0x…} or {@code null}.
	 */
	static byte @Nullable [] bytes(@Nullable String text) {
		return (text != null) ? HEX.parseHex(text.substring(2)) : null;
	}

	private static @Nullable String text(byte @Nullable [] bytes) {
		return (bytes != null) ? "0x" + HEX.formatHex(bytes) : null;
	}

	private static final class Describer implements Envelopes {

		private final String messageName;

		private @Nullable EnvelopeText text;

		Describer(String messageName) {
			this.messageName = messageName;
		}

		private EnvelopeText begin(String name) {
			EnvelopeText begun = new EnvelopeText(name, new ArrayList<>());
			this.text = begun;
			return begun;
		}

		private EnvelopeText begin(String name, Counts counts) {
			return begin(name).with("counts", counts.sent() + "/" + counts.consumed() + "/" + counts.dropped());
		}

		private static void describe(EnvelopeText text, Cancellation cancellation) {
			text.with("origin", cancellation.origin())
				.with("reason", cancellation.reason())
				.with("causeType", cancellation.causeType())
				.with("causeMessage", cancellation.causeMessage());
		}

		@Override
		public void started(Grant grant, Peer callee, byte @Nullable [] value) {
			begin("STARTED").with("callee", callee).with("grant", grant(grant)).with("value", text(value));
		}

		@Override
		public void msg(byte[] payload) {
			EnvelopeText messages = this.text;
			((messages != null) ? messages : begin(this.messageName)).with("payload", text(payload));
		}

		@Override
		public void opened(boolean backpressure, long messages, long bytes, long runAhead) {
			begin("OPENED").with("backpressure", backpressure)
				.with("messages", messages)
				.with("bytes", bytes)
				.with("runAhead", runAhead);
		}

		@Override
		public void endSend(long sent) {
			begin("END_SEND").with("sent", sent);
		}

		@Override
		public void returned(Counts counts, byte @Nullable [] value) {
			begin("RETURN", counts).with("value", text(value));
		}

		@Override
		public void credit(long messages, long bytes) {
			begin("CREDIT").with("messages", messages).with("bytes", bytes);
		}

		@Override
		public void probe(long index, long bytes) {
			begin("PROBE").with("index", index).with("bytes", bytes);
		}

		@Override
		public void stopReceive() {
			begin("STOP_RECEIVE");
		}

		@Override
		public void overrun(OverrunReport report) {
			begin("OVERRUN").with("", report);
		}

		@Override
		public void dropped(OverrunReport report) {
			begin("DROPPED").with("", report);
		}

		@Override
		public void decodeFailed(long index, String type) {
			begin("DECODE_FAILED").with("index", index).with("type", type);
		}

		@Override
		public void cancel(Counts counts, Cancellation cancellation) {
			describe(begin("CANCEL", counts), cancellation);
		}

		@Override
		public void error(Counts counts, RemoteActorException.Failure failure) {
			EnvelopeText error = begin("ERROR", counts).with("code", failure.code())
				.with("exceptionType", failure.exceptionType())
				.with("message", failure.message())
				.with("route", failure.route())
				.with("contextId", failure.contextId())
				.with("relayPath", String.join(",", failure.relayPath().stream().map(Peer::toString).toList()))
				.with("stackTrace", failure.stackTrace());
			OverrunReport overrun = failure.overrun();
			if (overrun != null) {
				error.with("overrun.", overrun);
			}
			else {
				error.with("overrun", (Object) null);
			}
		}

		@Override
		public void reject(ContextRejectedException.Code code, boolean retryable, String message) {
			begin("REJECT").with("code", code).with("retryable", retryable).with("message", message);
		}

		@Override
		public void cancelled(Counts counts, Cancellation cancellation) {
			describe(begin("CANCELLED", counts), cancellation);
		}

		@Override
		public void end(Counts counts) {
			begin("END", counts);
		}

	}

}
