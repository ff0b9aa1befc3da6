package io.tractor.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongConsumer;

import io.tractor.EndOfStreamException;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.Run;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
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

	/**
	 * What is emitted in one go at least, in messages or in time, before the connection
	 * may write.
	 */
	private static final int MIN_PORTION = 64;

	private static final long MIN_PORTION_NANOS = 20_000;

	@SuppressWarnings("rawtypes")
	private static final AtomicLongFieldUpdater<ReactiveStream.Receiver> REQUESTED = AtomicLongFieldUpdater
		.newUpdater(ReactiveStream.Receiver.class, "requested");

	@SuppressWarnings("rawtypes")
	private static final AtomicIntegerFieldUpdater<ReactiveStream.Receiver> WORK = AtomicIntegerFieldUpdater
		.newUpdater(ReactiveStream.Receiver.class, "work");

	@SuppressWarnings("rawtypes")
	private static final AtomicIntegerFieldUpdater<ReactiveStream.Receiver> OVER = AtomicIntegerFieldUpdater
		.newUpdater(ReactiveStream.Receiver.class, "over");

	@SuppressWarnings("rawtypes")
	private static final AtomicIntegerFieldUpdater<ReactiveStream> RECEIVED = AtomicIntegerFieldUpdater
		.newUpdater(ReactiveStream.class, "received");

	/**
	 * Whether there is a sole receiver, 0 or 1.
	 */
	private volatile int received;

	/**
	 * Made when the first message has to wait. Guarded by the monitor.
	 */
	private @Nullable Backlog backlog;

	ReactiveStream(ContextMonitor monitor, MsgCodec<R> receiveCodec, MsgCodec<S> sendCodec, StreamSettings settings) {
		super(monitor, receiveCodec, sendCodec, settings);
	}

	@Override
	public Flux<R> receive() {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super R> actual) {
				if (ReactiveStream.this.received == 0 && RECEIVED.compareAndSet(ReactiveStream.this, 0, 1)) {
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
			return !hasBacklog() && send(engine, bytes, false);
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
				boolean accepted = !hasBacklog() && send(engine, sending.bytes(), true);
				if (!accepted) {
					await(sending);
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

	private void await(Sending sending) {
		Backlog current = this.backlog;
		if (current == null) {
			current = new Backlog();
			this.backlog = current;
		}
		if (current.waiting.isEmpty()) {
			monitor().watch(current);
		}
		current.waiting.add(sending);
	}

	private boolean hasBacklog() {
		return this.backlog != null && !this.backlog.waiting.isEmpty();
	}

	private void withdraw(Object by) {
		monitor().update((engine) -> {
			if (this.backlog != null) {
				this.backlog.waiting.removeIf((sending) -> sending.by() == by);
			}
			// those behind it try again: they may be smaller
			engine.unblock();
		});
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
	 * Messages that wait for credit, in their order. Sends what there is credit for after
	 * each change.
	 */
	private final class Backlog implements Runnable {

		private final Deque<Sending> waiting = new ArrayDeque<>();

		@Override
		public void run() {
			List<Sending> sent = new ArrayList<>();
			List<Runnable> failures = new ArrayList<>();
			monitor().update((engine) -> send(engine, sent, failures));
			if (!sent.isEmpty() || !failures.isEmpty()) {
				monitor().signal(() -> {
					sent.forEach(Sending::sent);
					failures.forEach(Runnable::run);
				});
			}
		}

		private void send(ContextEngine engine, List<Sending> sent, List<Runnable> failures) {
			boolean accepted = true;
			while (accepted && !this.waiting.isEmpty()) {
				Sending sending = this.waiting.element();
				try {
					accepted = ReactiveStream.this.send(engine, sending.bytes(), true);
					if (accepted) {
						sent.add(this.waiting.remove());
					}
				}
				catch (RuntimeException ex) {
					failures.add(() -> sending.failed(ex));
					this.waiting.remove();
				}
			}
			if (this.waiting.isEmpty()) {
				monitor().unwatch(this);
			}
		}

	}

	/**
	 * Sends what a publisher gives.
	 */
	private final class Sender extends BaseSubscriber<S> {

		private final MonoSink<Void> sink;

		private final Context context;

		private final Queue<byte[]> given = Queues.<byte[]>get(PREFETCH).get();

		private final AtomicInteger work = new AtomicInteger();

		/**
		 * How many messages may be asked for.
		 */
		private final AtomicInteger room = new AtomicInteger(PREFETCH);

		/**
		 * How many messages are not accepted yet, and one more while the publisher goes
		 * on.
		 */
		private final AtomicInteger outstanding = new AtomicInteger(1);

		private final AtomicBoolean refilling = new AtomicBoolean();

		private final Runnable untilRefilled = this::refillIfBroken;

		private volatile @Nullable Throwable error;

		private volatile boolean cancelled;

		Sender(MonoSink<Void> sink) {
			this.sink = sink;
			this.context = Context.of(sink.contextView());
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			drain();
		}

		@Override
		protected void hookOnNext(S msg) {
			byte[] bytes = encode(msg);
			this.outstanding.incrementAndGet();
			this.given.offer(bytes);
			drain();
		}

		/**
		 * Submit what was given, all that a publisher gives at once together.
		 */
		private void drain() {
			if (this.work.getAndIncrement() != 0) {
				return;
			}
			int missed = 1;
			while (missed != 0) {
				int count = this.room.get();
				if (count >= PREFETCH / 2) {
					this.room.addAndGet(-count);
					request(count);
				}
				submitGiven();
				missed = this.work.addAndGet(-missed);
			}
		}

		/**
		 * Ask for more, after what waited so far is on its way: to make more may take its
		 * time.
		 */
		private void refill() {
			if (this.refilling.compareAndSet(true, false)) {
				monitor().unwatch(this.untilRefilled);
				drain();
			}
		}

		/**
		 * Ask for more at once if the context breaks, so that the error is seen here
		 * before the body is cancelled (E2).
		 */
		private void refillIfBroken() {
			if (monitor().compute((engine) -> engine.cause() != null)) {
				refill();
			}
		}

		private void submitGiven() {
			if (this.cancelled) {
				this.given.clear();
			}
			if (this.given.isEmpty()) {
				return;
			}
			try {
				accepted(monitor().compute(this::sendGiven));
			}
			catch (RuntimeException ex) {
				failed(ex);
			}
		}

		private int sendGiven(ContextEngine engine) {
			engine.release();
			int count = 0;
			byte[] next = this.given.poll();
			while (next != null) {
				if (sendOrWait(engine, next)) {
					count++;
				}
				next = this.given.poll();
			}
			return count;
		}

		private boolean sendOrWait(ContextEngine engine, byte[] bytes) {
			if (!hasBacklog() && send(engine, bytes, true)) {
				return true;
			}
			await(new Part(bytes));
			return false;
		}

		private void accepted(int count) {
			this.room.addAndGet(count);
			settled(count);
		}

		private void failed(RuntimeException failure) {
			this.sink.error(failure);
			cancel();
		}

		@Override
		protected void hookOnError(Throwable ex) {
			this.error = ex;
			settled(1);
		}

		@Override
		protected void hookOnComplete() {
			settled(1);
		}

		private void settled(int count) {
			if (this.outstanding.addAndGet(-count) > 0) {
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
			this.cancelled = true;
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
				accepted(1);
				if (Sender.this.room.get() >= PREFETCH / 2 && Sender.this.refilling.compareAndSet(false, true)) {
					monitor().watch(Sender.this.untilRefilled);
					monitor().afterWriting(Sender.this::refill);
				}
			}

			@Override
			public void failed(RuntimeException failure) {
				Sender.this.failed(failure);
			}

		}

	}

	/**
	 * Emits what is received.
	 */
	private abstract class Receiver implements Subscription, Runnable {

		private final CoreSubscriber<? super R> actual;

		private volatile long requested;

		private volatile int work;

		/**
		 * Whether the connection writes before more is emitted. An end does not wait for
		 * that.
		 */
		private volatile boolean paused;

		/**
		 * Whether it is over, 0 or 1.
		 */
		private volatile int over;

		Receiver(CoreSubscriber<? super R> actual) {
			this.actual = actual;
		}

		/**
		 * Take the next message.
		 * @param wanted whether it was requested; if not, only an end is looked for
		 * @return whether there was one, to be {@linkplain #decodeTaken() decoded}
		 */
		abstract boolean take(boolean wanted);

		/**
		 * Decode the message that was taken last.
		 */
		abstract R decodeTaken();

		/**
		 * Make room for others.
		 */
		abstract void left();

		/**
		 * Begin, and see what ended the context in the meantime before the body is
		 * cancelled (E2).
		 */
		final void start() {
			monitor().signal(() -> {
				this.actual.onSubscribe(this);
				monitor().update(ContextEngine::release);
				monitor().watch(this);
				if (isOver()) {
					monitor().unwatch(this);
				}
				run();
			});
		}

		@Override
		public void request(long n) {
			if (Operators.validate(n)) {
				REQUESTED.accumulateAndGet(this, n, Operators::addCap);
				run();
			}
		}

		@Override
		public void cancel() {
			end();
		}

		private boolean isOver() {
			return this.over != 0;
		}

		private boolean end() {
			if (!OVER.compareAndSet(this, 0, 1)) {
				return false;
			}
			monitor().unwatch(this);
			left();
			return true;
		}

		@Override
		public void run() {
			if (WORK.getAndIncrement(this) == 0) {
				monitor().signal(this::drain);
			}
		}

		private void drain() {
			int missed = this.work;
			while (missed != 0) {
				emit();
				missed = WORK.addAndGet(this, -missed);
			}
		}

		private void emit() {
			// then the peer gets credit, and sends while the other half is emitted
			int half = Math.max(1, settings().msgBufferSize() / 2);
			long begun = System.nanoTime();
			long emitted = 0;
			boolean more = true;
			while (more && !isOver()) {
				boolean wanted = !this.paused && emitted != this.requested;
				more = false;
				try {
					more = take(wanted);
				}
				catch (EndOfStreamException ex) {
					if (end()) {
						this.actual.onComplete();
					}
				}
				catch (RuntimeException ex) {
					fail(ex);
				}
				if (more && emitTaken()) {
					emitted++;
					if (emitted % half == 0
							&& (emitted >= MIN_PORTION || System.nanoTime() - begun >= MIN_PORTION_NANOS)) {
						this.paused = true;
						monitor().afterWriting(this::resume);
					}
				}
			}
			if (emitted != 0 && this.requested != Long.MAX_VALUE) {
				REQUESTED.addAndGet(this, -emitted);
			}
		}

		private void resume() {
			this.paused = false;
			run();
		}

		private boolean emitTaken() {
			R decoded;
			try {
				decoded = decodeTaken();
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

		private @Nullable Run taken;

		private int position;

		SoleReceiver(CoreSubscriber<? super R> actual) {
			super(actual);
		}

		@Override
		boolean take(boolean wanted) {
			Run current = lent();
			int next = (wanted && current != null) ? current.take() : -1;
			if (next < 0) {
				current = monitor().compute((engine) -> (wanted || isReceiveOver(engine)) ? receive(engine) : null);
				next = 0;
			}
			this.taken = current;
			this.position = next;
			return current != null;
		}

		@Override
		R decodeTaken() {
			Run run = this.taken;
			Assert.state(run != null, "No message");
			return decode(run.message(this.position), run.index(this.position));
		}

		@Override
		void left() {
			ReactiveStream.this.received = 0;
		}

	}

	/**
	 * Emits to one of several subscribers.
	 */
	private final class SharingReceiver extends Receiver {

		private final Broadcast<R>.Place place;

		private final LongConsumer onMissed;

		private Broadcast.@Nullable Msg<R> taken;

		private long missed;

		SharingReceiver(CoreSubscriber<? super R> actual, Broadcast<R>.Place place, LongConsumer onMissed) {
			super(actual);
			this.place = place;
			this.onMissed = onMissed;
		}

		@Override
		boolean take(boolean wanted) {
			this.taken = monitor().compute((engine) -> take(engine, wanted));
			return this.taken != null;
		}

		private Broadcast.@Nullable Msg<R> take(ContextEngine engine, boolean wanted) {
			if (!wanted && !this.place.isOver(engine)) {
				return null;
			}
			this.missed = this.place.skip();
			return this.place.receive(engine);
		}

		@Override
		R decodeTaken() {
			Broadcast.Msg<R> msg = this.taken;
			Assert.state(msg != null, "No message");
			if (this.missed > 0) {
				this.onMissed.accept(this.missed);
			}
			return msg.get();
		}

		@Override
		void left() {
			monitor().update((engine) -> this.place.leave());
		}

	}

}
