package io.tractor.messaging;

import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.codec.EncodingException;
import org.springframework.http.codec.JacksonCodecSupport;
import org.springframework.util.CollectionUtils;
import org.springframework.util.MimeType;

/**
 * Writes and reads values as Spring's encoders and decoders for Jackson do, with what
 * these look up for each value looked up once for each type. To be loaded only where
 * Spring Web and Jackson are there.
 */
final class JacksonValues {

	/**
	 * Subclasses may choose a writer or reader for each value, and so are left alone.
	 */
	private static final Set<String> KNOWN = Set.of("org.springframework.http.codec.cbor.JacksonCborEncoder",
			"org.springframework.http.codec.cbor.JacksonCborDecoder",
			"org.springframework.http.codec.json.JacksonJsonEncoder",
			"org.springframework.http.codec.json.JacksonJsonDecoder");

	private JacksonValues() {
	}

	/**
	 * Return what an encoder does with values of a type.
	 * @return gives a value's bytes, or {@code null} if the encoder is to be asked itself
	 */
	static @Nullable Function<Object, byte[]> writer(Object encoder, ResolvableType type, MimeType mimeType) {
		ObjectMapper mapper = mapper(encoder, type, mimeType);
		if (mapper == null) {
			return null;
		}
		JavaType javaType = javaType(mapper, type);
		// other types are written as what a value is, not as what it is declared as
		boolean declared = javaType.isContainerType() || javaType.isFinal();
		ObjectWriter writer = declared ? mapper.writerFor(javaType) : mapper.writer();
		return (value) -> {
			try {
				return writer.writeValueAsBytes(value);
			}
			catch (JacksonException ex) {
				throw new EncodingException(ex.getOriginalMessage(), ex);
			}
		};
	}

	/**
	 * Return what a decoder does with values of a type.
	 * @return gives the value of bytes, or {@code null} if the decoder is to be asked
	 * itself
	 */
	static @Nullable Function<byte[], @Nullable Object> reader(Object decoder, ResolvableType type, MimeType mimeType) {
		ObjectMapper mapper = mapper(decoder, type, mimeType);
		if (mapper == null) {
			return null;
		}
		ObjectReader reader = mapper.readerFor(javaType(mapper, type));
		return (bytes) -> {
			try {
				return reader.readValue(bytes);
			}
			catch (JacksonException ex) {
				throw new DecodingException(ex.getOriginalMessage(), ex);
			}
		};
	}

	private static @Nullable ObjectMapper mapper(Object codec, ResolvableType type, MimeType mimeType) {
		Charset charset = mimeType.getCharset();
		boolean known = KNOWN.contains(codec.getClass().getName())
				&& (charset == null || charset.equals(StandardCharsets.UTF_8));
		if (!known || !(codec instanceof JacksonCodecSupport<?> support)) {
			return null;
		}
		return CollectionUtils.isEmpty(support.getMappersForType(type.toClass())) ? support.getMapper() : null;
	}

	private static JavaType javaType(ObjectMapper mapper, ResolvableType type) {
		Class<?> context = (type.getSource() instanceof MethodParameter parameter) ? parameter.getContainingClass()
				: null;
		Type resolved = GenericTypeResolver.resolveType(type.getType(), context);
		return mapper.constructType(resolved);
	}

}
