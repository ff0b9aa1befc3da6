package io.tractor.benchmarks.raw;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.benchmarks.Credited;
import io.tractor.benchmarks.Lane;
import io.tractor.benchmarks.Lazy;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.ServerProcess;
import io.tractor.benchmarks.Threads;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Reads messages where they lie in the network's buffer, without a copy.
 */
public final class RawClient {

	private static final int ECHO_CREDIT = 64;

	private final Lazy<RSocket> connection;

	public RawClient(ServerProcess server) {
		this.connection = new Lazy<>(() -> RSocketConnector.create()
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.connect(TcpClientTransport.create("127.0.0.1", server.port(RawServer.NAME)))
			.blockOptional()
			.orElseThrow());
	}

	/**
	 * Receive messages.
	 */
	public Lane source(int size, int credit) {
		return (tally) -> {
			Sinks.Empty<Payload> open = Sinks.empty();
			Credited<Payload> messages = new Credited<>(credit, (message) -> tally.take(index(message, size)));
			ByteBuf argument = Unpooled.buffer(Integer.BYTES).writeInt(size);
			this.connection.get()
				.requestChannel(Flux.concat(Flux.just(opening(RawServer.SOURCE, argument)), open.asMono()))
				.subscribe(messages);
			return messages.ended();
		};
	}

	/**
	 * Send the next message as soon as the last one is back, on the connection's event
	 * loop.
	 */
	public Lane echo(int size) {
		return (tally) -> {
			Sinks.Many<Payload> out = Sinks.many().unicast().onBackpressureBuffer();
			out.tryEmitNext(opening(RawServer.ECHO, Unpooled.wrappedBuffer(Message.now(size)))).orThrow();
			Credited<Payload> messages = new Credited<>(ECHO_CREDIT, (message) -> {
				if (tally.take(index(message, size))) {
					out.tryEmitNext(ByteBufPayload.create(Message.now(size))).orThrow();
				}
				else {
					out.tryEmitComplete().orThrow();
				}
				return true;
			});
			this.connection.get().requestChannel(out.asFlux()).subscribe(messages);
			return messages.ended();
		};
	}

	/**
	 * Send all the time, and receive it back.
	 */
	public Lane flood(int size) {
		return (tally) -> {
			Credited<Payload> messages = new Credited<>(ECHO_CREDIT, (message) -> {
				tally.take(index(message, size));
				return true;
			});
			this.connection.get()
				.requestChannel(Message.until(tally, size)
					.index((index, message) -> (index == 0) ? opening(RawServer.ECHO, Unpooled.wrappedBuffer(message))
							: ByteBufPayload.create(message)))
				.subscribe(messages);
			return messages.ended();
		};
	}

	/**
	 * Do the same on threads that wait for the messages, here and over there.
	 */
	public Lane echoOnThreads(int size) {
		return (tally) -> Threads.start(() -> {
			BlockingQueue<Long> received = new LinkedBlockingQueue<>();
			Sinks.Many<Payload> out = Sinks.many().unicast().onBackpressureBuffer();
			out.tryEmitNext(opening(RawServer.ECHO_ON_THREAD, Unpooled.wrappedBuffer(Message.now(size)))).orThrow();
			Credited<Payload> messages = new Credited<>(ECHO_CREDIT, (message) -> received.add(index(message, size)));
			this.connection.get().requestChannel(out.asFlux()).subscribe(messages);
			while (tally.take(received.take())) {
				out.tryEmitNext(ByteBufPayload.create(Message.now(size))).orThrow();
			}
			out.tryEmitComplete().orThrow();
			return messages.ended().get();
		});
	}

	/**
	 * Open one channel after the other: one message each way, and the end.
	 */
	public Lane exchanges(int size) {
		return Lane.repeat(() -> {
			Sinks.Empty<Payload> open = Sinks.empty();
			Payload first = opening(RawServer.ECHO, Unpooled.wrappedBuffer(Message.of(size, 0)));
			return this.connection.get().requestChannel(Flux.concat(Flux.just(first), open.asMono())).map((message) -> {
				open.tryEmitEmpty().orThrow();
				return index(message, size);
			}).single();
		});
	}

	private static Payload opening(String what, ByteBuf data) {
		return ByteBufPayload.create(data, ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, what));
	}

	private static long index(Payload message, int size) {
		ByteBuf data = message.sliceData();
		long index = (data.readableBytes() == size) ? data.readLong() : Message.NONE;
		message.release();
		return index;
	}

}
