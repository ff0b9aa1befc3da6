package io.tractor.benchmarks;

import reactor.core.publisher.Flux;

/**
 * Readings to send until a tally is over. Used by one thread at a time.
 */
public final class ReadingSource {

	private final Tally tally;

	private volatile long next;

	/**
	 * Create a source.
	 * @param tally takes each reading as it is sent
	 */
	public ReadingSource(Tally tally) {
		this.tally = tally;
	}

	/**
	 * Return the next reading.
	 */
	public Reading next() {
		long index = this.next;
		this.next = index + 1;
		this.tally.take(index);
		return Reading.of(index);
	}

	/**
	 * Return the readings as they are asked for.
	 */
	public Flux<Reading> flux() {
		return Flux.generate((sink) -> {
			if (this.tally.isOver()) {
				sink.complete();
			}
			else {
				sink.next(next());
			}
		});
	}

	/**
	 * Fail if not all have arrived.
	 * @param collected how many have
	 */
	public void check(long collected) {
		if (collected != this.next) {
			throw new IllegalStateException(this.next + " readings were sent, but " + collected + " arrived");
		}
	}

}
