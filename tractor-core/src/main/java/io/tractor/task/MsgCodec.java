package io.tractor.task;

/**
 * Encodes and decodes the values of one type. Thread-safe.
 *
 * @param <T> the type
 */
public interface MsgCodec<T> {

	/**
	 * Encode a value.
	 * @param value the value
	 * @return its bytes, owned by the library from then on
	 * @throws io.tractor.MsgTypeException if it cannot be encoded, naming the type
	 */
	byte[] encode(T value);

	/**
	 * Decode a value.
	 * @param bytes its bytes
	 * @return the value
	 * @throws io.tractor.MsgTypeException if it cannot be decoded, naming the expected
	 * type
	 */
	T decode(byte[] bytes);

	/**
	 * Return the name of the type that is expected where a value is decoded.
	 * @return the name
	 */
	String typeName();

}
