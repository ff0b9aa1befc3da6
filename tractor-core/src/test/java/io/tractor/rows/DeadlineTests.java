package io.tractor.rows;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.rsocket.transport.netty.client.TcpClientTransport;
import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextSpec;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.TaskContext;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import io.tractor.task.CallerTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Contexts that take too long.
 */
@Timeout(60)
class DeadlineTests {

	/**
	 * Enough for an opening on a busy machine.
	 */
	private static final Duration DEADLINE = Duration.ofSeconds(1);

	/**
	 * Only for what a slow machine does not change.
	 */
	private static final Duration SHORT = Duration.ofMillis(200);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final ContextType<String, String, Integer, Integer, Long> NESTED = new ContextType<>("nested") {
	};

	private static Pair connected(Link link) {
		Pair pair = new Pair(link);
		pair.portal.connect().block(Duet.PATIENCE);
		return pair;
	}

	/**
	 * Let the callee start, send one message once its stream is open, and stay until it
	 * is interrupted.
	 * @return the arguments of callees that are done
	 */
	private static Set<String> stay(Pair pair) {
		Set<String> done = ConcurrentHashMap.newKeySet();
		pair.handle(Duet.TYPE, (ctx, argument) -> {
			ctx.started("");
			ctx.openStream((options) -> options.msgBufferSize(1)).send(0);
			Waits.awaitInterrupt();
			done.add(argument);
			return "";
		});
		return done;
	}

	private static ContextTimeoutException timeout(Throwable raised) {
		assertThat(raised).isInstanceOf(ContextTimeoutException.class);
		return (ContextTimeoutException) raised;
	}

	@InEachForm
	@DisplayName("O9 E6 E10 past its deadline a scope gets a timeout error, after the callee was cancelled with that reason")
	void whenDeadlinePassesThenCalleeIsCancelledAndScopeTimesOut(Link link, Form form) throws Exception {
		try (Pair pair = connected(link)) {
			Set<String> done = stay(pair);
			List<CompletableFuture<Throwable>> scopes = Stream.of(Wait.values())
				.filter((wait) -> wait.isIn(form))
				.map((wait) -> Waits.inThread(() -> waitPastDeadline(pair, form, wait, done)))
				.toList();
			for (CompletableFuture<Throwable> scope : scopes) {
				Waits.await(scope);
			}
			assertCancelled(pair, "deadline of PT1S exceeded", scopes.stream().map(CompletableFuture::join).toList());
		}
	}

	private static Throwable waitPastDeadline(Pair pair, Form form, Wait wait, Set<String> done) {
		AtomicReference<CallerContext<String, Integer, Integer, String>> context = new AtomicReference<>();
		AtomicReference<Throwable> seen = new AtomicReference<>();
		Throwable raised = catchThrowable(
				() -> form.run(pair.portal.context(Duet.TYPE).argument(wait.name()).deadline(DEADLINE), (ctx) -> {
					context.set(ctx);
					MsgStream<Integer, Integer> stream = ctx.openStream();
					assertThat(stream.receive()).isZero();
					try {
						return wait.in(ctx, stream);
					}
					catch (ContextTimeoutException ex) {
						seen.set(ex);
						// in the reactive form the scope waits for the callee's end, not
						// the call
						assertThat(form == Form.REACTIVE || wait != Wait.RESULT || done.contains(wait.name())).isTrue();
						throw ex;
					}
				}));
		assertThat(done).contains(wait.name());
		assertThat(timeout(raised)).hasMessageContainingAll("'duet'", "there/there-1", "deadline of PT1S",
				"allow it more time");
		assertThat(Thread.interrupted()).isFalse();
		assertThat(context.get().outcome()).isInstanceOfSatisfying(Outcome.Failed.class,
				(failed) -> assertThat(failed.error()).isSameAs(raised));
		assertThat(catchThrowable(context.get()::result)).isSameAs(raised);
		if (wait.isCall) {
			assertThat(seen.get()).isSameAs(raised);
		}
		return raised;
	}

	private static void assertCancelled(Pair pair, String reason, Throwable cause) {
		assertCancelled(pair, reason, List.of(cause));
	}

	private static void assertCancelled(Pair pair, String reason, List<Throwable> causes) {
		Waits.until(() -> pair.there.outcomes.size() == causes.size());
		assertThat(pair.there.outcomes).allSatisfy((outcome) -> {
			assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
			ContextCancelledException cancellation = ((Outcome.Cancelled<?>) outcome).cancellation();
			assertThat(cancellation.by()).isEqualTo(Side.CALLER);
			assertThat(cancellation.reason()).isEqualTo(reason);
			assertThat(cancellation.causeType()).isEqualTo(ContextTimeoutException.class.getName());
			assertThat(causes).extracting(Throwable::getMessage).contains(cancellation.causeMessage());
		});
		Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.there.endpoint.openContexts() == 0);
	}

	@InEachForm
	@DisplayName("O9 a deadline spans the opening; so it is where the open timeout is shorter")
	void whenCalleeDoesNotStartInTimeThenOpeningTimesOut(Link link, Form form) {
		for (boolean deadline : new boolean[] { true, false }) {
			try (Pair pair = connected(link)) {
				CountDownLatch done = new CountDownLatch(1);
				pair.handle(Duet.TYPE, (ctx, argument) -> {
					Waits.awaitInterrupt();
					done.countDown();
					return "";
				});
				ContextSpec<String, String, Integer, Integer, String> spec = pair.portal.context(Duet.TYPE)
					.deadline(deadline ? DEADLINE : HOUR)
					.openTimeout(deadline ? HOUR : DEADLINE);
				Throwable raised = catchThrowable(() -> form.run(spec, CallerContext::result));
				assertThat(done.getCount()).isZero();
				String limit = deadline ? "deadline of PT1S" : "open-timeout of PT1S";
				assertThat(timeout(raised)).hasMessageContainingAll("'duet'", "'there'", "had not started", limit);
				Waits.until(() -> pair.here.outcomes.size() == 1);
				assertThat(pair.here.outcomes).singleElement()
					.isInstanceOfSatisfying(Outcome.Failed.class,
							(failed) -> assertThat(failed.error()).isSameAs(raised));
				assertCancelled(pair, limit + " exceeded", raised);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Form.class)
	@DisplayName("O9 O10 a deadline spans connecting, and the error says why there is no connection")
	void whenServerIsDownThenDeadlineEndsTheWait(Form form) throws Exception {
		try (Node here = new Node("here", BufferLimits.DEFAULT, Duration.ofSeconds(10));
				RSocketPortal portal = nowhere(here)) {
			assertThatExceptionOfType(ContextTimeoutException.class)
				.isThrownBy(() -> form.run(portal.context(Duet.TYPE).openTimeout(HOUR).deadline(DEADLINE),
						CallerContext::result))
				.withMessageContainingAll("'nowhere'", "'duet'", "deadline of PT1S", "refused")
				.withCauseInstanceOf(TransportClosedException.class);
			assertThatExceptionOfType(TransportClosedException.class)
				.isThrownBy(() -> form.run(portal.context(Duet.TYPE).openTimeout(DEADLINE).deadline(HOUR),
						CallerContext::result))
				.withMessageContainingAll("'nowhere'", "PT1S", "refused");
			assertThat(here.endpoint.openContexts()).isZero();
		}
	}

	private static RSocketPortal nowhere(Node node) throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return new PortalBuilder("nowhere", node.endpoint).reconnect(Duration.ofMillis(10), Duration.ofMillis(10))
				.build(TcpClientTransport.create("127.0.0.1", socket.getLocalPort()));
		}
	}

	@InEachForm
	@DisplayName("O9 X4 the wait for a callee that ignores its cancellation is bounded, and running out is reported")
	void whenCalleeIgnoresItsEndThenTimeoutComesAfterTheBoundedWait(Link link, Form form) {
		CountDownLatch mayEnd = new CountDownLatch(1);
		try (Lines lines = new Lines(CallerTask.class); Pair pair = connected(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				Waits.awaitInterrupt();
				Waits.await(mayEnd);
				return "";
			});
			Throwable raised = catchThrowable(
					() -> form.run(pair.portal.context(Duet.TYPE).deadline(SHORT).cancelTimeout(Duration.ofMillis(50)),
							CallerContext::result));
			timeout(raised);
			assertThat(pair.there.outcomes).isEmpty();
			assertThat(lines.texts()).singleElement().asString().contains("has not ended within PT0.05S", "'duet'");
			mayEnd.countDown();
			assertCancelled(pair, "deadline of PT0.2S exceeded", raised);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("O9 X13 with interruptBody(false) a deadline does not interrupt the body, whose end raises the timeout")
	void whenBodyIsNotInterruptedThenItsEndRaisesTheTimeout(Link link) {
		try (Pair pair = connected(link)) {
			CountDownLatch calleeDone = new CountDownLatch(1);
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				calleeDone.countDown();
				return "";
			});
			AtomicReference<Throwable> seen = new AtomicReference<>();
			Throwable raised = catchThrowable(
					() -> pair.portal.context(Duet.TYPE).deadline(DEADLINE).interruptBody(false).run((ctx) -> {
						Duet.await(calleeDone);
						seen.set(catchThrowable(ctx::openStream));
						return "body is done";
					}));
			assertThat(timeout(raised)).isSameAs(seen.get());
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	@InEachForm
	@DisplayName("O9 E4 a callee that fails while it is wound up is suppressed in the timeout")
	void whenCalleeFailsInCleanUpThenThatIsSuppressed(Link link, Form form) {
		try (Pair pair = connected(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				throw new IOException("clean-up is broken");
			});
			Throwable raised = catchThrowable(
					() -> form.run(pair.portal.context(Duet.TYPE).deadline(DEADLINE), CallerContext::result));
			assertThat(timeout(raised).getSuppressed()).singleElement()
				.isInstanceOf(RemoteActorException.class)
				.extracting(Throwable::getMessage)
				.asString()
				.contains("clean-up is broken");
		}
	}

	@InEachForm
	@DisplayName("O9 a deadline spans the body even if the callee has returned, as long as its result was not taken")
	void whenCalleeHasReturnedThenDeadlineStillEndsTheBody(Link link, Form form) {
		try (Pair pair = connected(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				return "returned";
			});
			Throwable raised = catchThrowable(
					() -> form.run(pair.portal.context(Duet.TYPE).deadline(DEADLINE), (ctx) -> {
						if (form == Form.SCOPE) {
							Duet.await(new CountDownLatch(1));
						}
						Waits.until(() -> isOver(ctx));
						return ctx.result();
					}));
			timeout(raised);
			assertThat(Thread.interrupted()).isFalse();
			Waits.until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOf(Outcome.Completed.class);
		}
	}

	private static boolean isOver(TaskContext context) {
		return context.remainingTime().orElseThrow().isZero();
	}

	@InEachForm
	@DisplayName("O9 X8 a deadline that passes after the end does nothing")
	void whenDeadlinePassesAfterTheEndThenNothingHappens(Link link, Form form) throws Exception {
		try (Pair pair = connected(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				return "returned";
			});
			String value = form.run(pair.portal.context(Duet.TYPE).deadline(DEADLINE), (ctx) -> {
				String result = ctx.result();
				Waits.until(() -> isOver(ctx));
				assertThat(ctx.result()).isEqualTo(result);
				assertThat(ctx.outcome()).isInstanceOf(Outcome.Completed.class);
				return result;
			});
			assertThat(value).isEqualTo("returned");
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("O9 a handle that nobody calls ends by itself, its close throws the timeout once")
	void whenNobodyCallsTheHandleThenCalleeIsCancelledAllTheSame(Link link) {
		try (Pair pair = connected(link)) {
			Set<String> done = stay(pair);
			ContextHandle<String, Integer, Integer, String> handle = pair.portal.context(Duet.TYPE)
				.argument("x")
				.deadline(DEADLINE)
				.open();
			Waits.until(() -> done.contains("x"));
			Throwable raised = catchThrowable(handle::close);
			timeout(raised);
			handle.close();
			assertThat(catchThrowable(handle::result)).isSameAs(raised);
			assertCancelled(pair, "deadline of PT1S exceeded", raised);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SCOPE", "HANDLE" })
	@DisplayName("O9 a result that arrives after the deadline comes too late, even before the timer fires")
	void whenResultComesTooLateThenItDoesNotCount(Form form) {
		// whose time stands still
		VirtualTimeScheduler.set(VirtualTimeScheduler.create());
		// the first use by two threads at once would dispose of it for good
		Schedulers.parallel();
		try (Pair pair = connected(Link.TCP)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.until(() -> isOver(ctx));
				return "too late";
			});
			timeout(catchThrowable(
					() -> form.run(pair.portal.context(Duet.TYPE).deadline(SHORT), CallerContext::result)));
		}
		finally {
			VirtualTimeScheduler.reset();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("O9 runForOutcome gives the timeout as a value, also of a deadline after the open timeout")
	void whenDeadlinePassesThenOutcomeIsTheTimeout(Link link) {
		try (Pair pair = connected(link)) {
			stay(pair);
			Outcome<String> outcome = pair.portal.context(Duet.TYPE)
				.argument("x")
				.openTimeout(DEADLINE)
				.deadline(DEADLINE.multipliedBy(2))
				.runForOutcome(CallerContext::result);
			assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, (failed) -> timeout(failed.error()));
		}
	}

	@InEachForm
	@DisplayName("O9 both sides see the remaining time, which is never negative")
	void whenThereIsADeadlineThenBothSidesSeeWhatRemains(Link link, Form form) throws Exception {
		try (Pair pair = connected(link)) {
			AtomicReference<Duration> before = new AtomicReference<>();
			AtomicReference<Duration> after = new AtomicReference<>();
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				before.set(ctx.remainingTime().orElse(null));
				ctx.started("");
				Waits.awaitInterrupt();
				Waits.until(() -> isOver(ctx));
				after.set(ctx.remainingTime().orElse(null));
				return "";
			});
			assertThatExceptionOfType(ContextTimeoutException.class)
				.isThrownBy(() -> form.run(pair.portal.context(Duet.TYPE).deadline(DEADLINE.plusNanos(1)), (ctx) -> {
					assertThat(ctx.remainingTime())
						.hasValueSatisfying((remaining) -> assertThat(remaining).isBetween(Duration.ZERO, DEADLINE));
					return ctx.result();
				}));
			assertThat(before.get()).isPositive().isLessThanOrEqualTo(DEADLINE.plusMillis(1));
			assertThat(after.get()).isEqualTo(Duration.ZERO);
			before.set(DEADLINE);
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				before.set(ctx.remainingTime().orElse(null));
				ctx.started("");
				return "";
			});
			form.run(pair.portal.context(Duet.TYPE), (ctx) -> {
				assertThat(ctx.remainingTime()).isEmpty();
				return ctx.result();
			});
			assertThat(before).hasNullValue();
		}
	}

	@InEachForm
	@DisplayName("O9 contexts that a task opens inherit what remains, and get less only if they ask for it")
	void whenTaskOpensContextsThenTheyInheritTheRemainingTime(Link link, Form form) throws Exception {
		try (Pair pair = connected(link)) {
			for (Node node : List.of(pair.here, pair.there)) {
				node.handle(NESTED, (ctx, argument) -> {
					ctx.started("");
					return ctx.remainingTime().map(Duration::toMillis).orElse(-1L);
				});
			}
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				assertInherited(form, pair.back().context(NESTED), pair.back().context(NESTED).deadline(HOUR));
				assertThat(nested(form, pair.back().context(NESTED).deadline(DEADLINE))).isBetween(0L, 1000L);
				return "inherited";
			});
			String result = form.run(pair.portal.context(Duet.TYPE).deadline(Duration.ofMinutes(10)), (ctx) -> {
				if (form == Form.SCOPE) {
					assertInherited(form, pair.portal.context(NESTED), pair.portal.context(NESTED).deadline(HOUR));
					assertThat(nested(form, pair.portal.context(NESTED).deadline(DEADLINE))).isBetween(0L, 1000L);
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("inherited");
			assertThat(nested(form, pair.portal.context(NESTED))).isEqualTo(-1);
		}
	}

	@SafeVarargs
	private static void assertInherited(Form form, ContextSpec<String, String, Integer, Integer, Long>... specs)
			throws Exception {
		long left = TaskContext.current().flatMap(TaskContext::remainingTime).map(Duration::toMillis).orElse(-1L);
		assertThat(left).isPositive();
		for (ContextSpec<String, String, Integer, Integer, Long> spec : specs) {
			assertThat(nested(form, spec)).isPositive().isLessThanOrEqualTo(left + 1);
		}
	}

	private static long nested(Form form, ContextSpec<String, String, Integer, Integer, Long> spec) throws Exception {
		return form.run(spec, CallerContext::result);
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("O9 a context inside of another one's body ends with that one's deadline, which is the one raised")
	void whenBodyOpensAContextThenOutersDeadlineEndsBoth(Link link) {
		try (Pair pair = connected(link)) {
			Set<String> done = stay(pair);
			Throwable raised = catchThrowable(
					() -> pair.portal.context(Duet.TYPE).argument("outer").deadline(DEADLINE).run((outer) -> {
						Throwable inner = catchThrowable(
								() -> pair.portal.context(Duet.TYPE).argument("inner").run(CallerContext::result));
						assertThat(inner).isInstanceOfAny(ContextTimeoutException.class,
								ContextInterruptedException.class);
						throw (RuntimeException) inner;
					}));
			assertThat(timeout(raised)).hasMessageContaining(" deadline of PT1S");
			assertThat(done).containsExactlyInAnyOrder("outer", "inner");
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	@InEachForm
	@DisplayName("O9 a portal has a deadline for contexts whose call does not say")
	void whenPortalHasDeadlineThenItIsTheDefault(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, BufferLimits.DEFAULT, Duet.PATIENCE, (builder) -> builder.deadline(HOUR))) {
			pair.handle(NESTED, (ctx, argument) -> {
				ctx.started("");
				return ctx.remainingTime().map(Duration::toMinutes).orElse(-1L);
			});
			assertThat(nested(form, pair.portal.context(NESTED))).isBetween(50L, 60L);
			assertThat(nested(form, pair.portal.context(NESTED).deadline(Duration.ofHours(2)))).isBetween(110L, 120L);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("O9 D6 after its end a context with a deadline leaves no timer")
	void whenContextsHaveEndedThenNoTimerIsLeft(Link link) throws Exception {
		List<WeakReference<TaskContext>> contexts = new ArrayList<>();
		try (Pair pair = connected(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				if (argument.equals("early")) {
					throw new IOException("broken");
				}
				ctx.started("");
				if (argument.equals("late")) {
					throw new IOException("broken");
				}
				return "";
			});
			for (int i = 0; i < 5; i++) {
				for (String argument : List.of("early", "late", "never")) {
					Throwable error = catchThrowable(() -> pair.portal.context(Duet.TYPE)
						.argument(argument)
						.openTimeout(HOUR)
						.deadline(HOUR.multipliedBy(2))
						.run(CallerContext::result));
					assertThat(error == null).isEqualTo(argument.equals("never"));
				}
			}
			Waits.until(() -> pair.here.outcomes.size() == 15 && pair.there.outcomes.size() == 15);
			Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.there.endpoint.openContexts() == 0);
			pair.here.contexts.forEach((context) -> contexts.add(new WeakReference<>(context)));
			assertThat(contexts).hasSize(15);
			pair.here.contexts.clear();
			pair.here.started.clear();
			pair.here.outcomes.clear();
			pair.portal.context(Duet.TYPE).argument("never").run(CallerContext::result);
			pair.here.contexts.clear();
			Duet.eventually(() -> {
				System.gc();
				assertThat(contexts).allSatisfy((context) -> assertThat(context.get()).isNull());
			});
		}
	}

	/**
	 * What the caller waits in.
	 */
	enum Wait {

		RECEIVE(true) {

			@Override
			String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream) {
				return String.valueOf(stream.receive());
			}

		},

		SEND(true) {

			@Override
			String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream) {
				while (true) {
					stream.send(1);
				}
			}

		},

		POLL(true) {

			@Override
			String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream) {
				AtomicReference<Throwable> thrown = new AtomicReference<>();
				Waits.until(() -> {
					thrown.set(catchThrowable(stream::poll));
					return thrown.get() != null;
				});
				throw (RuntimeException) thrown.get();
			}

		},

		RESULT(true) {

			@Override
			String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream) {
				return context.result();
			}

		},

		ELSEWHERE(false) {

			@Override
			String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream)
					throws InterruptedException {
				Duet.await(new CountDownLatch(1));
				return "";
			}

		},

		END_OF_SCOPE(false) {

			@Override
			String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream) {
				return "";
			}

		};

		private final boolean isCall;

		Wait(boolean isCall) {
			this.isCall = isCall;
		}

		/**
		 * Return whether the deadline ends it in a form: a handle's body is not
		 * interrupted, and a scope's needs no polling.
		 */
		boolean isIn(Form form) {
			return (form == Form.HANDLE) ? this.isCall : this != POLL;
		}

		abstract String in(CallerContext<?, ?, ?, String> context, MsgStream<Integer, Integer> stream)
				throws InterruptedException;

	}

}
