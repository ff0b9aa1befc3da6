package io.tractor.messaging;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import io.tractor.MsgTypeException;
import io.tractor.task.MsgCodec;
import io.tractor.task.MsgCodecs;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.Encoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentLruCache;
import org.springframework.util.MimeType;

/**
 * Codecs that use the encoders and decoders of {@link RSocketStrategies}. As with these,
 * a {@link String} is its own text and a {@code byte[]} is its own bytes with every MIME
 * type. Codecs are kept, as there are few types and many contexts. Thread-safe.
 */
public final class StrategiesMsgCodecs implements MsgCodecs {

	private static final boolean JACKSON = ClassUtils.isPresent("tools.jackson.databind.ObjectMapper",
			StrategiesMsgCodecs.class.getClassLoader())
			&& ClassUtils.isPresent("org.springframework.http.codec.JacksonCodecSupport",
					StrategiesMsgCodecs.class.getClassLoader());

	/**
	 * Peers choose the MIME type, and so must not fill the memory.
	 */
	private static final int MAX_KEPT = 512;

	private final ConcurrentLruCache<Key, MsgCodec<?>> kept = new ConcurrentLruCache<>(MAX_KEPT, this::create);

	private final RSocketStrategies strategies;

	/**
	 * Create codecs.
	 * @param strategies the encoders and decoders
	 */
	public StrategiesMsgCodecs(RSocketStrategies strategies) {
		Assert.notNull(strategies, "'strategies' must not be null");
		this.strategies = strategies;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> MsgCodec<T> codec(ResolvableType type, MimeType mimeType) {
		return (MsgCodec<T>) this.kept.get(new Key(type, mimeType));
	}

	private MsgCodec<?> create(Key key) {
		ResolvableType type = key.type();
		Class<?> rawType = type.toClass();
		if (rawType == byte[].class) {
			return BytesCodec.INSTANCE;
		}
		if (rawType == String.class) {
			return new StringCodec(key.mimeType());
		}
		if (rawType == Void.class || rawType == void.class) {
			return VoidCodec.INSTANCE;
		}
		ResolvableType valueType = (rawType.isPrimitive())
				? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(rawType)) : type;
		return new StrategiesCodec(this.strategies, valueType, key.mimeType());
	}

	/**
	 * What a codec is for.
	 */
	private record Key(ResolvableType type, MimeType mimeType) {

	}

	private static final class BytesCodec implements MsgCodec<byte[]> {

		private static final BytesCodec INSTANCE = new BytesCodec();

		@Override
		public String typeName() {
			return "byte[]";
		}

		@Override
		public byte[] encode(byte[] value) {
			return value.clone();
		}

		@Override
		public byte[] decode(byte[] bytes) {
			return bytes;
		}

	}

	private static final class StringCodec implements MsgCodec<String> {

		private final MimeType mimeType;

		private final Charset charset;

		StringCodec(MimeType mimeType) {
			this.mimeType = mimeType;
			Charset charset = mimeType.getCharset();
			this.charset = (charset != null) ? charset : StandardCharsets.UTF_8;
		}

		@Override
		public String typeName() {
			return String.class.getName();
		}

		@Override
		public byte[] encode(String value) {
			return value.getBytes(this.charset);
		}

		@Override
		public String decode(byte[] bytes) {
			String value = new String(bytes, this.charset);
			if (value.indexOf('\uFFFD') >= 0) {
				// Either the replacement character itself, or bytes that are no text
				try {
					this.charset.newDecoder().decode(ByteBuffer.wrap(bytes));
				}
				catch (CharacterCodingException ex) {
					throw new MsgTypeException("Cannot read " + bytes.length + " bytes of " + this.mimeType
							+ " as java.lang.String: they are not " + this.charset
							+ " text. Declare the same type on both sides", ex);
				}
			}
			return value;
		}

	}

	private static final class VoidCodec implements MsgCodec<Object> {

		private static final VoidCodec INSTANCE = new VoidCodec();

		@Override
		public String typeName() {
			return Void.class.getName();
		}

		@Override
		public byte[] encode(Object value) {
			throw new MsgTypeException("Cannot encode a value of " + value.getClass().getName()
					+ " as java.lang.Void: declare the type of the value instead", null);
		}

		@Override
		public Object decode(byte[] bytes) {
			throw new MsgTypeException("Cannot read " + bytes.length
					+ " bytes as java.lang.Void: no value is expected here. Declare the same type on both sides", null);
		}

	}

	private static final class StrategiesCodec implements MsgCodec<Object> {

		private final RSocketStrategies strategies;

		private final ResolvableType type;

		private final MimeType mimeType;

		private volatile @Nullable Function<Object, byte[]> writer;

		private volatile @Nullable Function<byte[], @Nullable Object> reader;

		StrategiesCodec(RSocketStrategies strategies, ResolvableType type, MimeType mimeType) {
			this.strategies = strategies;
			this.type = type;
			this.mimeType = mimeType;
		}

		@Override
		public String typeName() {
			return this.type.toString();
		}

		@Override
		public byte[] encode(Object value) {
			Assert.notNull(value, "'value' must not be null");
			Function<Object, byte[]> writer = this.writer;
			if (writer == null) {
				writer = findWriter(this.type);
				this.writer = writer;
			}
			if (writer == null) {
				writer = findWriter(ResolvableType.forInstance(value));
			}
			if (writer == null) {
				throw new MsgTypeException(
						"No encoder for " + value.getClass().getName() + " (declared as " + this.type + ") and "
								+ this.mimeType + ". Add one to the RSocketStrategies, or use another data MIME type",
						null);
			}
			try {
				return writer.apply(value);
			}
			catch (RuntimeException ex) {
				throw new MsgTypeException("Cannot encode a value of " + value.getClass().getName() + " (declared as "
						+ this.type + ") as " + this.mimeType + ": " + ex.getMessage()
						+ ". Make it a type that the encoder can write, or add an encoder to the RSocketStrategies",
						ex);
			}
		}

		@Override
		public Object decode(byte[] bytes) {
			Function<byte[], @Nullable Object> reader = this.reader;
			if (reader == null) {
				reader = findReader();
				this.reader = reader;
			}
			Object value;
			try {
				value = reader.apply(bytes);
			}
			catch (RuntimeException ex) {
				throw new MsgTypeException(describe(bytes) + ": " + ex.getMessage()
						+ ". Declare the same type on both sides, with properties that fit", ex);
			}
			if (value == null) {
				throw new MsgTypeException(
						describe(bytes) + ": they hold no value. Declare the same type on both sides", null);
			}
			return value;
		}

		private String describe(byte[] bytes) {
			return "Cannot read " + bytes.length + " bytes of " + this.mimeType + " as " + this.type;
		}

		private @Nullable Function<Object, byte[]> findWriter(ResolvableType valueType) {
			Encoder<Object> encoder;
			try {
				encoder = this.strategies.encoder(valueType, this.mimeType);
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
			Function<Object, byte[]> direct = JACKSON ? JacksonValues.writer(encoder, valueType, this.mimeType) : null;
			return (direct != null) ? direct : (value) -> encode(encoder, valueType, value);
		}

		private byte[] encode(Encoder<Object> encoder, ResolvableType valueType, Object value) {
			// Buffers on the heap: what an encoder forgets to release is not leaked
			DataBuffer buffer = encoder.encodeValue(value, DefaultDataBufferFactory.sharedInstance, valueType,
					this.mimeType, null);
			try {
				byte[] bytes = new byte[buffer.readableByteCount()];
				buffer.read(bytes);
				return bytes;
			}
			finally {
				DataBufferUtils.release(buffer);
			}
		}

		private Function<byte[], @Nullable Object> findReader() {
			Decoder<Object> decoder;
			try {
				decoder = this.strategies.decoder(this.type, this.mimeType);
			}
			catch (IllegalArgumentException ex) {
				throw new MsgTypeException("No decoder for " + this.type + " and " + this.mimeType
						+ ". Add one to the RSocketStrategies, or use another data MIME type", ex);
			}
			Function<byte[], @Nullable Object> direct = JACKSON
					? JacksonValues.reader(decoder, this.type, this.mimeType) : null;
			return (direct != null) ? direct : (bytes) -> decoder
				.decode(DefaultDataBufferFactory.sharedInstance.wrap(bytes), this.type, this.mimeType, null);
		}

	}

}
