package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import io.tractor.engine.BufferLimits;
import io.tractor.rows.Duet.Ends;
import io.tractor.rows.Duet.Party;
import io.tractor.task.CallerTask;
import io.tractor.task.RemoteErrors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The side of a case is the one that fails first.
 */
@Timeout(60)
class ErrorTests {

	private static final Peer THERE = new Peer("there", "there-1");

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callees")
	@DisplayName("E1 a callee's error interrupts the caller's scope, whatever it waits for, and is raised there")
	void whenCalleeFailsThenCallersScopeIsInterrupted(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				throw new IllegalStateException("broken");
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				ready.countDown();
				party.stayUntilEnded(stream);
			});
			assertThat(ends.raised()).isInstanceOf(RemoteActorException.class)
				.hasMessageContaining("java.lang.IllegalStateException: broken");
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	static Stream<Arguments> calls() {
		// there is nothing to poll in the reactive form
		return Case.callees()
			.flatMap((how) -> Stream.of("receive", "send", "poll", "result")
				.filter((call) -> how.form() != Form.REACTIVE || !call.equals("poll"))
				.map((call) -> Arguments.of(how, call)));
	}

	@ParameterizedTest
	@MethodSource("calls")
	@DisplayName("E10 E2 a callee's error while the caller receives or sends is raised by that call")
	void whenCalleeFailsThenWaitingCallRaisesIt(Case how, String call) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch ready = new CountDownLatch(1);
			AtomicReference<Throwable> seen = new AtomicReference<>();
			duet.pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				ctx.openStream();
				opened.countDown();
				Duet.await(ready);
				throw new IOException("broken");
			});
			Throwable raised = catchRun(duet, how, (ctx) -> {
				MsgStream<Integer, Integer> stream = ctx.openStream();
				Duet.await(opened);
				while (stream.offer(1)) {
					// until the buffer over there is full
				}
				ready.countDown();
				try {
					switch (call) {
						case "receive" -> stream.receive();
						case "send" -> {
							while (true) {
								stream.send(1);
							}
						}
						case "poll" -> new Party(ctx, ctx::openStream, false).stayUntilEnded(stream);
						default -> ctx.result();
					}
				}
				catch (Throwable ex) {
					seen.set(ex);
					throw ex;
				}
				return null;
			});
			assertThat(seen.get()).isInstanceOf(RemoteActorException.class).hasMessageContaining("IOException: broken");
			assertThat(raised).isSameAs(seen.get());
		}
	}

	private static Throwable catchRun(Duet duet, Case how,
			io.tractor.ContextSpec.Body<String, Integer, Integer, String, Object, Exception> body) {
		try {
			how.form().run(duet.pair.portal.context(Duet.TYPE), body);
		}
		catch (Throwable ex) {
			return ex;
		}
		throw new AssertionError("Nothing was raised");
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("E3 a caller's error cancels the callee, whose cancellation carries the error's type and message")
	void whenCallerFailsThenCalleeIsCancelledWithTheCause(Case how) throws Exception {
		for (boolean receives : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				CountDownLatch ready = new CountDownLatch(1);
				AtomicReference<Throwable> seen = new AtomicReference<>();
				Ends ends = duet.play((party) -> {
					Duet.await(ready);
					throw new IOException("caller is broken");
				}, (party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					ready.countDown();
					if (receives) {
						try {
							stream.receive();
						}
						catch (ContextCancelledException ex) {
							seen.set(ex);
							throw ex;
						}
					}
					else {
						party.stay();
					}
				});
				assertThat(ends.raised()).isInstanceOf(IOException.class).hasMessage("caller is broken");
				assertThat(ends.callee()).isInstanceOf(Outcome.Cancelled.class);
				ContextCancelledException cancelled = ((Outcome.Cancelled<?>) ends.callee()).cancellation();
				assertThat(cancelled.by()).isEqualTo(Side.CALLER);
				assertThat(cancelled.peer()).isEqualTo(new Peer("here", "here-1"));
				if (how.form() == Form.SCOPE) {
					assertThat(cancelled.causeType()).isEqualTo(IOException.class.getName());
					assertThat(cancelled.causeMessage()).isEqualTo("caller is broken");
					assertThat(((Outcome.Failed<?>) ends.caller()).error()).isSameAs(ends.raised());
				}
				if (receives) {
					// the thread of a reactive callee's test is not what the library
					// waits for
					Duet.eventually(() -> assertThat(seen.get()).isSameAs(cancelled));
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#calleesOfGoingOn")
	@DisplayName("E4 E10 a remote error that was recorded before the body ended is primary, and the body's own is suppressed in it")
	void whenRemoteErrorWasRecordedFirstThenOwnIsSuppressed(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			IOException own = new IOException("clean-up is broken");
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				throw new IllegalStateException("broken");
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				ready.countDown();
				try {
					party.stayUntilEnded(stream);
				}
				finally {
					throwing(own);
				}
			});
			if (how.form() == Form.SCOPE) {
				assertThat(ends.raised()).isInstanceOf(RemoteActorException.class).hasMessageContaining("broken");
				assertThat(ends.raised().getSuppressed()).containsExactly(own);
				assertThat(((Outcome.Failed<?>) ends.caller()).error()).isSameAs(ends.raised());
			}
			else {
				// a handle does not know of the body's error, so the language decides
				assertThat(ends.raised()).isSameAs(own);
			}
		}
	}

	private static void throwing(IOException ex) throws IOException {
		throw ex;
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callees")
	@DisplayName("E4 an overrun that was recorded before a callee's own error is primary, with that suppressed")
	void whenOverrunWasRecordedFirstThenCalleesOwnErrorIsSuppressed(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			// what a cancelled publisher signals reaches nobody: only a blocking callee
			// can fail
			duet.pair.use(Form.SCOPE);
			IOException own = new IOException("clean-up is broken");
			Ends ends = duet.play((party) -> {
				try (MsgStream<Integer, Integer> stream = party.open()) {
					for (int i = 0; i < 65; i++) {
						stream.send(i);
					}
				}
				finally {
					throwing(own);
				}
			}, Party::stay);
			StreamOverrunException overrun = ends.overrun();
			assertThat(overrun.getSuppressed()).containsExactly(own);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#calleesOfBodies")
	@DisplayName("E4 when errors cross on the wire, each side raises its own with the peer's suppressed")
	void whenErrorsCrossThenEachSideRaisesItsOwn(Case how) throws Exception {
		Gate gate = new Gate();
		try (Pair pair = new Pair(how.link(), BufferLimits.DEFAULT, Duration.ofSeconds(10), gate::into);
				Duet duet = new Duet(how, pair)) {
			CountDownLatch closed = new CountDownLatch(1);
			Future<?> opener = duet.aside(() -> {
				Duet.await(closed);
				int before = gate.sent.get();
				Duet.eventually(() -> assertThat(gate.sent).hasValueGreaterThan(before));
				gate.open();
			});
			Ends ends = duet.play((party) -> {
				Duet.await(closed);
				throw new IllegalStateException("callee's own");
			}, (party) -> {
				gate.close();
				closed.countDown();
				Duet.eventually(() -> assertThat(gate.held()).isPositive());
				throw new IOException("caller's own");
			});
			opener.get(10, TimeUnit.SECONDS);
			assertThat(ends.raised()).isInstanceOf(IOException.class).hasMessage("caller's own");
			assertThat(ends.raised().getSuppressed()).hasSize(1);
			assertThat(ends.raised().getSuppressed()[0]).isInstanceOf(RemoteActorException.class)
				.hasMessageContaining("callee's own");
			Throwable callees = ((Outcome.Failed<?>) ends.callee()).error();
			assertThat(callees).isInstanceOf(IllegalStateException.class).hasMessage("callee's own");
			assertThat(callees.getSuppressed()).hasSize(1);
			assertThat(callees.getSuppressed()[0]).isInstanceOf(ContextCancelledException.class)
				.hasMessageContaining("java.io.IOException: caller's own");
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#calleesOfGoingOn")
	@DisplayName("E4 none of two errors at the same time is lost")
	void whenBothFailAtOnceThenNoErrorIsLost(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			for (int i = 0; i < 30; i++) {
				CyclicBarrier both = new CyclicBarrier(2);
				Ends ends = duet.play((party) -> {
					both.await(10, TimeUnit.SECONDS);
					throw new IllegalStateException("callee's own");
				}, (party) -> {
					both.await(10, TimeUnit.SECONDS);
					throw new IOException("caller's own");
				});
				List<Throwable> raised = Stream
					.concat(Stream.of(ends.raised()), Stream.of(ends.raised().getSuppressed()))
					.toList();
				assertThat(raised).anyMatch((ex) -> ex instanceof IOException);
				assertThat(raised).anyMatch((ex) -> ex instanceof RemoteActorException remote
						&& remote.exceptionMessage().equals("callee's own"));
				Throwable callees = ((Outcome.Failed<?>) ends.callee()).error();
				assertThat(callees).isInstanceOf(IllegalStateException.class);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("E5 a callee's error in clean-up is not masked by the acknowledgement of the caller's cancel")
	void whenCancelledCalleeFailsInCleanUpThenItsErrorIsRaised(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			// what a cancelled publisher signals reaches nobody: only a blocking callee
			// can fail
			duet.pair.use(Form.SCOPE);
			CountDownLatch ready = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				party.cancel("enough");
			}, (party) -> {
				ready.countDown();
				try {
					party.stay();
				}
				finally {
					throwing(new IOException("clean-up is broken"));
				}
			});
			assertThat(ends.raised()).isInstanceOf(RemoteActorException.class)
				.hasMessageContaining("java.io.IOException: clean-up is broken");
			assertThat(((Outcome.Failed<?>) ends.caller()).error()).isSameAs(ends.raised());
			assertThat(((Outcome.Failed<?>) ends.callee()).error()).isInstanceOf(IOException.class);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("E5 a caller's error is not masked by the callee's acknowledgement")
	void whenCallerFailsThenAcknowledgementDoesNotMaskIt(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				throw new IOException("broken");
			}, (party) -> {
				ready.countDown();
				party.stay();
			});
			assertThat(ends.raised()).isInstanceOf(IOException.class).hasMessage("broken");
			assertThat(ends.raised().getSuppressed()).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("E6 the opener does not leave before the callee is done")
	void whenCalleeTakesItsTimeThenOpenerWaits(Case how) throws Exception {
		for (boolean cancels : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				// a callee that is subscribed ends by being cancelled: only a blocking
				// one can
				// stay
				duet.pair.use(Form.SCOPE);
				CountDownLatch ready = new CountDownLatch(1);
				CountDownLatch windingUp = new CountDownLatch(1);
				CountDownLatch mayEnd = new CountDownLatch(1);
				AtomicBoolean done = new AtomicBoolean();
				AtomicBoolean left = new AtomicBoolean();
				AtomicBoolean leftTooEarly = new AtomicBoolean();
				Future<?> observer = duet.aside(() -> {
					Duet.await(windingUp);
					// the caller has every reason to leave now
					assertThat(left).isFalse();
					mayEnd.countDown();
				});
				Ends ends = duet.play((party) -> {
					Duet.await(ready);
					if (cancels) {
						party.cancel("enough");
					}
				}, (party) -> {
					ready.countDown();
					if (cancels) {
						Waits.awaitInterrupt();
					}
					windingUp.countDown();
					Duet.await(mayEnd);
					done.set(true);
				}, (spec) -> {
				}, () -> {
					left.set(true);
					leftTooEarly.set(!done.get());
				});
				observer.get(10, TimeUnit.SECONDS);
				assertThat(leftTooEarly).isFalse();
				assertThat(ends.raised()).isNull();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("E6 the opener waits no longer for a cancelled callee once the connection is lost")
	void whenConnectionIsLostThenOpenerWaitsNoLonger(Case how) throws Exception {
		CountDownLatch mayEnd = new CountDownLatch(1);
		try (Duet duet = new Duet(how)) {
			// a callee that is subscribed ends by being cancelled: only a blocking one
			// can
			// stay
			duet.pair.use(Form.SCOPE);
			CountDownLatch ready = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				party.cancel("enough");
			}, (party) -> {
				ready.countDown();
				Waits.awaitInterrupt();
				duet.cut();
				Duet.await(mayEnd);
			}, (spec) -> spec.cancelTimeout(Duration.ofMinutes(10)), mayEnd::countDown);
			assertThat(ends.raised()).isNull();
			assertThat(ends.caller()).isInstanceOf(Outcome.Cancelled.class);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callers")
	@DisplayName("E6 the wait for a cancelled callee is bounded, and running out is reported")
	void whenCalleeDoesNotEndThenWaitIsBoundedAndReported(Case how) throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(CallerTask.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.setAdditive(false);
		logger.setLevel(Level.WARN);
		logger.addAppender(lines);
		CountDownLatch ready = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		try (Duet duet = new Duet(how)) {
			// a callee that is subscribed ends by being cancelled: only a blocking one
			// can stay
			duet.pair.use(Form.SCOPE);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				party.cancel("enough");
			}, (party) -> {
				ready.countDown();
				Waits.awaitInterrupt();
				Duet.await(mayEnd);
			}, (spec) -> spec.cancelTimeout(Duration.ofMillis(50)), () -> {
				assertThat(duet.pair.there.outcomes).isEmpty();
				mayEnd.countDown();
			});
			assertThat(ends.raised()).isNull();
			assertThat(ends.caller()).isInstanceOf(Outcome.Cancelled.class);
			assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
				.anySatisfy((line) -> assertThat(line).contains("has not ended within PT0.05S", THERE.toString(),
						"'duet'"));
		}
		finally {
			logger.detachAppender(lines);
			logger.setLevel(null);
			logger.setAdditive(true);
		}
	}

	static Stream<Arguments> strangeErrors() {
		// Reactor throws what it takes for fatal instead of signalling it: see
		// ReactiveTests
		return Case.all()
			.flatMap((how) -> Stream.of(Strange.values())
				.filter((error) -> how.form() != Form.REACTIVE || error != Strange.STACK_OVERFLOW)
				.map((error) -> Arguments.of(how, error)));
	}

	@ParameterizedTest
	@MethodSource("strangeErrors")
	@DisplayName("E7 delivering an error, however strange, breaks no transport loop nor any other context")
	void whenErrorIsStrangeThenItIsDeliveredAndSiblingLivesOn(Case how, Strange strange) throws Exception {
		try (Duet duet = new Duet(how)) {
			duet.pair.handle(OpeningTests.ECHO, (ctx, argument) -> {
				ctx.started(argument);
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					for (String msg : stream) {
						stream.send(Integer.valueOf(msg));
					}
				}
				return "echoed";
			});
			try (ContextHandle<String, String, Integer, String> sibling = duet.pair.portal.context(OpeningTests.ECHO)
				.open()) {
				MsgStream<Integer, String> stream = sibling.openStream();
				Throwable error = strange.make();
				CountDownLatch ready = new CountDownLatch(1);
				Ends ends = duet.play((party) -> {
					Duet.await(ready);
					ErrorTests.<RuntimeException>sneak(error);
				}, (party) -> {
					ready.countDown();
					party.stay();
				});
				if (how.side() == Side.CALLEE) {
					assertThat(ends.raised()).isInstanceOf(RemoteActorException.class);
					assertThat(((RemoteActorException) ends.raised()).exceptionType())
						.isEqualTo(error.getClass().getName());
				}
				else {
					assertThat(ends.raised()).isSameAs(error);
					assertThat(ends.callee()).isInstanceOf(Outcome.Cancelled.class);
				}
				stream.send("7");
				assertThat(stream.receive()).isEqualTo(7);
				stream.close();
				assertThat(sibling.result()).isEqualTo("echoed");
			}
			assertThat(duet.pair.accepted).hasSize(1);
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <X extends Throwable> void sneak(Throwable error) throws X {
		throw (X) error;
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("E7 an error that cannot be delivered is not answered, and a new connection works")
	void whenErrorCannotBeDeliveredThenNothingElseHappens(Link link) throws Exception {
		Case how = new Case(link, Form.SCOPE, Side.CALLEE);
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(1);
			CountDownLatch cut = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(ready);
				duet.cut();
				Waits.awaitInterrupt();
				Duet.await(cut);
				throw new IllegalStateException("undeliverable");
			}, (party) -> {
				ready.countDown();
				Waits.awaitInterrupt();
				cut.countDown();
				party.context().cancel("gone");
			});
			assertThat(ends.raised()).isInstanceOf(io.tractor.TransportClosedException.class);
			Waits.until(() -> !duet.pair.portal.isConnected());
			Ends again = duet.play((party) -> {
			}, (party) -> {
			});
			again.areQuiet();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E8 a remote error carries type, message, origin, context, route and path, and a stack trace if configured")
	void whenCalleeFailsThenErrorCarriesEverything(Link link) throws Exception {
		for (boolean trace : new boolean[] { true, false }) {
			Node here = new Node("here", BufferLimits.DEFAULT, Duration.ofSeconds(10));
			Node there = new Node("there", BufferLimits.DEFAULT, Duration.ofSeconds(10),
					new RemoteErrors(null, trace, Set.of()));
			try (Pair pair = new Pair(link, here, there, (builder) -> builder)) {
				pair.handle(Duet.TYPE, (ctx, argument) -> {
					ctx.started("");
					throw new IOException("the disk is full");
				});
				AtomicReference<String> id = new AtomicReference<>();
				assertThatExceptionOfType(RemoteActorException.class)
					.isThrownBy(() -> pair.portal.context(Duet.TYPE).run((ctx) -> {
						id.set(ctx.id());
						return ctx.result();
					}))
					.satisfies((ex) -> {
						assertThat(ex.exceptionType()).isEqualTo("java.io.IOException");
						assertThat(ex.exceptionMessage()).isEqualTo("the disk is full");
						assertThat(ex.origin()).isEqualTo(THERE);
						assertThat(ex.relayPath()).containsExactly(THERE);
						assertThat(ex.failure().contextId()).isEqualTo(id.get());
						assertThat(ex.failure().route()).isEqualTo("duet");
						assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.APPLICATION);
						assertThat(ex).hasMessageContainingAll("java.io.IOException", "the disk is full", "'duet'",
								THERE.toString(), id.get());
						if (trace) {
							assertThat(ex.failure().stackTrace()).contains("java.io.IOException: the disk is full",
									ErrorTests.class.getName());
						}
						else {
							assertThat(ex.failure().stackTrace()).isNull();
						}
					});
			}
		}
	}

	/**
	 * Errors that are hard to describe.
	 */
	enum Strange {

		NO_MESSAGE {

			@Override
			Throwable make() {
				return new IOException();
			}

		},

		LONG_MESSAGE {

			@Override
			Throwable make() {
				return new IOException("m".repeat(17 * 1024 * 1024));
			}

		},

		UNPAIRED_SURROGATES {

			@Override
			Throwable make() {
				return new IOException("\ud800\udfff\ud800".repeat(5000));
			}

		},

		THROWING_MESSAGE {

			@Override
			Throwable make() {
				return new ThrowingMessageException();
			}

		},

		CYCLIC_CAUSE {

			@Override
			Throwable make() {
				IOException first = new IOException("first");
				IOException second = new IOException("second", first);
				first.initCause(second);
				return first;
			}

		},

		NO_SUPPRESSION {

			@Override
			Throwable make() {
				return new NoSuppressionException();
			}

		},

		STACK_OVERFLOW {

			@Override
			Throwable make() {
				return new StackOverflowError();
			}

		};

		abstract Throwable make();

	}

	@SuppressWarnings("serial")
	private static final class ThrowingMessageException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message to be had");
		}

	}

	@SuppressWarnings("serial")
	private static final class NoSuppressionException extends RuntimeException {

		NoSuppressionException() {
			super("message", null, false, false);
		}

	}

}
