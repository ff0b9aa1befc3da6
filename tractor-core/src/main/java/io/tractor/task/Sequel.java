package io.tractor.task;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Emits what a publisher emits that is made of a {@code Mono}'s value. Other than
 * {@code flatMapMany}, it keeps nothing of the {@code Mono} while that publisher is
 * subscribed, which is for the whole life of a context.
 *
 * @param <T> what the {@code Mono} gives
 * @param <R> what is emitted
 */
public final class Sequel<T, R> extends Flux<R> {

	private final Mono<T> first;

	private final Function<? super T, ? extends Publisher<? extends R>> next;

	/**
	 * Create a publisher.
	 * @param first gives a value, or completes what is emitted, or is its error
	 * @param next makes what is emitted
	 */
	public Sequel(Mono<T> first, Function<? super T, ? extends Publisher<? extends R>> next) {
		this.first = first;
		this.next = next;
	}

	@Override
	public void subscribe(CoreSubscriber<? super R> actual) {
		Second<R> second = new Second<>(actual);
		First subscriber = new First(second);
		second.first = subscriber;
		actual.onSubscribe(second);
		this.first.subscribe(subscriber);
	}

	/**
	 * Subscribed to the first publisher.
	 */
	private final class First extends BaseSubscriber<T> {

		private final Second<R> second;

		private boolean over;

		First(Second<R> second) {
			this.second = second;
		}

		@Override
		public Context currentContext() {
			return this.second.currentContext();
		}

		@Override
		protected void hookOnNext(T value) {
			Publisher<? extends R> publisher = Sequel.this.next.apply(value);
			this.over = true;
			this.second.first = null;
			publisher.subscribe(this.second);
		}

		@Override
		protected void hookOnError(Throwable error) {
			if (!this.over) {
				this.second.onError(error);
			}
			else {
				Operators.onErrorDropped(error, currentContext());
			}
		}

		@Override
		protected void hookOnComplete() {
			if (!this.over) {
				this.second.onComplete();
			}
		}

	}

	/**
	 * Subscribed to the second publisher.
	 */
	private static final class Second<R> extends Operators.DeferredSubscription implements CoreSubscriber<R> {

		private final CoreSubscriber<? super R> actual;

		private volatile @Nullable BaseSubscriber<?> first;

		Second(CoreSubscriber<? super R> actual) {
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void cancel() {
			super.cancel();
			BaseSubscriber<?> subscriber = this.first;
			if (subscriber != null) {
				subscriber.cancel();
			}
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			set(subscription);
		}

		@Override
		public void onNext(R value) {
			this.actual.onNext(value);
		}

		@Override
		public void onError(Throwable error) {
			this.actual.onError(error);
		}

		@Override
		public void onComplete() {
			this.actual.onComplete();
		}

	}

}
