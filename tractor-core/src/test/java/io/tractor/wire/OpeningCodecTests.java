package io.tractor.wire;

import java.time.Duration;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tractor.Peer;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the options of {@link OpeningCodec}. The rest is in
 * {@link ProtocolExamplesTests}.
 */
class OpeningCodecTests {

	@ParameterizedTest
	@CsvSource({ "PT0S,PT0S", "PT0.000000001S,PT0.001S", "PT1.5S,PT1.5S", "PT1.5000001S,PT1.501S",
			"PT876000H,PT876000H" })
	@DisplayName("O9 the remaining time goes over in milliseconds, rounded up")
	void whenThereIsADeadlineThenRemainingTimeIsRoundedUp(Duration remaining, Duration read) {
		ByteBuf bytes = Unpooled.buffer();
		OpeningCodec.write(bytes, entry(remaining));
		assertThat(OpeningCodec.read(bytes).remaining()).isEqualTo(read);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-1", "+1", "1.5", "1e3", "0x10", "a while", "\u0661", "1000000000000000000" })
	@DisplayName("O9 L2 a remaining time that is none is ignored")
	void whenRemainingTimeIsNoneThenItIsIgnored(String value) {
		ByteBuf bytes = Unpooled.buffer();
		OpeningCodec.write(bytes, entry(null));
		bytes.writerIndex(bytes.writerIndex() - 1);
		Bytes.writeEntries(bytes, Map.of("unknown", "1", "remaining", value));
		assertThat(OpeningCodec.read(bytes)).isEqualTo(entry(null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "\u007f", "\u2028", "\u0000" })
	@DisplayName("L2 an opening whose context id has control characters is malformed")
	void whenContextIdHasControlCharactersThenMalformed(String contextId) {
		ByteBuf bytes = Unpooled.buffer();
		OpeningCodec.write(bytes,
				new OpeningEntry(1, 1, contextId, Peer.UNKNOWN, new Envelopes.Grant(1, 1, 1), false, Map.of(), null));
		assertThatExceptionOfType(MalformedEnvelopeException.class).isThrownBy(() -> OpeningCodec.read(bytes))
			.withMessage("a context id with control characters");
	}

	private static OpeningEntry entry(@Nullable Duration remaining) {
		return new OpeningEntry(1, 1, "c-1", new Peer("shop", "shop-1"), new Envelopes.Grant(1, 1, 1), false, Map.of(),
				remaining);
	}

}
