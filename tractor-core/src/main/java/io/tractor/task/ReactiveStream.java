package io.tractor.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

import io.tractor.EndOfStreamException;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.util.Assert;

/**
 * A stream whose calls wait by not having signalled yet.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
final class ReactiveStream<R, S> extends TaskStream<R, S> implements ReactiveMsgStream<R, S> {

	private static final int PREFETCH = 64;

	private final AtomicBoolean received = new AtomicBoolean();

	/**
	 * Messages that wait for credit, in their order. Guarded by the monitor.
	 */
	private final Deque<Sending> waiting = new ArrayDeque<>();

	private final Runnable flush = this::flush;

	ReactiveStream(ContextMonitor monitor, MsgCodec<R> receiveCodec, MsgCodec<S> sendCodec, StreamSettings settings) {
		super(monitor, receiveCodec, sendCodec, settings);
	}

	@Override
	public Flux<R> receive() {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super R> actual) {
				if (ReactiveStream.this.received.compareAndSet(false, true)) {
					new SoleReceiver(actual).start();
				}
				else {
					Operators.error(actual,
							new IllegalStateException(
									"The messages of the context on route '" + monitor().identity().route()
											+ "' are being received already: there is one subscriber at a time"));
				}
			}

		};
	}

	@Override
	public Flux<R> share(LongConsumer onMissed) {
		Assert.notNull(onMissed, "'onMissed' must not be null");
		Broadcast<R> shared = share();
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super R> actual) {
				Broadcast<R>.Place place = monitor().compute((engine) -> shared.join());
				new SharingReceiver(actual, place, onMissed).start();
			}

		};
	}

	@Override
	public Mono<Void> send(S msg) {
		Assert.notNull(msg, "'msg' must not be null");
		return Mono.create((sink) -> {
			sink.onCancel(() -> withdraw(sink));
			submit(new SingleSending(encode(msg), sink));
		});
	}

	@Override
	public boolean offer(S msg) {
		byte[] bytes = encode(msg);
		return monitor().compute((engine) -> {
			engine.release();
			return this.waiting.isEmpty() && send(engine, bytes, false);
		});
	}

	@Override
	public Mono<Void> sendAll(Publisher<? extends S> msgs) {
		Assert.notNull(msgs, "'msgs' must not be null");
		return Mono.create((sink) -> {
			Sender sender = new Sender(sink);
			sink.onCancel(sender);
			msgs.subscribe(sender);
		});
	}

	private void submit(Sending sending) {
		boolean sent;
		try {
			sent = monitor().compute((engine) -> {
				engine.release();
				boolean accepted = this.waiting.isEmpty() && send(engine, sending.bytes(), true);
				if (!accepted) {
					this.waiting.add(sending);
					monitor().watch(this.flush);
				}
				return accepted;
			});
		}
		catch (RuntimeException ex) {
			sending.failed(ex);
			return;
		}
		if (sent) {
			sending.sent();
		}
	}

	private void withdraw(Object by) {
		monitor().update((engine) -> {
			this.waiting.removeIf((sending) -> sending.by() == by);
			// those behind it try again: they may be smaller
			engine.unblock();
		});
	}

	/**
	 * Send what there is credit for by now.
	 */
	private void flush() {
		List<Runnable> results = new ArrayList<>();
		monitor().update((engine) -> {
			boolean accepted = true;
			while (accepted && !this.waiting.isEmpty()) {
				Sending sending = this.waiting.element();
				try {
					accepted = send(engine, sending.bytes(), true);
					if (accepted) {
						results.add(sending::sent);
					}
				}
				catch (RuntimeException ex) {
					results.add(() -> sending.failed(ex));
				}
				if (accepted) {
					this.waiting.remove();
				}
			}
			if (this.waiting.isEmpty()) {
				monitor().unwatch(this.flush);
			}
		});
		if (!results.isEmpty()) {
			monitor().signal(() -> results.forEach(Runnable::run));
		}
	}

	/**
	 * A message that is to be sent.
	 */
	private interface Sending {

		/**
		 * Return what it was subscribed by.
		 */
		Object by();

		byte[] bytes();

		void sent();

		void failed(RuntimeException error);

	}

	private static final class SingleSending implements Sending {

		private final byte[] bytes;

		private final MonoSink<Void> sink;

		SingleSending(byte[] bytes, MonoSink<Void> sink) {
			this.bytes = bytes;
			this.sink = sink;
		}

		@Override
		public Object by() {
			return this.sink;
		}

		@Override
		public byte[] bytes() {
			return this.bytes;
		}

		@Override
		public void sent() {
			this.sink.success();
		}

		@Override
		public void failed(RuntimeException error) {
			this.sink.error(error);
		}

	}

	/**
	 * Sends what a publisher gives.
	 */
	private final class Sender extends BaseSubscriber<S> {

		private final MonoSink<Void> sink;

		private final AtomicInteger accepted = new AtomicInteger();

		/**
		 * How many messages are not accepted yet, and one more while the publisher goes
		 * on.
		 */
		private final AtomicInteger outstanding = new AtomicInteger(1);

		private volatile @Nullable Throwable error;

		Sender(MonoSink<Void> sink) {
			this.sink = sink;
		}

		@Override
		public Context currentContext() {
			return Context.of(this.sink.contextView());
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(PREFETCH);
		}

		@Override
		protected void hookOnNext(S msg) {
			byte[] bytes = encode(msg);
			this.outstanding.incrementAndGet();
			submit(new Part(bytes));
		}

		@Override
		protected void hookOnError(Throwable ex) {
			this.error = ex;
			settled();
		}

		@Override
		protected void hookOnComplete() {
			settled();
		}

		private void settled() {
			if (this.outstanding.decrementAndGet() > 0) {
				return;
			}
			Throwable failure = this.error;
			if (failure != null) {
				this.sink.error(failure);
			}
			else {
				this.sink.success();
			}
		}

		@Override
		protected void hookOnCancel() {
			withdraw(this);
		}

		private final class Part implements Sending {

			private final byte[] bytes;

			Part(byte[] bytes) {
				this.bytes = bytes;
			}

			@Override
			public Object by() {
				return Sender.this;
			}

			@Override
			public byte[] bytes() {
				return this.bytes;
			}

			@Override
			public void sent() {
				int count = Sender.this.accepted.incrementAndGet();
				if (count % (PREFETCH / 2) == 0) {
					request(PREFETCH / 2);
				}
				settled();
			}

			@Override
			public void failed(RuntimeException failure) {
				Sender.this.sink.error(failure);
				Sender.this.cancel();
			}

		}

	}

	/**
	 * Emits what is received.
	 */
	private abstract class Receiver implements Subscription, Runnable {

		private final CoreSubscriber<? super R> actual;

		private final AtomicLong requested = new AtomicLong();

		private final AtomicInteger work = new AtomicInteger();

		private final AtomicBoolean over = new AtomicBoolean();

		Receiver(CoreSubscriber<? super R> actual) {
			this.actual = actual;
		}

		/**
		 * Take the next message.
		 * @param engine the engine
		 * @param wanted whether it was requested; if not, only an end is looked for
		 * @return gives the message, or {@code null} if there is none
		 */
		abstract @Nullable Supplier<R> next(ContextEngine engine, boolean wanted);

		/**
		 * Make room for others.
		 */
		abstract void left();

		final void start() {
			this.actual.onSubscribe(this);
			monitor().update(ContextEngine::release);
			monitor().watch(this);
			if (this.over.get()) {
				monitor().unwatch(this);
			}
			run();
		}

		@Override
		public void request(long n) {
			if (Operators.validate(n)) {
				this.requested.accumulateAndGet(n, Operators::addCap);
				run();
			}
		}

		@Override
		public void cancel() {
			end();
		}

		private boolean end() {
			if (!this.over.compareAndSet(false, true)) {
				return false;
			}
			monitor().unwatch(this);
			left();
			return true;
		}

		@Override
		public void run() {
			if (this.work.getAndIncrement() == 0) {
				monitor().signal(this::drain);
			}
		}

		private void drain() {
			int missed = 1;
			while (missed != 0) {
				emit();
				missed = this.work.addAndGet(-missed);
			}
		}

		private void emit() {
			long emitted = 0;
			boolean more = true;
			while (more && !this.over.get()) {
				boolean wanted = emitted != this.requested.get();
				Supplier<R> msg = null;
				try {
					msg = monitor().compute((engine) -> next(engine, wanted));
				}
				catch (EndOfStreamException ex) {
					if (end()) {
						this.actual.onComplete();
					}
				}
				catch (RuntimeException ex) {
					fail(ex);
				}
				more = msg != null;
				if (msg != null && emit(msg)) {
					emitted++;
				}
			}
			if (emitted != 0 && this.requested.get() != Long.MAX_VALUE) {
				this.requested.addAndGet(-emitted);
			}
		}

		private boolean emit(Supplier<R> msg) {
			R decoded;
			try {
				decoded = msg.get();
			}
			catch (RuntimeException ex) {
				Throwable error = Operators.onNextError(null, ex, this.actual.currentContext());
				if (error != null) {
					fail(error);
				}
				return false;
			}
			this.actual.onNext(decoded);
			return true;
		}

		private void fail(Throwable error) {
			if (end()) {
				this.actual.onError(error);
			}
		}

	}

	/**
	 * Emits to the only subscriber.
	 */
	private final class SoleReceiver extends Receiver {

		SoleReceiver(CoreSubscriber<? super R> actual) {
			super(actual);
		}

		@Override
		@Nullable Supplier<R> next(ContextEngine engine, boolean wanted) {
			Taken msg = (wanted || isReceiveOver(engine)) ? receive(engine) : null;
			return (msg != null) ? () -> decode(msg) : null;
		}

		@Override
		void left() {
			ReactiveStream.this.received.set(false);
		}

	}

	/**
	 * Emits to one of several subscribers.
	 */
	private final class SharingReceiver extends Receiver {

		private final Broadcast<R>.Place place;

		private final LongConsumer onMissed;

		SharingReceiver(CoreSubscriber<? super R> actual, Broadcast<R>.Place place, LongConsumer onMissed) {
			super(actual);
			this.place = place;
			this.onMissed = onMissed;
		}

		@Override
		@Nullable Supplier<R> next(ContextEngine engine, boolean wanted) {
			if (!wanted && !this.place.isOver(engine)) {
				return null;
			}
			long missed = this.place.skip();
			Supplier<R> msg = this.place.receive(engine);
			if (missed == 0 || msg == null) {
				return msg;
			}
			return () -> {
				this.onMissed.accept(missed);
				return msg.get();
			};
		}

		@Override
		void left() {
			monitor().update((engine) -> this.place.leave());
		}

	}

}
