package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.TaskContext;
import io.tractor.TractorException;
import io.tractor.rows.Duet.Ends;
import io.tractor.rows.Duet.Party;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The side of a case is the one that cancels, or that is interrupted.
 */
@Timeout(60)
class CancellationTests {

	private static final ContextType<String, String, String, Integer, String> TEXT = new ContextType<>("text") {
	};

	private static ContextCancelledException cancelled(Outcome<?> outcome, Side by, String reason) {
		assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
		ContextCancelledException cancellation = ((Outcome.Cancelled<?>) outcome).cancellation();
		assertCancelled(cancellation, by, reason);
		return cancellation;
	}

	private static void assertCancelled(@Nullable Throwable error, Side by, String reason) {
		assertThat(error).isInstanceOf(ContextCancelledException.class);
		ContextCancelledException cancellation = (ContextCancelledException) error;
		assertThat(cancellation.by()).isEqualTo(by);
		assertThat(cancellation.reason()).isEqualTo(reason);
		assertThat(cancellation.peer())
			.isEqualTo((by == Side.CALLER) ? new Peer("here", "here-1") : new Peer("there", "there-1"));
		assertThat(cancellation).hasMessageContainingAll("'duet'", by.toString(), reason,
				cancellation.peer().toString());
	}

	/**
	 * Return what a call threw, which the thread of a reactive callee's test may note
	 * after both sides have ended.
	 */
	private static Throwable awaited(AtomicReference<Throwable> seen) {
		Duet.eventually(() -> assertThat(seen).doesNotHaveNullValue());
		return seen.get();
	}

	static Stream<Arguments> waits() {
		return Case.all().flatMap((how) -> Stream.of(Wait.values()).map((wait) -> Arguments.of(how, wait)));
	}

	static Stream<Arguments> callersAndWaits() {
		return waits().filter((arguments) -> ((Case) arguments.get()[0]).side() == Side.CALLER);
	}

	static Stream<Arguments> calleesAndWaits() {
		return waits().filter((arguments) -> ((Case) arguments.get()[0]).side() == Side.CALLEE);
	}

	static Stream<Arguments> calleesAndCalls() {
		return calleesAndWaits().filter((arguments) -> arguments.get()[1] != Wait.ELSEWHERE);
	}

	static Stream<Arguments> calls() {
		return waits().filter((arguments) -> arguments.get()[1] != Wait.ELSEWHERE);
	}

	/**
	 * Return where a foreign interrupt means something: a subscription has no thread to
	 * interrupt, and what the user's code does with one outside of a handle's calls is
	 * its own business.
	 */
	static Stream<Arguments> interruptedCallersAndWaits() {
		return callersAndWaits().filter((arguments) -> switch (((Case) arguments.get()[0]).form()) {
			case SCOPE -> true;
			case HANDLE -> arguments.get()[1] != Wait.ELSEWHERE;
			case REACTIVE -> false;
		});
	}

	/**
	 * Return where a callee has a thread to interrupt.
	 */
	static Stream<Arguments> interruptedCalleesAndWaits() {
		return calleesAndWaits().filter((arguments) -> ((Case) arguments.get()[0]).form() != Form.REACTIVE);
	}

	@ParameterizedTest
	@MethodSource("callersAndWaits")
	@DisplayName("X1 the caller cancels: the callee's wait ends, it acknowledges, and the caller's scope does not raise")
	void whenCallerCancelsThenCalleeEndsAndScopeIsQuiet(Case how, Wait wait) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(2);
			AtomicBoolean ended = new AtomicBoolean();
			Ends ends = duet.play((party) -> {
				party.openWith(1);
				ready.countDown();
				Duet.await(ready);
				party.cancel("enough");
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				ready.countDown();
				try {
					Duet.await(ready);
					wait.on(stream);
				}
				finally {
					ended.set(true);
				}
			}, (spec) -> {
			}, () -> assertThat(how.form() == Form.REACTIVE || ended.get()).isTrue());
			// the thread of a reactive callee's test is not what the library waits for
			Duet.eventually(() -> assertThat(ended).isTrue());
			assertThat(ends.raised()).isNull();
			cancelled(ends.caller(), Side.CALLER, "enough");
			cancelled(ends.callee(), Side.CALLER, "enough");
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("X2 after one's own cancel the outcome is the cancellation as a value")
	void whenCallerCancelsThenOutcomeIsTheCancellation(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			AtomicReference<Outcome<?>> seen = new AtomicReference<>();
			duet.pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				return "";
			});
			how.form().run(duet.pair.portal.context(Duet.TYPE), (ctx) -> {
				ctx.cancel("enough");
				seen.set(ctx.outcome());
				assertThat(ctx.outcome()).isSameAs(seen.get());
				return null;
			});
			cancelled(seen.get(), Side.CALLER, "enough");
			if (how.form() == Form.SCOPE) {
				Outcome<String> outcome = duet.pair.portal.context(Duet.TYPE).runForOutcome((ctx) -> {
					ctx.cancel("enough again");
					return null;
				});
				cancelled(outcome, Side.CALLER, "enough again");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("waits")
	@DisplayName("X3 a cancel that the other side asked for is raised, with who asked and why")
	void whenOtherSideCancelsThenItIsRaised(Case how, Wait wait) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			CountDownLatch opened = new CountDownLatch(1);
			AtomicReference<Throwable> seen = new AtomicReference<>();
			Ends ends = duet.play((party) -> {
				party.openWith(1);
				opened.countDown();
				Duet.await(ready);
				party.cancel("enough");
			}, (party) -> {
				Duet.await(opened);
				MsgStream<Integer, Integer> stream = party.open();
				ready.countDown();
				try {
					if (wait == Wait.ELSEWHERE) {
						party.stayUntilEnded(stream);
					}
					wait.on(stream);
				}
				catch (Throwable ex) {
					seen.set(ex);
					throw ex;
				}
			});
			if (how.side() == Side.CALLEE) {
				assertCancelled(ends.raised(), Side.CALLEE, "enough");
			}
			if (wait != Wait.ELSEWHERE) {
				assertCancelled(awaited(seen), how.side(), "enough");
			}
			cancelled(ends.caller(), how.side(), "enough");
			cancelled(ends.callee(), how.side(), "enough");
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("X4 the wait for a cancelled callee is bounded, also after an error, and openings go on")
	void whenCalleeDoesNotEndThenCallerDoesNotWaitForever(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			// a callee that is subscribed ends by being cancelled: only a blocking one
			// can stay
			duet.pair.use(Form.SCOPE);
			CountDownLatch ready = new CountDownLatch(1);
			CountDownLatch mayEnd = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				throw new IllegalStateException("broken");
			}, (party) -> {
				ready.countDown();
				Waits.awaitInterrupt();
				Duet.await(mayEnd);
			}, (spec) -> spec.cancelTimeout(Duration.ofMillis(50)), () -> {
				assertThat(duet.pair.there.outcomes).isEmpty();
				mayEnd.countDown();
			});
			assertThat(ends.raised()).isInstanceOf(IllegalStateException.class).hasMessage("broken");
			assertThat(ends.callee()).isInstanceOf(Outcome.Cancelled.class);
			duet.play((party) -> {
			}, (party) -> {
			}).areQuiet();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X5 one's own cancel before the body begins does not interrupt the body either")
	void whenCallerCancelsBeforeTheBodyThenItIsNotInterrupted(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.here.onStarted = TaskContext::cancel;
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				return "";
			});
			AtomicBoolean interrupted = new AtomicBoolean(true);
			pair.portal.context(Duet.TYPE).run((ctx) -> {
				interrupted.set(Thread.currentThread().isInterrupted());
				return null;
			});
			assertThat(interrupted).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("X5 one's own cancel does not interrupt one's own code")
	void whenOneCancelsThenOwnCodeIsNotInterrupted(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			CountDownLatch otherEnded = new CountDownLatch(1);
			AtomicBoolean interrupted = new AtomicBoolean();
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				party.cancel("enough");
				try {
					if (how.side() == Side.CALLER) {
						Duet.await(otherEnded);
					}
					new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
					interrupted.set(Thread.interrupted());
				}
				catch (InterruptedException ex) {
					interrupted.set(true);
				}
			}, (party) -> {
				ready.countDown();
				try {
					party.stay();
				}
				finally {
					otherEnded.countDown();
				}
			});
			assertThat(interrupted).isFalse();
			cancelled(ends.caller(), how.side(), "enough");
		}
	}

	@ParameterizedTest
	@MethodSource("calleesAndCalls")
	@DisplayName("X6 the callee cancels itself: its next call ends, and the caller gets a cancellation that names the callee")
	void whenCalleeCancelsItselfThenItsNextCallEnds(Case how, Wait wait) throws Exception {
		try (Duet duet = new Duet(how)) {
			AtomicReference<Throwable> seen = new AtomicReference<>();
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				party.cancel("enough");
				try {
					wait.on(stream);
				}
				catch (TractorException ex) {
					seen.set(ex);
					throw ex;
				}
			}, Party::stay);
			assertCancelled(awaited(seen), Side.CALLEE, "enough");
			assertCancelled(ends.raised(), Side.CALLEE, "enough");
			cancelled(ends.caller(), Side.CALLEE, "enough");
			cancelled(ends.callee(), Side.CALLEE, "enough");
		}
	}

	@ParameterizedTest
	@MethodSource("calls")
	@DisplayName("X7 cancelling from another thread than the scope's works")
	void whenAnotherThreadCancelsThenWaitEnds(Case how, Wait wait) throws Exception {
		try (Duet duet = new Duet(how)) {
			AtomicReference<Throwable> seen = new AtomicReference<>();
			AtomicReference<Future<?>> helper = new AtomicReference<>();
			CountDownLatch opened = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				MsgStream<Integer, Integer> stream = party.open();
				CountDownLatch waiting = new CountDownLatch(1);
				helper.set(duet.aside(() -> {
					Duet.await(waiting);
					party.cancel("enough");
				}));
				waiting.countDown();
				try {
					wait.on(stream);
				}
				catch (TractorException ex) {
					seen.set(ex);
					if (how.side() == Side.CALLEE) {
						throw ex;
					}
				}
			}, (party) -> {
				party.openWith(1);
				opened.countDown();
				party.stay();
			});
			helper.get().get(10, TimeUnit.SECONDS);
			assertCancelled(awaited(seen), how.side(), "enough");
			cancelled(ends.caller(), how.side(), "enough");
			cancelled(ends.callee(), how.side(), "enough");
			if (how.side() == Side.CALLER) {
				assertThat(ends.raised()).isNull();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("X8 cancelling after the end does nothing, and the result is kept")
	void whenCancelledAfterTheEndThenNothingHappens(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			AtomicReference<io.tractor.CalleeContext<String, Integer, Integer>> callee = new AtomicReference<>();
			AtomicReference<CallerContext<String, Integer, Integer, String>> caller = new AtomicReference<>();
			duet.pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				callee.set(ctx);
				return "kept";
			});
			how.form().run(duet.pair.portal.context(Duet.TYPE), (ctx) -> {
				caller.set(ctx);
				assertThat(ctx.result()).isEqualTo("kept");
				ctx.cancel("too late");
				callee.get().cancel("too late");
				assertThat(ctx.result()).isEqualTo("kept");
				return null;
			});
			caller.get().cancel("too late");
			assertThat(caller.get().result()).isEqualTo("kept");
			assertThat(caller.get().outcome()).isInstanceOf(Outcome.Completed.class);
			Waits.until(() -> duet.pair.here.outcomes.size() == 1 && duet.pair.there.outcomes.size() == 1);
			callee.get().cancel("too late");
			assertThat(duet.pair.here.outcomes).hasSize(1)
				.allSatisfy((end) -> assertThat(((Outcome.Completed<?>) end).value()).isEqualTo("kept"));
			assertThat(duet.pair.there.outcomes).hasSize(1)
				.allSatisfy((end) -> assertThat(end).isInstanceOf(Outcome.Completed.class));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("X10 the connection stays up after contexts are cancelled, and other contexts' messages are untouched")
	void whenContextsAreCancelledThenSiblingIsUntouched(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			echo(duet.pair);
			AtomicBoolean stop = new AtomicBoolean();
			AtomicInteger echoed = new AtomicInteger();
			Future<?> sibling = duet.aside(() -> echoUntil(duet.pair, stop, echoed));
			for (int i = 0; i < 40; i++) {
				CountDownLatch ready = new CountDownLatch(2);
				int seen = echoed.get();
				Ends ends = duet.play((party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					ready.countDown();
					Duet.await(ready);
					stream.send(1);
					party.cancel("enough");
				}, (party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					ready.countDown();
					Duet.await(ready);
					while (true) {
						stream.receive();
					}
				});
				cancelled(ends.caller(), how.side(), "enough");
				Duet.eventually(() -> assertThat(echoed).hasValueGreaterThan(seen));
			}
			stop.set(true);
			sibling.get(10, TimeUnit.SECONDS);
			assertThat(duet.pair.accepted).hasSize(1);
		}
	}

	private static void echo(Pair pair) {
		pair.handle(TEXT, (ctx, argument) -> {
			ctx.started("");
			try (MsgStream<String, Integer> stream = ctx.openStream()) {
				for (String msg : stream) {
					stream.send(Integer.valueOf(msg));
				}
			}
			return "echoed";
		});
	}

	private static void echoUntil(Pair pair, AtomicBoolean stop, AtomicInteger echoed) {
		String result = pair.portal.context(TEXT).run((ctx) -> {
			try (MsgStream<Integer, String> stream = ctx.openStream()) {
				while (!stop.get()) {
					for (int i = 0; i < 50; i++) {
						stream.send(String.valueOf(i));
					}
					for (int i = 0; i < 50; i++) {
						assertThat(stream.receive()).isEqualTo(i);
					}
					echoed.incrementAndGet();
				}
			}
			return ctx.result();
		});
		assertThat(result).isEqualTo("echoed");
	}

	@ParameterizedTest
	@MethodSource("interruptedCallersAndWaits")
	@DisplayName("X11 a thread that somebody else interrupts leaves with the flag set, after cancelling the callee, with an error")
	void whenSomebodyElseInterruptsThenCalleeIsCancelledAndFlagIsSet(Case how, Wait wait) throws Exception {
		try (Duet duet = new Duet(how)) {
			Thread thread = Thread.currentThread();
			CountDownLatch ready = new CountDownLatch(2);
			AtomicBoolean flag = new AtomicBoolean();
			Future<?> helper = duet.aside(() -> {
				Duet.await(ready);
				thread.interrupt();
			});
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				Duet.eventually(() -> assertThat(ready.getCount()).isEqualTo(1));
				ready.countDown();
				wait.on(stream);
			}, (party) -> {
				party.openWith(1);
				ready.countDown();
				party.stay();
			}, (spec) -> {
			}, () -> flag.set(Thread.interrupted()));
			helper.get(10, TimeUnit.SECONDS);
			assertThat(ends.raised()).isInstanceOf(ContextInterruptedException.class)
				.hasMessageContaining("'duet'")
				.hasRootCauseInstanceOf(InterruptedException.class);
			assertThat(flag).isTrue();
			assertThat(ends.callee()).isInstanceOf(Outcome.Cancelled.class);
			assertThat(((Outcome.Cancelled<?>) ends.callee()).cancellation().by()).isEqualTo(Side.CALLER);
		}
	}

	@ParameterizedTest
	@MethodSource("interruptedCalleesAndWaits")
	@DisplayName("X11 a callee's thread that somebody else interrupts ends the context, and the caller is told")
	void whenSomebodyElseInterruptsCalleeThenCallerIsTold(Case how, Wait wait) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				Duet.await(ready);
				Thread.currentThread().interrupt();
				wait.on(stream);
			}, (party) -> {
				party.openWith(1);
				ready.countDown();
				party.stay();
			});
			if (wait == Wait.ELSEWHERE) {
				assertThat(ends.raised()).isInstanceOf(RemoteActorException.class)
					.hasMessageContaining(InterruptedException.class.getName());
			}
			else {
				assertThat(ends.raised()).isInstanceOf(ContextCancelledException.class)
					.hasMessageContaining("the callee's thread was interrupted");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#scopesOfCallees")
	@DisplayName("X11 the library interrupts at most once, and a thread that it interrupted leaves with a clear flag")
	void whenLibraryInterruptsThenOnceAndFlagIsClearAfterwards(Case how) throws Exception {
		for (boolean swallows : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				CountDownLatch ready = new CountDownLatch(1);
				AtomicBoolean flag = new AtomicBoolean(true);
				Ends ends = duet.play((party) -> {
					Duet.await(ready);
					throw new IllegalStateException("broken");
				}, (party) -> {
					ready.countDown();
					if (swallows) {
						Waits.awaitInterrupt();
						assertThat(new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS)).isFalse();
					}
					else {
						long until = System.nanoTime() + Duet.PATIENCE.toNanos();
						while (!Thread.currentThread().isInterrupted() && System.nanoTime() < until) {
							Thread.onSpinWait();
						}
						assertThat(Thread.currentThread().isInterrupted()).isTrue();
					}
				}, (spec) -> {
				}, () -> flag.set(Thread.interrupted()));
				assertThat(ends.raised()).isInstanceOf(RemoteActorException.class).hasMessageContaining("broken");
				assertThat(ends.raised().getSuppressed()).isEmpty();
				assertThat(flag).isFalse();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#scopesOfCallees")
	@DisplayName("X11 an error that comes after the body has ended interrupts nothing")
	void whenErrorComesAfterBodyThenNothingIsInterrupted(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			AtomicBoolean flag = new AtomicBoolean(true);
			Ends ends = duet.play((party) -> {
				// the caller has left its body
				assertThatExceptionOfType(TractorException.class).isThrownBy(() -> party.open().receive());
				throw new IllegalStateException("broken");
			}, (party) -> {
			}, (spec) -> {
			}, () -> flag.set(Thread.interrupted()));
			assertThat(ends.raised()).isInstanceOf(RemoteActorException.class).hasMessageContaining("broken");
			assertThat(flag).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#scopesOfCallees")
	@DisplayName("X13 with interruptBody(false) only the library's own waits end")
	void whenBodyIsNotToBeInterruptedThenOnlyOwnWaitsEnd(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			AtomicReference<Throwable> seen = new AtomicReference<>();
			AtomicBoolean interrupted = new AtomicBoolean();
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				throw new IllegalStateException("broken");
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				ready.countDown();
				try {
					stream.receive();
				}
				catch (RemoteActorException ex) {
					seen.set(ex);
				}
				try {
					new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
					interrupted.set(Thread.interrupted());
				}
				catch (InterruptedException ex) {
					interrupted.set(true);
				}
			}, (spec) -> spec.interruptBody(false));
			assertThat(interrupted).isFalse();
			assertThat(seen.get()).isInstanceOf(RemoteActorException.class).hasMessageContaining("broken");
			assertThat(ends.raised()).isSameAs(seen.get());
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#scopesOfCallees")
	@DisplayName("X13 with interruptBody(false) user code that waits for something else is left alone")
	void whenBodyIsNotToBeInterruptedThenUserCodeIsLeftAlone(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			CountDownLatch failed = new CountDownLatch(1);
			AtomicBoolean interrupted = new AtomicBoolean();
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				failed.countDown();
				throw new IllegalStateException("broken");
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				ready.countDown();
				try {
					Duet.await(failed);
					new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
					interrupted.set(Thread.interrupted());
				}
				catch (InterruptedException ex) {
					interrupted.set(true);
				}
				new Party(party.context(), party.opener(), false).stayUntilEnded(stream);
			}, (spec) -> spec.interruptBody(false));
			assertThat(interrupted).isFalse();
			assertThat(ends.raised()).isInstanceOf(RemoteActorException.class).hasMessageContaining("broken");
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("X14 cancelling or interrupting a send at any moment leaves the connection whole")
	void whenSendIsCutOffAtAnyMomentThenConnectionIsWhole(Case how) throws Exception {
		Random random = new Random(42);
		try (Duet duet = new Duet(how)) {
			echo(duet.pair);
			ContextType<String, String, String, Integer, String> counted = new ContextType<>("counted") {
			};
			List<String> broken = new java.util.concurrent.CopyOnWriteArrayList<>();
			duet.pair.handle(counted, (ctx, argument) -> {
				ctx.started("");
				int next = 0;
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					stream.send(0);
					for (String msg : stream) {
						String expected = text(next++);
						if (!msg.equals(expected)) {
							broken.add(msg.substring(0, 20) + "…, but not " + expected.substring(0, 20));
						}
					}
				}
				return "";
			});
			AtomicBoolean stop = new AtomicBoolean();
			AtomicInteger echoed = new AtomicInteger();
			Future<?> sibling = duet.aside(() -> echoUntil(duet.pair, stop, echoed));
			for (int i = 0; i < 40; i++) {
				boolean interrupts = i % 2 == 0;
				long nanos = random.nextInt(3_000_000);
				AtomicReference<CallerContext<?, ?, ?, ?>> context = new AtomicReference<>();
				AtomicReference<Thread> thread = new AtomicReference<>();
				CountDownLatch ready = new CountDownLatch(1);
				Future<?> sender = duet.aside(() -> {
					// in the reactive form the one that disposes the subscription
					thread.set(Thread.currentThread());
					try {
						how.form().run(duet.pair.portal.context(counted), (ctx) -> {
							context.set(ctx);
							MsgStream<Integer, String> stream = ctx.openStream();
							stream.receive();
							ready.countDown();
							for (int n = 0; true; n++) {
								stream.send(text(n));
							}
						});
					}
					catch (ContextCancelledException | ContextInterruptedException ex) {
						assertThat(Thread.interrupted()).isEqualTo(interrupts);
					}
					catch (InterruptedException ex) {
						assertThat(how.form()).isEqualTo(Form.REACTIVE);
					}
				});
				Duet.await(ready);
				long until = System.nanoTime() + nanos;
				while (System.nanoTime() < until) {
					Thread.onSpinWait();
				}
				if (interrupts) {
					thread.get().interrupt();
				}
				else {
					context.get().cancel("enough");
				}
				sender.get(10, TimeUnit.SECONDS);
			}
			int seen = echoed.get();
			Duet.eventually(() -> assertThat(echoed).hasValueGreaterThan(seen));
			stop.set(true);
			sibling.get(10, TimeUnit.SECONDS);
			assertThat(broken).isEmpty();
			assertThat(duet.pair.accepted).hasSize(1);
		}
	}

	private static String text(int n) {
		return String.format("%020d", n) + "t".repeat((n * 37) % 3000);
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#handles")
	@DisplayName("X1 closing a handle without taking the result cancels the callee")
	void whenHandleIsClosedThenCalleeIsCancelled(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch interrupted = new CountDownLatch(1);
			duet.pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				interrupted.countDown();
				return "";
			});
			ContextHandle<String, Integer, Integer, String> handle = duet.pair.portal.context(Duet.TYPE).open();
			handle.close();
			assertThat(interrupted.getCount()).isZero();
			handle.close();
			cancelled(handle.outcome(), Side.CALLER, "the handle was closed without taking the result");
		}
	}

	/**
	 * What a side waits in.
	 */
	enum Wait {

		RECEIVE {

			@Override
			void on(MsgStream<Integer, Integer> stream) {
				stream.receive();
			}

		},

		SEND {

			@Override
			void on(MsgStream<Integer, Integer> stream) {
				while (true) {
					stream.send(1);
				}
			}

		},

		ELSEWHERE {

			@Override
			void on(MsgStream<Integer, Integer> stream) throws InterruptedException {
				new CountDownLatch(1).await(10, TimeUnit.SECONDS);
			}

		};

		abstract void on(MsgStream<Integer, Integer> stream) throws InterruptedException;

	}

}
