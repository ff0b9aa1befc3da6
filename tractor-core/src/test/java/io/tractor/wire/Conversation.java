package io.tractor.wire;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tractor.ContextCancelledException;
import io.tractor.ContextTimeoutException;
import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.TractorException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Envelopes;
import io.tractor.engine.ErrorBoundary;
import io.tractor.engine.Signals;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A conversation of {@code docs/protocol.md}, replayed by two engines: what the document
 * says that the tasks do is done, and every frame must be the one of the document.
 */
final class Conversation {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final List<String> lines;

	private final EnvelopeText context;

	private final Map<Side, Node> nodes = new EnumMap<>(Side.class);

	private byte @Nullable [] argument;

	Conversation(List<String> lines) {
		this.lines = lines;
		this.context = EnvelopeText.parse(lines.get(0));
		this.nodes.put(Side.CALLER, new Node(Side.CALLER));
		this.nodes.put(Side.CALLEE, new Node(Side.CALLEE));
	}

	void replay() {
		for (int i = 1; i < this.lines.size(); i++) {
			String line = this.lines.get(i);
			if (line.startsWith("* ")) {
				act(line.substring(2).split(" ", 3));
			}
			else if (line.startsWith("= ")) {
				checkEnd(EnvelopeText.parse(line.substring(2)));
			}
			else {
				StringBuilder hex = new StringBuilder();
				while (i + 1 < this.lines.size() && this.lines.get(i + 1).startsWith("    ")) {
					i++;
					hex.append(this.lines.get(i));
				}
				Side from = line.startsWith("> ") ? Side.CALLER : Side.CALLEE;
				exchange(from, EnvelopeText.parse(line.substring(2)), ProtocolExamplesTests.bytes(hex.toString()));
			}
		}
		this.nodes.values().forEach((node) -> {
			assertThat(node.nextFrame()).as("another frame of the %s", node.side).isNull();
			assertThat(node.engine.state()).isEqualTo(ContextEngine.State.ENDED);
		});
	}

	private void act(String[] action) {
		Node node = node(Side.valueOf(action[0].toUpperCase(Locale.ROOT)));
		ContextEngine engine = node.engine;
		String operand = (action.length > 2) ? action[2] : "null";
		byte[] bytes = operand.startsWith("0x") ? EnvelopeText.bytes(operand) : null;
		switch (action[1]) {
			case "opens" -> {
				this.argument = bytes;
			}
			case "starts" -> engine.start(bytes);
			case "openStream" -> {
				EnvelopeText options = EnvelopeText.parse("openStream " + operand);
				engine.open(options.flag("backpressure"), (int) options.number("messages"),
						BufferOverflowStrategy.valueOf(options.text("overflow")));
			}
			case "sends" -> assertThat(engine.send(Objects.requireNonNull(bytes), true)).isTrue();
			case "waits" -> assertThat(engine.send(Objects.requireNonNull(bytes), true)).isFalse();
			case "receives" -> assertThat(engine.receive()).isEqualTo(bytes);
			case "returns" -> engine.complete(bytes);
			case "cancels" -> engine.cancel(unquoted(operand), null);
			case "expires" -> {
				String[] texts = operand.split("(?<=\") ");
				engine.expire(unquoted(texts[0]), new ContextTimeoutException(unquoted(texts[1])));
			}
			case "acknowledges" -> {
				ContextCancelledException cause = (ContextCancelledException) Objects.requireNonNull(engine.cause());
				engine.acknowledge(new Envelopes.Cancellation(Envelopes.Cancellation.Origin.CALLER, unquoted(operand),
						cause.causeType(), cause.causeMessage()));
			}
			case "ends" -> engine.end();
			default -> throw new IllegalArgumentException(String.join(" ", action));
		}
	}

	private static String unquoted(String text) {
		return text.substring(1, text.length() - 1);
	}

	private void exchange(Side from, EnvelopeText text, byte[] bytes) {
		Node receiver = node(from.other());
		switch (text.name()) {
			case "OPENING" -> {
				assertThat(EnvelopeText.readOpening(bytes)).isEqualTo(text);
				assertThat(text.write()).asHexString().isEqualTo(ProtocolExamplesTests.hex(bytes));
				OpeningEntry entry = text.toOpening();
				assertThat(entry.contextId()).isEqualTo(this.context.text("id"));
				assertThat(entry.grant()).isEqualTo(node(from).engine.grant());
				assertThat(entry.hasArgument()).isEqualTo(this.argument != null);
				receiver.engine.granted(entry.grant());
			}
			case "ARGUMENT" ->
				assertThat(bytes).isEqualTo(this.argument).isEqualTo(EnvelopeText.bytes(text.text("value")));
			default -> {
				byte[] frame = node(from).nextFrame();
				assertThat(frame).as(text.toString())
					.isNotNull()
					.asHexString()
					.isEqualTo(ProtocolExamplesTests.hex(bytes));
				assertThat(EnvelopeText.read(bytes)).isEqualTo(text);
				EnvelopeReader.read(Unpooled.wrappedBuffer(bytes), receiver.engine);
			}
		}
	}

	private void checkEnd(EnvelopeText expected) {
		this.nodes.values().forEach((node) -> {
			Ledger ledger = Objects.requireNonNull(node.ledger);
			assertThat(expected.name().equals("toCallee") ? ledger.toCallee() : ledger.toCaller())
				.as("%s as the %s knows it", expected.name(), node.side)
				.isEqualTo(new Ledger.Direction(expected.number("sent"), expected.number("consumed"),
						expected.number("dropped"), expected.number("discarded"), expected.number("unknown")));
		});
	}

	private Node node(Side side) {
		return Objects.requireNonNull(this.nodes.get(side));
	}

	private final class Node implements Signals {

		private final Deque<byte[]> frames = new ArrayDeque<>();

		private final Side side;

		private final ContextEngine engine;

		private @Nullable Ledger ledger;

		Node(Side side) {
			this.side = side;
			EnvelopeText text = Conversation.this.context;
			Peer self = EnvelopeText.peer(text.text(side.toString()));
			Peer peer = EnvelopeText.peer(text.text(side.other().toString()));
			this.engine = new ContextEngine(new ContextIdentity(side, text.text("id"), text.text("route"), self), peer,
					(int) text.number(side + "Buffer"), BufferLimits.DEFAULT, () -> NOW, ErrorBoundary.OPEN, this);
		}

		byte @Nullable [] nextFrame() {
			if (this.frames.isEmpty()) {
				List<ByteBuf> out = new ArrayList<>();
				EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, out::add);
				this.engine.write(writer, EnvelopeWriter.BATCH_BYTES);
				writer.flush();
				out.forEach((frame) -> this.frames.add(ByteBufUtil.getBytes(frame)));
			}
			return this.frames.poll();
		}

		@Override
		public void writable(boolean urgent) {
		}

		@Override
		public void changed() {
		}

		@Override
		public void broken(TractorException cause) {
		}

		@Override
		public void overrun(OverrunReport report) {
		}

		@Override
		public void unreadable(long index, String type) {
		}

		@Override
		public void finished(Ledger result) {
			this.ledger = result;
		}

	}

}
