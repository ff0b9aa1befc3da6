package io.tractor.task;

import java.nio.charset.StandardCharsets;

import org.springframework.core.ResolvableType;
import org.springframework.util.MimeType;

/**
 * Encodes all values as text, and decodes them to strings.
 */
final class TextCodecs implements MsgCodecs {

	@Override
	public <T> MsgCodec<T> codec(ResolvableType type, MimeType mimeType) {
		return new MsgCodec<>() {

			@Override
			public byte[] encode(T value) {
				return value.toString().getBytes(StandardCharsets.UTF_8);
			}

			@Override
			@SuppressWarnings("unchecked")
			public T decode(byte[] bytes) {
				return (T) new String(bytes, StandardCharsets.UTF_8);
			}

			@Override
			public String typeName() {
				return type.toString();
			}

		};
	}

}
