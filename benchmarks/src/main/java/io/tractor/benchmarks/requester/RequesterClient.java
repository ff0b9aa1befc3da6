package io.tractor.benchmarks.requester;

import io.tractor.benchmarks.Credited;
import io.tractor.benchmarks.Lane;
import io.tractor.benchmarks.Lazy;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.ReadingSource;
import io.tractor.benchmarks.ServerProcess;
import io.tractor.benchmarks.Strategies;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.util.MimeType;

/**
 * Calls the mappings.
 */
public final class RequesterClient {

	private final Lazy<RSocketRequester> requester;

	public RequesterClient(ServerProcess server) {
		this.requester = new Lazy<>(() -> RSocketRequester.builder()
			.rsocketStrategies(Strategies.CBOR)
			.dataMimeType(new MimeType("application", "cbor"))
			.tcp("127.0.0.1", server.port(RequesterServer.NAME)));
	}

	/**
	 * Receive readings.
	 */
	public Lane readings(int credit) {
		return (tally) -> {
			Credited<Reading> readings = new Credited<>(credit, (reading) -> tally.take(reading.index()));
			this.requester.get().route("readings").retrieveFlux(Reading.class).subscribe(readings);
			return readings.ended();
		};
	}

	/**
	 * Send readings, counted as they are asked for.
	 */
	public Lane collect(int credit) {
		return (tally) -> {
			ReadingSource readings = new ReadingSource(tally);
			return this.requester.get()
				.route("collect.{credit}", credit)
				.data(readings.flux(), Reading.class)
				.retrieveFlux(Long.class)
				.single()
				.doOnNext(readings::check)
				.toFuture();
		};
	}

	/**
	 * Open one channel after the other: one message each way, and the end.
	 */
	public Lane exchanges(int size) {
		return Lane.repeat(() -> {
			Sinks.Empty<byte[]> open = Sinks.empty();
			return this.requester.get()
				.route("echo")
				.data(Flux.concat(Flux.just(Message.of(size, 0)), open.asMono()), byte[].class)
				.retrieveFlux(byte[].class)
				.map((message) -> {
					open.tryEmitEmpty().orThrow();
					return Message.index(message, size);
				})
				.single();
		});
	}

}
