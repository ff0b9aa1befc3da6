package io.tractor.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownMimeType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Reads the examples of {@code docs/protocol.md}: the bytes mean what the document says,
 * and what it says is written as these bytes.
 */
class ProtocolExamplesTests {

	private static final Path DOCUMENT = Path.of("../docs/protocol.md");

	private static final Set<String> ENVELOPES = Set.of("STARTED", "MSG", "BATCH", "OPENED", "END_SEND", "RETURN",
			"CREDIT", "PROBE", "STOP_RECEIVE", "OVERRUN", "DROPPED", "DECODE_FAILED", "CANCEL", "ERROR", "REJECT",
			"CANCELLED", "END");

	@TestFactory
	Stream<DynamicTest> envelopes() {
		return examples("envelopes").stream()
			.map((example) -> DynamicTest.dynamicTest(example.text().toString(), () -> {
				assertThat(EnvelopeText.read(example.bytes())).isEqualTo(example.text());
				assertThat(example.text().write()).asHexString().isEqualTo(hex(example.bytes()));
			}));
	}

	@Test
	void everyEnvelopeHasAnExample() {
		Set<String> names = new TreeSet<>();
		examples("envelopes").forEach((example) -> names.add(example.text().name()));
		assertThat(names).isEqualTo(ENVELOPES);
	}

	@TestFactory
	Stream<DynamicTest> openings() {
		return examples("opening").stream().map((example) -> DynamicTest.dynamicTest(example.text().toString(), () -> {
			assertThat(EnvelopeText.readOpening(example.bytes())).isEqualTo(example.text());
			assertThat(example.text().write()).asHexString().isEqualTo(hex(example.bytes()));
		}));
	}

	@Test
	void firstFrameHasRouteAndOpening() {
		ByteBuf metadata = Unpooled.wrappedBuffer(bytes(String.join(" ", blocks("metadata").get(0))));
		Iterator<CompositeMetadata.Entry> entries = new CompositeMetadata(metadata, false).iterator();
		CompositeMetadata.Entry routing = entries.next();
		assertThat(routing.getMimeType()).isEqualTo(WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString());
		assertThat(new RoutingMetadata(routing.getContent())).containsExactly("hello");
		CompositeMetadata.Entry opening = entries.next();
		assertThat(opening.getMimeType()).isEqualTo(OpeningCodec.MIME_TYPE);
		assertThat(ByteBufUtil.getBytes(opening.getContent())).isEqualTo(examples("opening").get(0).bytes());
		assertThat(entries.hasNext()).isFalse();
	}

	@TestFactory
	Stream<DynamicTest> bundles() {
		return blocks("bundle").stream().map((lines) -> DynamicTest.dynamicTest(lines.get(0), () -> {
			byte[] frame = bytes(lines.get(0));
			List<EnvelopeText> meanings = lines.subList(1, lines.size())
				.stream()
				.map((line) -> EnvelopeText.parse(line.trim()))
				.toList();
			assertThat(Bundles.envelopes(frame).stream().map(EnvelopeText::read)).containsExactlyElementsOf(meanings);
			List<ByteBuf> read = new ArrayList<>();
			EnvelopeWriter again = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, read::add);
			EnvelopeReader.read(Unpooled.wrappedBuffer(frame), again);
			again.flush();
			assertThat(read.stream().map(ByteBufUtil::getBytes)).containsExactlyElementsOf(Bundles.envelopes(frame));
			ByteBuf written = Unpooled.buffer();
			meanings.forEach((meaning) -> EnvelopeBundle.add(written, Unpooled.wrappedBuffer(meaning.write())));
			assertThat(ByteBufUtil.getBytes(written)).asHexString().isEqualTo(hex(frame));
		}));
	}

	@TestFactory
	Stream<DynamicTest> malformed() {
		return blocks("malformed").get(0).stream().map((line) -> DynamicTest.dynamicTest(line, () -> {
			byte[] bytes = bytes(line.substring(0, line.indexOf(';')));
			assertThatExceptionOfType(MalformedEnvelopeException.class).isThrownBy(() -> EnvelopeText.read(bytes));
		}));
	}

	@TestFactory
	Stream<DynamicTest> lenient() {
		return blocks("lenient").get(0).stream().map((line) -> DynamicTest.dynamicTest(line, () -> {
			int middle = line.indexOf('=');
			String meaning = line.substring(middle + 1).trim();
			EnvelopeText read = EnvelopeText.read(bytes(line.substring(0, middle)));
			if (meaning.isEmpty()) {
				assertThat(read).isNull();
			}
			else {
				assertThat(read).isEqualTo(EnvelopeText.parse(meaning));
			}
		}));
	}

	@TestFactory
	Stream<DynamicTest> conversations() {
		return blocks("conversation").stream()
			.map((lines) -> DynamicTest.dynamicTest(lines.get(0), () -> new Conversation(lines).replay()));
	}

	private static List<Example> examples(String language) {
		List<Example> examples = new ArrayList<>();
		for (List<String> block : blocks(language)) {
			examples.addAll(Example.read(block));
		}
		assertThat(examples).isNotEmpty();
		return examples;
	}

	/**
	 * Return the lines of all fenced blocks in a language.
	 */
	private static List<List<String>> blocks(String language) {
		List<List<String>> blocks = new ArrayList<>();
		List<String> current = null;
		for (String line : document()) {
			if (line.equals("```" + language)) {
				current = new ArrayList<>();
			}
			else if (line.equals("```")) {
				if (current != null) {
					blocks.add(current);
				}
				current = null;
			}
			else if (current != null) {
				current.add(line);
			}
		}
		assertThat(blocks).as("blocks of %s", language).isNotEmpty();
		return blocks;
	}

	private static List<String> document() {
		try {
			return Files.readAllLines(DOCUMENT);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex.replaceAll("[\\s|]", ""));
	}

	static String hex(byte[] bytes) {
		return HexFormat.of().withUpperCase().formatHex(bytes);
	}

	/**
	 * A meaning and its bytes, which follow on indented lines.
	 *
	 * @param text the meaning
	 * @param bytes the bytes
	 */
	record Example(EnvelopeText text, byte[] bytes) {

		static List<Example> read(List<String> lines) {
			List<Example> examples = new ArrayList<>();
			for (int i = 0; i < lines.size(); i++) {
				StringBuilder hex = new StringBuilder();
				EnvelopeText text = EnvelopeText.parse(lines.get(i));
				while (i + 1 < lines.size() && lines.get(i + 1).startsWith("    ")) {
					i++;
					hex.append(lines.get(i));
				}
				examples.add(new Example(text, ProtocolExamplesTests.bytes(hex.toString())));
			}
			return examples;
		}

	}

}
