package io.tractor.benchmarks.inside;

import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.Strategies;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.task.MsgCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;

/**
 * Values to the bytes of a message, and back.
 */
@State(Scope.Thread)
public class CodecBenchmark {

	private final MsgCodec<Reading> readings = codec(Reading.class);

	private final MsgCodec<byte[]> arrays = codec(byte[].class);

	private Reading reading = Reading.of(1_000_000);

	private byte[] readingBytes = this.readings.encode(this.reading);

	private byte[] array = new byte[16];

	private static <T> MsgCodec<T> codec(Class<T> type) {
		return new StrategiesMsgCodecs(Strategies.CBOR).codec(ResolvableType.forClass(type),
				MediaType.APPLICATION_CBOR);
	}

	@Benchmark
	public byte[] encodeReading() {
		return this.readings.encode(this.reading);
	}

	@Benchmark
	public Reading decodeReading() {
		return this.readings.decode(this.readingBytes);
	}

	@Benchmark
	public byte[] encodeBytes() {
		return this.arrays.encode(this.array);
	}

	@Benchmark
	public byte[] decodeBytes() {
		return this.arrays.decode(this.array);
	}

}
