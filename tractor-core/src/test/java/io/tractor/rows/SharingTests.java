package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.tractor.CallerContext;
import io.tractor.ContextType;
import io.tractor.EndOfStreamException;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.MsgSubscription;
import io.tractor.MsgTypeException;
import io.tractor.MsgsMissedException;
import io.tractor.OverrunReport;
import io.tractor.ReactiveMsgStream;
import io.tractor.Side;
import io.tractor.StreamSettings;
import io.tractor.TractorException;
import io.tractor.engine.BufferLimits;
import io.tractor.rows.Duet.Ends;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Several consumers of one stream. The side of a case is the one that sends.
 */
@Timeout(60)
class SharingTests {

	private static final ContextType<String, String, Integer, Integer, String> NUMBERS = new ContextType<>("sharing") {
	};

	private static final ContextType<String, String, Object, Object, String> ANYTHING = new ContextType<>("sharing") {
	};

	/**
	 * Let one side send when the other one, which opened its stream with backpressure, is
	 * ready, and let that one receive.
	 */
	private static Ends share(Case how, int msgBufferSize, int messages, Receiving receiving) throws Exception {
		try (Duet duet = new Duet(how)) {
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				stream.receive();
				for (int i = 0; i < messages; i++) {
					stream.send(i);
				}
				stream.endSend();
				// until the other side has left
				assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
			}, (party) -> {
				try (MsgStream<Integer, Integer> stream = party.openWith(msgBufferSize)) {
					receiving.receive(duet, stream);
				}
			});
			ends.areQuiet();
			return ends;
		}
	}

	private static void start(MsgStream<Integer, Integer> stream) {
		stream.send(0);
	}

	private static void assertReceived(MsgSubscription<Integer> subscription, int from, int to) {
		for (int i = from; i < to; i++) {
			assertThat(subscription.receive()).isEqualTo(i);
		}
	}

	private static void assertMissed(MsgSubscription<Integer> subscription, long missed) {
		assertThatExceptionOfType(MsgsMissedException.class).isThrownBy(subscription::receive)
			.satisfies((ex) -> assertThat(ex.missed()).isEqualTo(missed));
	}

	private static void assertEnded(MsgSubscription<Integer> subscription) {
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(subscription::receive);
			assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(subscription::poll);
			assertThat(subscription.iterator().hasNext()).isFalse();
		}
	}

	/**
	 * Call something in another thread, and go on when that waits.
	 */
	private static <T> CompletableFuture<T> startWaiting(Callable<T> call) {
		AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
		CompletableFuture<T> result = Waits.inThread(() -> {
			thread.set(Thread.currentThread());
			return call.call();
		});
		Waits.until(() -> thread.get() != null && thread.get().getState() == Thread.State.WAITING);
		return result;
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B1 each subscription gets every message that nobody had taken when it was made")
	void whenSubscribedThenEveryMessageFromThenOnIsReceived(Case how) throws Exception {
		Ends ends = share(how, 16, 10, (duet, stream) -> {
			MsgSubscription<Integer> first = stream.subscribe();
			MsgSubscription<Integer> second = stream.subscribe();
			start(stream);
			assertReceived(first, 0, 5);
			MsgSubscription<Integer> late = stream.subscribe();
			assertThat(late).containsExactly(5, 6, 7, 8, 9);
			assertThat(second).containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
			assertThat(first).containsExactly(5, 6, 7, 8, 9);
			assertEnded(first);
		});
		assertThat(ends.direction()).isEqualTo(new Ledger.Direction(10, 10, 0, 0, 0));
	}

	@FromEachSide
	@DisplayName("B1 a message is decoded once, for all subscriptions")
	void whenSharedThenMessagesAreDecodedOnce(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				stream.send("shared");
				assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					MsgSubscription<String> first = stream.subscribe();
					MsgSubscription<String> second = stream.subscribe();
					assertThat(first.receive()).isEqualTo("shared").isSameAs(second.receive());
				}
			});
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B1 a shared stream is received from by subscriptions alone")
	void whenSharedThenStreamItselfIsNotReceivedFrom(Case how) throws Exception {
		share(how, 4, 1, (duet, stream) -> {
			CompletableFuture<@Nullable Throwable> waiting = startWaiting(() -> catchThrowable(stream::receive));
			MsgSubscription<Integer> subscription = stream.subscribe();
			assertThat(Waits.await(waiting)).isInstanceOf(IllegalStateException.class);
			for (Throwable error : List.of(catchThrowable(stream::receive), catchThrowable(stream::poll),
					catchThrowable(() -> stream.iterator().hasNext()))) {
				assertThat(error).isInstanceOf(IllegalStateException.class)
					.hasMessageContaining("'duet'")
					.hasMessageContaining("shared");
			}
			start(stream);
			assertReceived(subscription, 0, 1);
		});
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B2 who falls behind by more than the window is told how many it lost, once, and goes on with the oldest held")
	void whenFarBehindThenLossIsToldOnce(Case how) throws Exception {
		share(how, 4, 20, (duet, stream) -> {
			MsgSubscription<Integer> fast = stream.subscribe();
			MsgSubscription<Integer> slow = stream.subscribe();
			MsgSubscription<Integer> slower = stream.subscribe();
			start(stream);
			assertReceived(fast, 0, 4);
			assertReceived(slow, 0, 1);
			assertReceived(fast, 4, 5);
			assertMissed(slower, 1);
			assertReceived(slower, 1, 2);
			assertReceived(slow, 1, 2);
			assertReceived(fast, 5, 20);
			Iterator<Integer> iterator = slow.iterator();
			assertThatExceptionOfType(MsgsMissedException.class).isThrownBy(iterator::hasNext)
				.satisfies((ex) -> assertThat(ex.missed()).isEqualTo(14));
			assertThat(iterator.next()).isEqualTo(16);
			assertThat(slow).containsExactly(17, 18, 19);
			assertMissed(slower, 14);
			assertReceived(slower, 16, 20);
			assertEnded(slower);
		});
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#scopes")
	@DisplayName("B2 the error names route, side, peer, figures and what to do")
	void whenLossIsToldThenErrorSaysAll(Case how) throws Exception {
		share(how, 4, 7, (duet, stream) -> {
			MsgSubscription<Integer> fast = stream.subscribe();
			MsgSubscription<Integer> slow = stream.subscribe();
			start(stream);
			assertReceived(fast, 0, 7);
			assertThatExceptionOfType(MsgsMissedException.class).isThrownBy(slow::receive)
				.withMessageContaining("'duet'")
				.withMessageContaining(how.side().other() + "'s stream")
				.withMessageContaining("of the " + how.side() + " ")
				.withMessageContaining("missed 3 messages")
				.withMessageContaining("buffer of 4 messages")
				.withMessageContaining("msg-buffer-size");
		});
	}

	@FromEachSide
	@DisplayName("B2 V28 the window is bounded in bytes as the buffer is")
	void whenMessagesAreLargeThenFewerAreHeld(Link link, Form form, Side side) throws Exception {
		String large = "x".repeat(900);
		BufferLimits limits = new BufferLimits(3000, 2000, 16);
		try (Pair pair = new Pair(link, limits, Duration.ofSeconds(10)).use(form)) {
			Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				stream.receive();
				IntStream.range(0, 10).forEach((i) -> stream.send(large));
				assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					MsgSubscription<String> fast = stream.subscribe();
					MsgSubscription<String> slow = stream.subscribe();
					stream.send("go");
					IntStream.range(0, 10).forEach((i) -> assertThat(fast.receive()).isEqualTo(large));
					assertThatExceptionOfType(MsgsMissedException.class).isThrownBy(slow::receive)
						.satisfies((ex) -> assertThat(ex.missed()).isEqualTo(7));
					IntStream.range(0, 3).forEach((i) -> assertThat(slow.receive()).isEqualTo(large));
					assertThat(slow.poll()).isEmpty();
				}
			});
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B3 B5 when the fastest is cancelled, the others go on, and the next fastest returns credit")
	void whenFastestIsCancelledThenOthersGoOn(Case how) throws Exception {
		Ends ends = share(how, 4, 40, (duet, stream) -> {
			MsgSubscription<Integer> fast = stream.subscribe();
			MsgSubscription<Integer> slow = stream.subscribe();
			start(stream);
			assertReceived(fast, 0, 10);
			fast.close();
			fast.close();
			assertEnded(fast);
			assertMissed(slow, 6);
			assertReceived(slow, 6, 40);
			assertEnded(slow);
		});
		assertThat(ends.direction().consumed()).isEqualTo(40);
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B3 M9 cancelling a subscription in one thread ends the waits on it, and on no other")
	void whenCancelledWhileWaitingThenOnlyItsWaitsEnd(Case how) throws Exception {
		share(how, 4, 1, (duet, stream) -> {
			MsgSubscription<Integer> cancelled = stream.subscribe();
			MsgSubscription<Integer> other = stream.subscribe();
			CompletableFuture<Boolean> waiting = startWaiting(() -> cancelled.iterator().hasNext());
			CompletableFuture<Integer> staying = startWaiting(other::receive);
			cancelled.close();
			assertThat(Waits.await(waiting)).isFalse();
			assertThat(staying).isNotDone();
			start(stream);
			assertThat(Waits.await(staying)).isZero();
		});
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B4 M3 subscribing after the end reports the end of the stream, every time")
	void whenSubscribedAfterTheEndThenEndIsReported(Case how) throws Exception {
		share(how, 4, 3, (duet, stream) -> {
			MsgSubscription<Integer> first = stream.subscribe();
			start(stream);
			assertReceived(first, 0, 3);
			assertEnded(first);
			assertEnded(stream.subscribe());
			stream.close();
			assertEnded(stream.subscribe());
			assertEnded(first);
		});
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("M9 closing the stream ends all subscriptions, those that lag as well")
	void whenStreamIsClosedThenSubscriptionsEnd(Case how) throws Exception {
		share(how, 4, 3, (duet, stream) -> {
			MsgSubscription<Integer> first = stream.subscribe();
			MsgSubscription<Integer> lagging = stream.subscribe();
			start(stream);
			assertReceived(first, 0, 3);
			MsgSubscription<Integer> closing = stream.subscribe();
			stream.close();
			assertEnded(first);
			assertEnded(lagging);
			assertEnded(closing);
		});
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B5 V27 nothing is consumed without a subscription, and what the fastest takes is what more may be sent")
	void whenFastestTakesThenThatManyMoreMayBeSent(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			duet.receivers().settings = StreamSettings.DEFAULT.with(true, 4, null, StreamSettings.Origin.ROUTE);
			CountDownLatch full = new CountDownLatch(1);
			CountDownLatch taken = new CountDownLatch(1);
			CountDownLatch over = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				stream.receive();
				for (int i = 0; i < 4; i++) {
					stream.send(i);
				}
				assertThat(stream.send(4, Duration.ofMillis(100))).isFalse();
				full.countDown();
				Duet.await(taken);
				stream.send(4);
				stream.send(5);
				assertThat(stream.send(6, Duration.ofMillis(100))).isFalse();
				over.countDown();
				assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
			}, (party) -> {
				try (MsgStream<Integer, Integer> stream = party.openWith(4)) {
					stream.subscribe().close();
					start(stream);
					Duet.await(full);
					MsgSubscription<Integer> fast = stream.subscribe();
					MsgSubscription<Integer> slow = stream.subscribe();
					assertReceived(slow, 0, 1);
					assertReceived(fast, 0, 2);
					assertReceived(slow, 1, 2);
					taken.countDown();
					Duet.await(over);
				}
			});
			ends.areQuiet();
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(6, 2, 0, 4, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B5 V9 V11 without backpressure one that lags makes no overrun, and too slow a fastest one does")
	void whenFastestIsTooSlowThenSenderIsTold(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				stream.receive();
				for (int i = 0; i < 50; i++) {
					stream.send(i);
					stream.receive();
				}
				for (int i = 50; i < 55; i++) {
					stream.send(i);
				}
				party.stayUntilEnded(stream);
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.openWithout(4);
				MsgSubscription<Integer> fast = stream.subscribe();
				MsgSubscription<Integer> slow = stream.subscribe();
				start(stream);
				for (int i = 0; i < 50; i++) {
					assertReceived(fast, i, i + 1);
					if (i == 49) {
						// before the sender may overrun
						assertMissed(slow, 46);
					}
					stream.send(i);
				}
				duet.stayForOverrun(party);
				// a caller that is not interrupted may receive what was in time
				assertThat(catchThrowable(() -> slow.forEach((msg) -> {
				}))).isInstanceOf(TractorException.class);
			});
			OverrunReport report = ends.overrun().report();
			assertThat(report.reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
			assertThat(report.firstUndelivered()).isEqualTo(54);
			assertThat(report.consumed()).isEqualTo(50);
			assertThat(report.buffered()).isEqualTo(4);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("E2 M7 a remote error is raised at once by every subscription, those that lag as well")
	void whenPeerFailsThenEverySubscriptionRaisesIt(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch waiting = new CountDownLatch(1);
			CountDownLatch over = new CountDownLatch(1);
			List<Throwable> errors = new ArrayList<>();
			duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				stream.receive();
				stream.send(0);
				Duet.await(waiting);
				throw new IOException("no disk");
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				MsgSubscription<Integer> first = stream.subscribe();
				MsgSubscription<Integer> lagging = stream.subscribe();
				start(stream);
				assertReceived(first, 0, 1);
				waiting.countDown();
				errors.add(catchThrowable(first::receive));
				Thread.interrupted();
				errors.add(catchThrowable(lagging::receive));
				errors.add(catchThrowable(() -> stream.subscribe().iterator().hasNext()));
				over.countDown();
				throw (RuntimeException) errors.get(0);
			});
			Waits.await(over);
			assertThat(errors).hasSize(3).allSatisfy((error) -> assertThat(error).isSameAs(errors.get(0)));
			assertThat(errors.get(0)).isInstanceOf(TractorException.class);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("M10 a message that cannot be decoded raises a type error at every subscription that reaches it, and ends nothing")
	void whenMessageCannotBeDecodedThenEverySubscriptionGoesOn(Case how) throws Exception {
		try (Pair pair = new Pair(how.link(), how.form())) {
			CountDownLatch over = new CountDownLatch(1);
			if (how.side() == Side.CALLEE) {
				pair.handle(ANYTHING, (ctx, argument) -> {
					ctx.started("");
					sendUnreadable(ctx.openStream());
					Waits.await(over);
					return "done";
				});
				how.form().run(pair.portal.context(NUMBERS), (CallerContext<String, Integer, Integer, String> ctx) -> {
					receiveUnreadable(ctx.openStream());
					over.countDown();
					return ctx.result();
				});
			}
			else {
				pair.handle(NUMBERS, (ctx, argument) -> {
					ctx.started("");
					receiveUnreadable(ctx.openStream());
					over.countDown();
					return "done";
				});
				how.form().run(pair.portal.context(ANYTHING), (CallerContext<String, Object, Object, String> ctx) -> {
					sendUnreadable(ctx.openStream());
					Waits.await(over);
					return ctx.result();
				});
			}
		}
	}

	private static void sendUnreadable(MsgStream<Object, Object> stream) {
		stream.send(0);
		stream.send("unreadable");
		stream.send(2);
		stream.endSend();
	}

	private static void receiveUnreadable(MsgStream<Integer, Integer> stream) {
		MsgSubscription<Integer> first = stream.subscribe();
		MsgSubscription<Integer> second = stream.subscribe();
		List<Throwable> errors = new ArrayList<>();
		for (MsgSubscription<Integer> subscription : List.of(first, second)) {
			assertReceived(subscription, 0, 1);
			assertThatExceptionOfType(MsgTypeException.class).isThrownBy(subscription::receive)
				.withMessageContaining("Integer")
				.satisfies(errors::add);
			assertReceived(subscription, 2, 3);
			assertEnded(subscription);
		}
		assertThat(errors.get(0)).isNotSameAs(errors.get(1)).hasMessage(errors.get(1).getMessage());
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callees")
	@DisplayName("R3 after a side has passed over messages, its subscriptions still have what one of them took")
	void whenPassedOverThenSubscriptionsHaveWhatWasTaken(Case how) throws Exception {
		try (Pair pair = new Pair(how.link(), how.form())) {
			pair.handle(NUMBERS, (ctx, argument) -> {
				ctx.started("");
				MsgStream<Integer, Integer> stream = ctx.openStream();
				IntStream.range(0, 10).forEach(stream::send);
				return "done";
			});
			String result = how.form()
				.run(pair.portal.context(NUMBERS), (CallerContext<String, Integer, Integer, String> ctx) -> {
					MsgStream<Integer, Integer> stream = ctx.openStream();
					MsgSubscription<Integer> fast = stream.subscribe();
					MsgSubscription<Integer> slow = stream.subscribe();
					assertReceived(fast, 0, 6);
					String returned = ctx.result();
					assertEnded(fast);
					assertReceived(slow, 0, 6);
					assertEnded(slow);
					return returned;
				});
			assertThat(result).isEqualTo("done");
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("B1 B2 B3 many threads: received and missed are all messages, in order, at every pace")
	void whenManyThreadsReceiveThenNothingIsLostSilently(Case how) throws Exception {
		int messages = 20_000;
		Ends ends = share(how, 32, messages, (duet, stream) -> {
			List<Future<?>> consumers = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				Account account = new Account(stream.subscribe(), 0, i * 200);
				consumers.add(duet.aside(() -> account.receiveUntil(messages)));
			}
			MsgSubscription<Integer> leading = stream.subscribe();
			start(stream);
			Account first = new Account(leading, 0, 0);
			for (int i = 1; i <= 10; i++) {
				first.receiveTo(i * messages / 20);
				Account joined = new Account(stream.subscribe(), -1, 100);
				boolean leaves = i % 2 == 0;
				consumers.add(duet.aside(() -> joined.receiveUntil(leaves ? messages * 3 / 4 : messages)));
			}
			leading.close();
			for (Future<?> consumer : consumers) {
				consumer.get(30, TimeUnit.SECONDS);
			}
		});
		assertThat(ends.direction()).isEqualTo(new Ledger.Direction(messages, messages, 0, 0, 0));
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("B2 B5 a subscriber's demand decides its own pace alone, and a loss is told beside its Flux, which goes on")
	void whenSubscriberDemandsLateThenOnlyThatOneMisses(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(NUMBERS, (context, argument) -> {
				context.started("");
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.receive().next().then(stream.sendAll(Flux.range(0, 20))).thenReturn("done");
			});
			List<Integer> fast = new CopyOnWriteArrayList<>();
			List<Long> missed = new CopyOnWriteArrayList<>();
			AtomicReference<@Nullable ReactiveMsgStream<Integer, Integer>> open = new AtomicReference<>();
			CountDownLatch subscribed = new CountDownLatch(1);
			Flux<Integer> late = pair.portal.context(NUMBERS).runFlux((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream((options) -> options.msgBufferSize(4));
				open.set(stream);
				Flux<Integer> shared = stream.share(missed::add);
				shared.subscribe(fast::add);
				return shared.doOnSubscribe((subscription) -> subscribed.countDown());
			});
			StepVerifier.create(late, 0).expectSubscription().then(() -> {
				Waits.until(() -> subscribed.getCount() == 0);
				assertThat(open.get().offer(0)).isTrue();
				Waits.until(() -> fast.size() == 20);
				assertThat(missed).isEmpty();
			})
				.thenRequest(1)
				.expectNext(16)
				.then(() -> assertThat(missed).containsExactly(16L))
				.thenRequest(Long.MAX_VALUE)
				.expectNext(17, 18, 19)
				.expectComplete()
				.verify(Duration.ofSeconds(10));
			assertThat(missed).containsExactly(16L);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("B3 M10 a subscriber that fails leaves the stream and the others as they are")
	void whenOneSubscriberFailsThenOthersGoOn(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(ANYTHING, (context, argument) -> {
				context.started("");
				ReactiveMsgStream<Object, Object> stream = context.openStream();
				return stream.receive().next().then(stream.sendAll(Flux.just(0, "unreadable", 2))).thenReturn("done");
			});
			StepVerifier.create(pair.portal.context(NUMBERS).runFlux((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				Flux<Integer> shared = stream.share((missed) -> {
				});
				Flux<Integer> failing = shared.onErrorReturn(MsgTypeException.class, -1);
				Flux<Integer> going = shared.onErrorContinue(MsgTypeException.class, (error, msg) -> {
				});
				return Flux.zip(failing.collectList(), going.collectList(), stream.send(0).thenReturn("sent"));
			})).assertNext((received) -> {
				assertThat(received.getT1()).containsExactly(0, -1);
				assertThat(received.getT2()).containsExactly(0, 2);
			}).expectComplete().verify(Duration.ofSeconds(10));
		}
	}

	/**
	 * What one subscription has received and missed of the messages 0, 1, 2, …
	 */
	private static final class Account {

		private final MsgSubscription<Integer> subscription;

		private final int pause;

		private long next;

		Account(MsgSubscription<Integer> subscription, long next, int pause) {
			this.subscription = subscription;
			this.next = next;
			this.pause = pause;
		}

		/**
		 * Receive up to a message, or to the end, and cancel then.
		 */
		void receiveUntil(int end) {
			try (MsgSubscription<Integer> receiving = this.subscription) {
				boolean more = true;
				while (more && this.next < end) {
					more = receive();
				}
				assertThat(this.next).isGreaterThanOrEqualTo(end);
				assertThat(receiving).isNotNull();
			}
		}

		void receiveTo(int end) {
			while (this.next < end) {
				assertThat(receive()).isTrue();
			}
		}

		private boolean receive() {
			try {
				int msg = this.subscription.receive();
				assertThat((long) msg).isEqualTo((this.next >= 0) ? this.next : msg);
				this.next = msg + 1L;
				for (int i = ThreadLocalRandom.current().nextInt(this.pause + 1); i > 0; i--) {
					Thread.onSpinWait();
				}
			}
			catch (MsgsMissedException ex) {
				assertThat(ex.missed()).isPositive();
				this.next += (this.next >= 0) ? ex.missed() : 0;
			}
			catch (EndOfStreamException ex) {
				return false;
			}
			return true;
		}

	}

	/**
	 * What the receiving side does.
	 */
	@FunctionalInterface
	private interface Receiving {

		void receive(Duet duet, MsgStream<Integer, Integer> stream) throws Exception;

	}

}
