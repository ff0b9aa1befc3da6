package io.tractor.messaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.tractor.MsgTypeException;
import io.tractor.task.MsgCodec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.http.codec.cbor.JacksonCborDecoder;
import org.springframework.http.codec.cbor.JacksonCborEncoder;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link StrategiesMsgCodecs}.
 */
class StrategiesMsgCodecsTests {

	private static final MimeType CBOR = MimeType.valueOf("application/cbor");

	private final StrategiesMsgCodecs codecs = new StrategiesMsgCodecs(
			RSocketStrategies.builder().encoder(new JacksonCborEncoder()).decoder(new JacksonCborDecoder()).build());

	@Test
	void whenRecordIsEncodedThenItIsDecodedAsEqual() {
		MsgCodec<Item> codec = codec(Item.class);
		assertThat(codec.decode(codec.encode(new Item("a", 1)))).isEqualTo(new Item("a", 1));
	}

	@Test
	void whenTypeIsGenericThenElementsAreDecodedAsTheirType() {
		MsgCodec<List<Item>> list = this.codecs
			.codec(ResolvableType.forType(new ParameterizedTypeReference<List<Item>>() {
			}), CBOR);
		assertThat(list.decode(list.encode(List.of(new Item("a", 1))))).containsExactly(new Item("a", 1));
		MsgCodec<Map<String, List<Item>>> map = this.codecs
			.codec(ResolvableType.forType(new ParameterizedTypeReference<Map<String, List<Item>>>() {
			}), CBOR);
		assertThat(map.decode(map.encode(Map.of("k", List.of(new Item("b", 2)))))).containsEntry("k",
				List.of(new Item("b", 2)));
	}

	@Test
	void whenTypeIsBytesThenBytesAreThemselvesWithAnyMimeType() {
		MsgCodec<byte[]> codec = this.codecs.codec(ResolvableType.forClass(byte[].class), MimeType.valueOf("a/b"));
		byte[] value = { 1, 2 };
		byte[] encoded = codec.encode(value);
		value[0] = 9;
		assertThat(encoded).containsExactly(1, 2);
		assertThat(codec.decode(encoded)).isSameAs(encoded);
		assertThat(codec.decode(codec.encode(new byte[0]))).isEmpty();
	}

	@Test
	void whenTypeIsStringThenItIsItsTextWithAnyMimeType() {
		MsgCodec<String> codec = codec(String.class);
		assertThat(codec.encode("grüß \uFFFD 😀")).isEqualTo("grüß \uFFFD 😀".getBytes(StandardCharsets.UTF_8));
		assertThat(codec.decode(codec.encode("grüß \uFFFD 😀"))).isEqualTo("grüß \uFFFD 😀");
		assertThat(codec.decode(codec.encode(""))).isEmpty();
		MsgCodec<String> latin = this.codecs.codec(ResolvableType.forClass(String.class),
				MimeType.valueOf("text/plain;charset=ISO-8859-1"));
		assertThat(latin.encode("ü")).hasSize(1);
		assertThat(latin.decode(latin.encode("ü"))).isEqualTo("ü");
	}

	@Test
	@DisplayName("M10 when bytes are no text then decoding a string names the type")
	void whenBytesAreNoTextThenDecodingStringFails() {
		byte[] cborMap = codec(Item.class).encode(new Item("a", 1));
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec(String.class).decode(cborMap))
			.withMessageContaining("java.lang.String")
			.withMessageContaining("application/cbor");
	}

	@Test
	void whenTypeIsScalarThenItIsEncodedWithItsWrapper() {
		assertThat(codec(int.class).decode(codec(Integer.class).encode(5))).isEqualTo(5);
		assertThat(codec(Boolean.class).decode(codec(boolean.class).encode(true))).isEqualTo(true);
		assertThat(codec(Long.class).decode(codec(Long.class).encode(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void whenTypeIsObjectThenPlainValuesPass() {
		MsgCodec<Object> codec = codec(Object.class);
		assertThat(codec.decode(codec.encode("text"))).isEqualTo("text");
		assertThat(codec.decode(codec.encode(List.of(1, 2)))).isEqualTo(List.of(1, 2));
	}

	@Test
	void whenDeclaredTypeHasNoEncoderThenEncoderForValuesClassIsUsed() {
		StrategiesMsgCodecs plain = new StrategiesMsgCodecs(RSocketStrategies.create());
		MsgCodec<Object> codec = plain.codec(ResolvableType.forClass(Object.class), CBOR);
		assertThat(codec.encode("text")).isEqualTo("text".getBytes(StandardCharsets.UTF_8));
		assertThat(codec.encode(ByteBuffer.wrap(new byte[] { 7 }))).containsExactly(7);
	}

	@Test
	@DisplayName("M11 S4 R5 when a value cannot be encoded then the error names its type")
	void whenValueCannotBeEncodedThenErrorNamesType() {
		assertThatExceptionOfType(MsgTypeException.class)
			.isThrownBy(() -> codec(Broken.class).encode(new Broken("secret")))
			.withMessageContaining(Broken.class.getName())
			.withMessageContaining("application/cbor")
			.withMessageContaining("no value today");
	}

	@Test
	@DisplayName("M10 when bytes cannot be decoded then the error names the expected type")
	void whenBytesCannotBeDecodedThenErrorNamesExpectedType() {
		MsgCodec<List<Item>> codec = this.codecs
			.codec(ResolvableType.forType(new ParameterizedTypeReference<List<Item>>() {
			}), CBOR);
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec.decode(codec(Integer.class).encode(3)))
			.withMessageContaining("java.util.List<" + Item.class.getName() + ">")
			.withMessageContaining("application/cbor");
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec.decode(new byte[0]))
			.withMessageContaining("java.util.List<" + Item.class.getName() + ">");
	}

	@Test
	void whenBytesHoldNullThenErrorNamesExpectedType() {
		byte[] cborNull = { (byte) 0xF6 };
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec(Item.class).decode(cborNull))
			.withMessageContaining(Item.class.getName());
	}

	@Test
	void whenNoEncoderOrDecoderKnowsTypeThenItIsReportedAtTheValue() {
		MsgCodec<Item> codec = this.codecs.codec(ResolvableType.forClass(Item.class), MimeTypeUtils.IMAGE_GIF);
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec.encode(new Item("a", 1)))
			.withMessageContaining("No encoder")
			.withMessageContaining(Item.class.getName())
			.withMessageContaining("image/gif")
			.withMessageContaining("RSocketStrategies");
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec.decode(new byte[1]))
			.withMessageContaining("No decoder")
			.withMessageContaining(Item.class.getName())
			.withMessageContaining("image/gif");
	}

	@Test
	void whenTypeIsVoidThenThereIsNoValue() {
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> codec(Void.class).decode(new byte[3]))
			.withMessageContaining("java.lang.Void");
		assertThatExceptionOfType(MsgTypeException.class)
			.isThrownBy(() -> this.codecs.<Object>codec(ResolvableType.forClass(void.class), CBOR).encode("x"))
			.withMessageContaining("java.lang.String");
	}

	@SuppressWarnings("unchecked")
	private <T> MsgCodec<T> codec(Class<?> type) {
		return (MsgCodec<T>) this.codecs.codec(ResolvableType.forClass(type), CBOR);
	}

	record Item(String name, int count) {

	}

	record Broken(String value) {

		@Override
		public String value() {
			throw new IllegalStateException("no value today");
		}

	}

}
