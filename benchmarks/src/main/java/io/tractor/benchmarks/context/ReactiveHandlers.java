package io.tractor.benchmarks.context;

import io.tractor.ActorContext;
import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamClosedException;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.Running;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Callees that do not block.
 */
final class ReactiveHandlers {

	private static final byte[] RESULT = new byte[1];

	private final Running running;

	ReactiveHandlers(Running running) {
		this.running = running;
	}

	@ActorContext(Routes.REACTIVE + Routes.SOURCE)
	Mono<Void> source(ReactiveCalleeContext<Void, byte[], byte[]> context, Integer size) {
		context.started(null);
		return send(context.openStream(), Flux.generate(() -> 0L, (index, sink) -> {
			sink.next(Message.of(size, index));
			return index + 1;
		}));
	}

	@ActorContext(Routes.REACTIVE + Routes.READINGS)
	Mono<Void> readings(ReactiveCalleeContext<Void, Reading, Reading> context) {
		context.started(null);
		return send(context.openStream(), Flux.generate(() -> 0L, (index, sink) -> {
			sink.next(Reading.of(index));
			return index + 1;
		}));
	}

	private <T> Mono<Void> send(ReactiveMsgStream<T, T> stream, Flux<T> messages) {
		return noted(
				stream.receive().next().then(stream.sendAll(messages)).onErrorComplete(StreamClosedException.class));
	}

	@ActorContext(Routes.REACTIVE + Routes.COLLECT)
	Mono<Long> collect(ReactiveCalleeContext<Void, Reading, Reading> context, Integer credit) {
		context.started(null);
		ReactiveMsgStream<Reading, Reading> stream = context.openStream((options) -> options.msgBufferSize(credit));
		return noted(stream.send(Reading.of(0))
			.thenMany(stream.receive())
			.index()
			.takeWhile((reading) -> reading.getT1() == reading.getT2().index())
			.count());
	}

	@ActorContext(Routes.REACTIVE + Routes.ECHO)
	Mono<Void> echo(ReactiveCalleeContext<Void, byte[], byte[]> context) {
		context.started(null);
		ReactiveMsgStream<byte[], byte[]> stream = context.openStream();
		return noted(stream.sendAll(stream.receive()));
	}

	@ActorContext(Routes.REACTIVE + Routes.EXCHANGE)
	Mono<byte[]> exchange(ReactiveCalleeContext<Void, byte[], byte[]> context) {
		context.started(null);
		ReactiveMsgStream<byte[], byte[]> stream = context.openStream();
		return noted(stream.receive().next().flatMap(stream::send).thenReturn(RESULT));
	}

	@ActorContext(Routes.REACTIVE + Routes.DEAF)
	Mono<Void> deaf(ReactiveCalleeContext<Void, byte[], byte[]> context) {
		context.started(null);
		return noted(Mono.never());
	}

	private <T> Mono<T> noted(Mono<T> task) {
		return Mono.defer(() -> {
			Runnable ended = this.running.begin();
			return task.doFinally((signal) -> ended.run());
		});
	}

}
