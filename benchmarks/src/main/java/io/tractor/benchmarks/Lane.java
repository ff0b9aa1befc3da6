package io.tractor.benchmarks;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

/**
 * Opens what carries messages: a stream, or one context after the other.
 */
@FunctionalInterface
public interface Lane {

	/**
	 * Open it. Does not block for long.
	 * @param tally is given what arrives; once it is over, the lane ends by itself
	 * @return done when this process's end of the lane is over
	 * @throws Exception if it cannot be opened
	 */
	Future<?> open(Tally tally) throws Exception;

	/**
	 * Return a lane that does one thing after the other.
	 * @param once does it, and gives the index of the message that came, which is 0
	 */
	static Lane repeat(Supplier<Mono<Long>> once) {
		return (tally) -> {
			AtomicLong done = new AtomicLong();
			return Mono.defer(once)
				.map((index) -> tally.take((index == 0) ? done.getAndIncrement() : Message.NONE))
				.repeat(() -> !tally.isOver())
				.then()
				.toFuture();
		};
	}

}
