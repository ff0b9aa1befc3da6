package io.tractor.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import reactor.core.publisher.Flux;

/**
 * A message without a codec: some bytes, the first eight of which are its index.
 */
public final class Message {

	private static final VarHandle INDEX = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

	/**
	 * What no message has as its index.
	 */
	public static final long NONE = Long.MIN_VALUE;

	private Message() {
	}

	public static byte[] of(int size, long index) {
		byte[] message = new byte[size];
		INDEX.set(message, 0, index);
		return message;
	}

	/**
	 * Return a message whose index is this moment.
	 */
	public static byte[] now(int size) {
		return of(size, System.nanoTime());
	}

	/**
	 * Return messages with increasing indexes, as many as are wanted.
	 */
	public static Flux<byte[]> until(Tally tally, int size) {
		return Flux.generate(() -> 0L, (index, sink) -> {
			if (tally.isOver()) {
				sink.complete();
			}
			else {
				sink.next(of(size, index));
			}
			return index + 1;
		});
	}

	/**
	 * Read a message.
	 * @param message the message
	 * @param size what its size must be
	 * @return its index, or {@link #NONE} if it has another size
	 */
	public static long index(byte[] message, int size) {
		return (message.length == size) ? (long) INDEX.get(message, 0) : NONE;
	}

}
