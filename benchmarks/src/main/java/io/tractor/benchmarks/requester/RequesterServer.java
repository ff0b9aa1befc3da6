package io.tractor.benchmarks.requester;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.tractor.benchmarks.Credited;
import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.Running;
import io.tractor.benchmarks.Strategies;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;

/**
 * Message mappings.
 */
public final class RequesterServer {

	/**
	 * The server's name.
	 */
	public static final String NAME = "requester";

	private RequesterServer() {
	}

	public static int start(Running running) {
		RSocketMessageHandler handler = new RSocketMessageHandler();
		handler.setRSocketStrategies(Strategies.CBOR);
		handler.setHandlers(List.of(new Mappings(running)));
		handler.afterPropertiesSet();
		CloseableChannel channel = RSocketServer.create(handler.responder())
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.bind(TcpServerTransport.create("127.0.0.1", 0))
			.block();
		return Objects.requireNonNull(channel).address().getPort();
	}

	static final class Mappings {

		private final Running running;

		Mappings(Running running) {
			this.running = running;
		}

		@MessageMapping("readings")
		Flux<Reading> readings() {
			Runnable ended = this.running.begin();
			return Flux.<Reading, Long>generate(() -> 0L, (index, sink) -> {
				sink.next(Reading.of(index));
				return index + 1;
			}).doFinally((signal) -> ended.run());
		}

		/**
		 * Answer with how many readings came, each in its turn.
		 */
		@MessageMapping("collect.{credit}")
		Mono<Long> collect(@DestinationVariable int credit, Flux<Reading> readings) {
			Runnable ended = this.running.begin();
			AtomicLong collected = new AtomicLong();
			Credited<Reading> subscriber = new Credited<>(credit,
					(reading) -> reading.index() == collected.getAndIncrement());
			readings.subscribe(subscriber);
			return Mono.fromFuture(subscriber.ended())
				.then(Mono.fromSupplier(collected::get))
				.doFinally((signal) -> ended.run());
		}

		@MessageMapping("echo")
		Flux<byte[]> echo(Flux<byte[]> messages) {
			Runnable ended = this.running.begin();
			return messages.doFinally((signal) -> ended.run());
		}

	}

}
