package io.tractor.benchmarks.raw;

import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Running;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The metadata of the first payload says what is wanted; the data of all are messages.
 */
public final class RawServer implements RSocket {

	/**
	 * The server's name.
	 */
	public static final String NAME = "raw";

	static final String SOURCE = "source";

	static final String ECHO = "echo";

	static final String ECHO_ON_THREAD = "echo on a thread";

	private final Running running;

	private RawServer(Running running) {
		this.running = running;
	}

	public static int start(Running running) {
		CloseableChannel channel = RSocketServer.create(SocketAcceptor.with(new RawServer(running)))
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.bind(TcpServerTransport.create("127.0.0.1", 0))
			.block();
		return Objects.requireNonNull(channel).address().getPort();
	}

	@Override
	public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
		Runnable ended = this.running.begin();
		return Flux.from(payloads).switchOnFirst((signal, all) -> {
			Payload first = Objects.requireNonNull(signal.get());
			return switch (first.getMetadataUtf8()) {
				case ECHO -> all.map(RawServer::answer);
				case ECHO_ON_THREAD -> all.publishOn(Schedulers.boundedElastic()).map(RawServer::answer);
				default -> {
					Flux<Payload> messages = source(first.sliceData().readInt());
					all.subscribe(Payload::release);
					yield messages;
				}
			};
		}).doFinally((signal) -> ended.run());
	}

	private static Flux<Payload> source(int size) {
		return Flux.generate(() -> 0L, (index, sink) -> {
			sink.next(ByteBufPayload.create(Message.of(size, index)));
			return index + 1;
		});
	}

	private static Payload answer(Payload message) {
		ByteBuf data = message.sliceData().retain();
		message.release();
		return ByteBufPayload.create(data);
	}

}
