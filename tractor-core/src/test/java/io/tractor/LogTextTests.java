package io.tractor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogText}.
 */
class LogTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "caf\u00e9 \ud83d\ude00", "back\\slash" })
	void whenThereIsNothingToEscapeThenTextStays(String text) {
		assertThat(LogText.escape(text)).isSameAs(text);
		assertThat(LogText.isPlain(text)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "0a,\\n", "0d,\\r", "09,\\t", "00,\\u0000", "1b,\\u001b", "7f,\\u007f", "85,\\u0085", "2028,\\u2028",
			"2029,\\u2029" })
	void whenThereIsAControlCharacterThenItIsEscaped(String code, String escaped) {
		String text = "a" + (char) Integer.parseInt(code, 16) + "b";
		assertThat(LogText.escape(text)).isEqualTo("a" + escaped + "b");
		assertThat(LogText.isPlain(text)).isFalse();
	}

	@Test
	void whenExceptionOrPeerHasALineBreakThenItsTextHasNone() {
		assertThat(new ContextTimeoutException("one\ntwo")).hasMessage("one\\ntwo");
		assertThat(new Peer("shop\n", "1\r")).hasToString("shop\\n/1\\r");
	}

}
