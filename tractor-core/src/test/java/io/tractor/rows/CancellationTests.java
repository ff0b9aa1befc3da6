package io.tractor.rows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.engine.BufferLimits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Cancelling a context, and what it interrupts.
 */
@Timeout(60)
class CancellationTests {

	private static final ContextType<Void, Integer, Integer, Integer, Integer> TASK = new ContextType<>("task") {
	};

	private static final ContextType<Void, Integer, Integer, Integer, Integer> ECHO = new ContextType<>("echo") {
	};

	@ParameterizedTest
	@CsvSource({ "MEMORY,SCOPE", "MEMORY,HANDLE", "TCP,SCOPE", "TCP,HANDLE" })
	@DisplayName("X1 the caller's cancel interrupts the callee, which acknowledges, and the scope ends without raising")
	void whenCallerCancelsThenCalleeIsInterruptedAndScopeEndsQuietly(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link)) {
			AtomicBoolean interrupted = waiting(pair);
			String value = form.run(pair.portal.context(TASK), (context) -> {
				context.cancel("enough");
				return "body";
			});
			assertThat(value).isEqualTo("body");
			assertThat(interrupted).isTrue();
			Waits.until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOfSatisfying(Outcome.Cancelled.class, (cancelled) -> {
				assertThat(cancelled.cancellation().by()).isEqualTo(Side.CALLER);
				assertThat(cancelled.cancellation().reason()).isEqualTo("enough");
			});
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X1 a cancellation that leaves the body is absorbed by the scope that cancelled")
	void whenOwnCancellationLeavesBodyThenScopeEndsQuietly(Link link) {
		try (Pair pair = new Pair(link)) {
			waiting(pair);
			Integer value = pair.portal.context(TASK).run((context) -> {
				MsgStream<Integer, Integer> stream = context.openStream();
				context.cancel("enough");
				return stream.receive();
			});
			assertThat(value).isNull();
		}
	}

	@ParameterizedTest
	@CsvSource({ "MEMORY", "TCP" })
	@DisplayName("X2 after one's own cancel the result is the cancellation as a value")
	void whenCallerCancelsThenOutcomeIsCancelled(Link link) {
		try (Pair pair = new Pair(link)) {
			waiting(pair);
			Outcome<Integer> scope = pair.portal.context(TASK).runForOutcome((context) -> {
				context.cancel("enough");
				return null;
			});
			assertThat(scope).isInstanceOfSatisfying(Outcome.Cancelled.class, (cancelled) -> {
				assertThat(cancelled.cancellation().by()).isEqualTo(Side.CALLER);
				assertThat(cancelled.cancellation().reason()).isEqualTo("enough");
			});
			try (ContextHandle<Integer, Integer, Integer, Integer> handle = pair.portal.context(TASK).open()) {
				handle.cancel("enough");
				assertThat(handle.outcome()).isInstanceOf(Outcome.Cancelled.class);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "MEMORY,SCOPE", "MEMORY,HANDLE", "TCP,SCOPE", "TCP,HANDLE" })
	@DisplayName("X3 X6 the callee's own cancel ends its next call, and is raised at the caller, naming the callee and why")
	void whenCalleeCancelsThenCallerGetsCancellation(Link link, Form form) {
		try (Pair pair = new Pair(link)) {
			CompletableFuture<Throwable> next = new CompletableFuture<>();
			pair.handle(TASK, (context, argument) -> {
				context.started(1);
				MsgStream<Integer, Integer> stream = context.openStream();
				context.cancel("too hot");
				try {
					return stream.receive();
				}
				catch (ContextCancelledException ex) {
					next.complete(ex);
					throw ex;
				}
			});
			assertThatExceptionOfType(ContextCancelledException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TASK), CallerContext::result))
				.withMessageContaining("there/there-1")
				.withMessageContaining("too hot")
				.satisfies((ex) -> assertThat(ex.by()).isEqualTo(Side.CALLEE))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("too hot"));
			assertThat(next).succeedsWithin(Duration.ofSeconds(10));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X4 the wait for a callee that ignores its cancellation is bounded")
	void whenCalleeIgnoresCancellationThenWaitIsBounded(Link link) throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (Pair pair = new Pair(link, BufferLimits.DEFAULT, Duration.ofMillis(300))) {
			AtomicBoolean ended = new AtomicBoolean();
			pair.handle(TASK, (context, argument) -> {
				context.started(1);
				while (!ended.get()) {
					try {
						over.await();
						ended.set(true);
					}
					catch (InterruptedException ex) {
						// ignored: that is the point
					}
				}
				return 0;
			});
			Outcome<Integer> outcome = pair.portal.context(TASK).runForOutcome((context) -> {
				context.cancel("enough");
				return null;
			});
			assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
			assertThat(ended).isFalse();
			over.countDown();
			Waits.until(ended::get);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X5 the caller's cancel does not interrupt its own body")
	void whenCallerCancelsThenOwnBodyGoesOn(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			waiting(pair);
			boolean interrupted = pair.portal.context(TASK).run((context) -> {
				context.cancel("enough");
				Waits.until(() -> pair.there.outcomes.size() == 1 || context.outcome() != null);
				return Thread.currentThread().isInterrupted();
			});
			assertThat(interrupted).isFalse();
		}
	}

	@ParameterizedTest
	@CsvSource({ "MEMORY,SCOPE", "MEMORY,HANDLE", "TCP,SCOPE", "TCP,HANDLE" })
	@DisplayName("X7 another thread than the scope's can cancel, and ends a wait in it")
	void whenOtherThreadCancelsThenWaitEnds(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link)) {
			waiting(pair);
			AtomicReference<Throwable> seen = new AtomicReference<>();
			form.run(pair.portal.context(TASK), (context) -> {
				MsgStream<Integer, Integer> stream = context.openStream();
				CompletableFuture<Void> canceller = Waits.inThread(() -> {
					context.cancel("by another thread");
					return null;
				});
				try {
					stream.receive();
				}
				catch (ContextCancelledException ex) {
					seen.set(ex);
				}
				return Waits.await(canceller);
			});
			assertThat(seen.get()).hasMessageContaining("by another thread");
		}
	}

	@ParameterizedTest
	@CsvSource({ "MEMORY,SCOPE", "MEMORY,HANDLE", "TCP,SCOPE", "TCP,HANDLE" })
	@DisplayName("X8 cancelling after the end does nothing, and the result is kept")
	void whenCancelledAfterEndThenResultIsKept(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(TASK, (context, argument) -> {
				context.started(1);
				return 42;
			});
			int result = form.run(pair.portal.context(TASK), (context) -> {
				int first = context.result();
				context.cancel("too late");
				assertThat(context.result()).isEqualTo(first);
				assertThat(context.outcome()).isInstanceOf(Outcome.Completed.class);
				return first;
			});
			assertThat(result).isEqualTo(42);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X10 X14 cancelling sends in the middle leaves the connection and other contexts untouched")
	void whenSendsAreCancelledThenOthersAreUntouched(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(TASK, (context, argument) -> {
				context.started(1);
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					stream.receive();
					for (int i = 0; true; i++) {
						stream.send(i);
					}
				}
			});
			pair.handle(ECHO, (context, argument) -> {
				context.started(1);
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					for (Integer message : stream) {
						stream.send(message);
					}
				}
				return 0;
			});
			pair.portal.context(ECHO).run((sibling) -> {
				try (MsgStream<Integer, Integer> echo = sibling.openStream()) {
					for (int i = 0; i < 100; i++) {
						int count = i;
						pair.portal.context(TASK).run((context) -> {
							MsgStream<Integer, Integer> stream = context.openStream();
							stream.send(0);
							for (int j = 0; j < count; j++) {
								assertThat(stream.receive()).isEqualTo(j);
							}
							context.cancel("enough");
							return null;
						});
						echo.send(i);
						assertThat(echo.receive()).isEqualTo(i);
					}
				}
				return null;
			});
			assertThat(pair.accepted).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X11 a thread that the library interrupted leaves the scope with a clear interrupt flag")
	void whenLibraryInterruptsThenFlagIsClearAfterwards(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(TASK, (context, argument) -> {
				context.started(1);
				context.openStream().receive();
				throw new IllegalStateException("broken");
			});
			for (int i = 0; i < 200; i++) {
				boolean waits = i % 2 == 0;
				assertThatExceptionOfType(RemoteActorException.class)
					.isThrownBy(() -> pair.portal.context(TASK).run((context) -> {
						context.openStream().send(1);
						if (waits) {
							new CountDownLatch(1).await();
						}
						return null;
					}));
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X11 a thread that somebody else interrupted leaves it with the flag set, after cancelling the callee")
	void whenSomebodyElseInterruptsThenFlagIsSetAfterwards(Link link) {
		try (Pair pair = new Pair(link)) {
			AtomicBoolean interrupted = waiting(pair);
			assertThatExceptionOfType(ContextInterruptedException.class)
				.isThrownBy(() -> pair.portal.context(TASK).run((context) -> {
					Thread.currentThread().interrupt();
					return context.openStream().receive();
				}))
				.withMessageContaining("'task'");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(interrupted).isTrue();
			assertThatExceptionOfType(ContextInterruptedException.class)
				.isThrownBy(() -> pair.portal.context(TASK).run((context) -> {
					Thread.currentThread().interrupt();
					new CountDownLatch(1).await();
					return null;
				}));
			assertThat(Thread.interrupted()).isTrue();
			Waits.until(() -> pair.there.outcomes.size() == 2);
			assertThat(pair.there.outcomes).allMatch((outcome) -> outcome instanceof Outcome.Cancelled);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X13 with interruptBody(false) only the library's own waits end")
	void whenInterruptBodyIsOffThenUserCodeGoesOn(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(TASK, (context, argument) -> {
				context.started(1);
				context.openStream().receive();
				throw new IllegalStateException("broken");
			});
			AtomicReference<Boolean> quiet = new AtomicReference<>();
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> pair.portal.context(TASK).interruptBody(false).run((context) -> {
					MsgStream<Integer, Integer> stream = context.openStream();
					stream.send(1);
					Waits.until(() -> pair.there.outcomes.size() == 1 || failed(stream));
					quiet.set(!Thread.currentThread().isInterrupted());
					return stream.receive();
				}))
				.withMessageContaining("broken");
			assertThat(quiet.get()).isTrue();
		}
	}

	private static boolean failed(MsgStream<Integer, Integer> stream) {
		try {
			return stream.poll().isPresent();
		}
		catch (RemoteActorException ex) {
			return true;
		}
	}

	/**
	 * Let the callee start and wait to be interrupted.
	 */
	private static AtomicBoolean waiting(Pair pair) {
		AtomicBoolean interrupted = new AtomicBoolean();
		pair.handle(TASK, (context, argument) -> {
			context.started(1);
			try {
				assertThat(new CountDownLatch(1).await(30, TimeUnit.SECONDS)).isFalse();
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
				throw ex;
			}
			return 0;
		});
		return interrupted;
	}

}
