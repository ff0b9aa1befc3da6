package io.tractor.benchmarks.context;

import io.tractor.Portal;
import io.tractor.ReactiveMsgStream;
import io.tractor.benchmarks.Lane;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.ReadingSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Callers that do not block, as do the callees not.
 */
public final class ReactiveClient {

	private static final byte[] GO = new byte[1];

	private final Portal portal;

	public ReactiveClient(Portal portal) {
		this.portal = portal;
	}

	/**
	 * Receive messages.
	 */
	public Lane source(int size, int credit) {
		return (tally) -> this.portal.context(Routes.source(Routes.REACTIVE)).argument(size).runMono((context) -> {
			ReactiveMsgStream<byte[], byte[]> stream = context.openStream((options) -> options.msgBufferSize(credit));
			return stream.send(GO)
				.thenMany(stream.receive())
				.takeUntil((message) -> !tally.take(Message.index(message, size)))
				.then();
		}).toFuture();
	}

	/**
	 * Receive readings.
	 */
	public Lane readings(int credit) {
		return (tally) -> this.portal.context(Routes.readings(Routes.REACTIVE)).runMono((context) -> {
			ReactiveMsgStream<Reading, Reading> stream = context.openStream((options) -> options.msgBufferSize(credit));
			return stream.send(Reading.of(0))
				.thenMany(stream.receive())
				.takeUntil((reading) -> !tally.take(reading.index()))
				.then();
		}).toFuture();
	}

	/**
	 * Send readings, counted as they are asked for.
	 */
	public Lane collect(int credit) {
		return (tally) -> this.portal.context(Routes.collect(Routes.REACTIVE)).argument(credit).runMono((context) -> {
			ReactiveMsgStream<Reading, Reading> stream = context.openStream();
			ReadingSource readings = new ReadingSource(tally);
			return stream.receive()
				.next()
				.then(stream.sendAll(readings.flux()))
				.doOnSuccess((sent) -> stream.endSend())
				.then(context.result())
				.doOnNext(readings::check);
		}).toFuture();
	}

	/**
	 * Send the next message as soon as the last one is back, on the connection's event
	 * loop.
	 */
	public Lane echo(int size) {
		return (tally) -> this.portal.context(Routes.echo(Routes.REACTIVE)).runMono((context) -> {
			ReactiveMsgStream<byte[], byte[]> stream = context.openStream();
			Sinks.Many<byte[]> out = Sinks.many().unicast().onBackpressureBuffer();
			out.tryEmitNext(Message.now(size)).orThrow();
			return stream.sendAll(out.asFlux()).and(stream.receive().takeUntil((message) -> {
				if (tally.take(Message.index(message, size))) {
					out.tryEmitNext(Message.now(size)).orThrow();
					return false;
				}
				out.tryEmitComplete().orThrow();
				return true;
			}));
		}).toFuture();
	}

	/**
	 * Send all the time, and receive it back.
	 */
	public Lane flood(int size) {
		return (tally) -> this.portal.context(Routes.echo(Routes.REACTIVE)).runMono((context) -> {
			ReactiveMsgStream<byte[], byte[]> stream = context.openStream();
			Flux<byte[]> messages = Message.until(tally, size);
			return stream.sendAll(messages)
				.doOnSuccess((sent) -> stream.endSend())
				.and(stream.receive().doOnNext((message) -> tally.take(Message.index(message, size))));
		}).toFuture();
	}

	/**
	 * Open one context after the other: one message each way, and a result.
	 */
	public Lane exchanges(int size) {
		return Lane.repeat(() -> this.portal.context(Routes.REACTIVE_EXCHANGES).runMono((context) -> {
			ReactiveMsgStream<byte[], byte[]> stream = context.openStream();
			return stream.send(Message.of(size, 0))
				.then(stream.receive().next())
				.zipWhen((message) -> context.result(), (message, result) -> Message.index(message, size));
		}));
	}

}
