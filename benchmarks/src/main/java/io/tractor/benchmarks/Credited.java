package io.tractor.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Asks for as many messages as the credit, and again in steps of half of it.
 *
 * @param <T> the messages
 */
public final class Credited<T> extends BaseSubscriber<T> {

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final int credit;

	private final int step;

	private final Predicate<T> taker;

	private int consumed;

	/**
	 * Create a subscriber.
	 * @param credit the credit in messages
	 * @param taker takes a message, and says whether more are wanted
	 */
	public Credited(int credit, Predicate<T> taker) {
		this.credit = credit;
		this.step = Math.max(1, credit / 2);
		this.taker = taker;
	}

	/**
	 * Return what is done once the publisher has ended or no more is wanted.
	 */
	public CompletableFuture<Void> ended() {
		return this.ended;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		subscription.request(this.credit);
	}

	@Override
	protected void hookOnNext(T message) {
		if (!this.taker.test(message)) {
			cancel();
			this.ended.complete(null);
			return;
		}
		this.consumed++;
		if (this.consumed == this.step) {
			this.consumed = 0;
			request(this.step);
		}
	}

	@Override
	protected void hookOnComplete() {
		this.ended.complete(null);
	}

	@Override
	protected void hookOnError(Throwable error) {
		this.ended.completeExceptionally(error);
	}

}
