package io.tractor.task;

import org.springframework.core.ResolvableType;
import org.springframework.util.MimeType;

/**
 * Finds codecs. Thread-safe.
 */
@FunctionalInterface
public interface MsgCodecs {

	/**
	 * Return a codec for a type.
	 * @param type the type
	 * @param mimeType the connection's data MIME type
	 * @param <T> the type
	 * @return the codec; a type that no encoder or decoder knows is reported when a value
	 * is encoded or decoded
	 */
	<T> MsgCodec<T> codec(ResolvableType type, MimeType mimeType);

}
