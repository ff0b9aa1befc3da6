package io.tractor.rows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tractor.ContextCancelledException;
import io.tractor.ContextListener;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamClosedException;
import io.tractor.StreamOverrunException;
import io.tractor.StreamSettings;
import io.tractor.TooSlowException;
import io.tractor.rows.Duet.Ends;
import io.tractor.rows.Duet.Party;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class OverrunTests {

	private static final Peer HERE = new Peer("here", "here-1");

	private static final Peer THERE = new Peer("there", "there-1");

	private static void buffers(Node node, boolean backpressure, int msgBufferSize) {
		node.settings = StreamSettings.DEFAULT.with(backpressure, msgBufferSize, null, StreamSettings.Origin.ROUTE);
	}

	private static void send(MsgStream<Integer, Integer> stream, int from, int to) {
		for (int i = from; i < to; i++) {
			stream.send(i);
		}
	}

	/**
	 * Send until the receiver's buffer overruns, and go on as if nothing had happened.
	 * @return how many messages were accepted
	 */
	private static long overrun(MsgStream<Integer, Integer> stream, int from) {
		AtomicLong sent = new AtomicLong(from);
		assertThatExceptionOfType(StreamOverrunException.class).isThrownBy(() -> {
			while (sent.get() < 1_000_000) {
				stream.send((int) sent.get());
				sent.incrementAndGet();
			}
		});
		// the error comes by the call, by an interrupt, or both
		Thread.interrupted();
		return sent.get();
	}

	/**
	 * Wait for a count that the thread of a reactive callee's test may note after both
	 * sides have ended.
	 */
	private static void awaitValue(AtomicLong count) {
		Duet.eventually(() -> assertThat(count).hasPositiveValue());
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V3 exactly as many messages as the buffer holds, to a peer that never opened its stream, are no error")
	void whenBufferIsFilledBeforeOpeningThenNobodyFails(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch sent = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				send(party.open(), 0, 64);
				sent.countDown();
			}, (party) -> Duet.await(sent));
			ends.areQuiet();
			assertThat(duet.receivers().overruns).isEmpty();
			Ledger.Direction direction = ends.direction();
			assertThat(direction).isEqualTo(new Ledger.Direction(64, 0, 0, 64, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V4 one more message raises the overrun in the sender's scope and interrupts what it waits for")
	void whenOneMoreIsSentBeforeOpeningThenSendersScopeIsInterrupted(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				Future<?> sender = duet.aside(() -> send(stream, 0, 65));
				try {
					party.stayUntilEnded(stream);
				}
				finally {
					Duet.eventually(() -> assertThat(sender).isDone());
				}
			}, Party::stay);
			assertThat(ends.overrun().report().firstUndelivered()).isEqualTo(64);
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V5 the error says that the stream was never opened, on which side and route, and the buffer's size")
	void whenPeerNeverOpenedThenErrorSaysSo(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), true, 3);
			Ends ends = duet.play((party) -> send(party.open(), 0, 4), Party::stay);
			assertThat(ends.overrun()).hasMessageContaining("never opened")
				.hasMessageContaining(how.side().other() + "'s")
				.hasMessageContaining("'duet'")
				.hasMessageContaining("buffer of 3 messages");
			assertThat(ends.overrun().report().reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V6 before the receiver opens there is no backpressure, whatever its default is")
	void whenDefaultIsEitherThenOverrunBeforeOpeningIsRaised(Case how) throws Exception {
		for (boolean backpressure : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				buffers(duet.receivers(), backpressure, 2);
				Ends ends = duet.play((party) -> send(party.open(), 0, 3), Party::stay);
				OverrunReport report = ends.overrun().report();
				assertThat(report.reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED);
				assertThat(report.firstUndelivered()).isEqualTo(2);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callees")
	@DisplayName("V7 a callee's overrun ends the caller's scope by the callee's error, with both hops in its path")
	void whenCalleeOverrunsThenCallerGetsItsErrorWithBothHops(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			Ends ends = duet.play((party) -> send(party.open(), 0, 65), Party::stay);
			assertThat(ends.raised()).isInstanceOf(RemoteActorException.class)
				.hasRootCauseInstanceOf(StreamOverrunException.class);
			RemoteActorException error = (RemoteActorException) ends.raised();
			assertThat(error.exceptionType()).isEqualTo(StreamOverrunException.class.getName());
			assertThat(error.relayPath()).containsExactly(HERE, THERE);
			assertThat(error.failure().code()).isEqualTo(RemoteActorException.Code.OVERRUN);
			StreamOverrunException root = (StreamOverrunException) error.getCause();
			assertThat(root.report().receiver()).isEqualTo(Side.CALLER);
			assertThat(ends.overrun().report()).isEqualTo(root.report());
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V9 opened without backpressure, a full buffer gives the sender an overrun that does not say never opened")
	void whenOpenedWithoutBackpressureThenFullBufferOverruns(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				overrun(party.open(), 0);
			}, (party) -> {
				party.openWithout(4);
				opened.countDown();
				duet.stayForOverrun(party);
			});
			StreamOverrunException overrun = ends.overrun();
			assertThat(overrun.report().reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
			assertThat(overrun.report().firstUndelivered()).isEqualTo(4);
			assertThat(overrun.getMessage()).doesNotContain("never opened")
				.contains("no backpressure", "'duet'", how.side().other() + "'s", "buffer of 4 messages");
		}
	}

	/**
	 * Return where the sender goes on after the overrun: it is not subscribed reactively.
	 */
	static Stream<Case> goingOnSenders() {
		return Case.all().filter((how) -> how.form() != Form.REACTIVE || how.side() == Side.CALLEE);
	}

	@ParameterizedTest
	@MethodSource("goingOnSenders")
	@DisplayName("V14 the message that overran is not delivered, the earlier ones stay readable, and the overrun is terminal")
	void whenOverrunIsSwallowedThenEarlierMessagesAreReadableAndItIsTerminal(Case how) throws Exception {
		for (boolean opened : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				// a publisher that is cancelled cannot swallow why
				duet.pair.use(Form.SCOPE);
				buffers(duet.receivers(), true, 4);
				CountDownLatch ready = new CountDownLatch(1);
				CountDownLatch read = new CountDownLatch(1);
				List<Integer> received = new ArrayList<>();
				Ends ends = duet.play((party) -> {
					Duet.await(ready);
					overrun(party.open(), 0);
					Duet.await(read);
				}, (party) -> {
					MsgStream<Integer, Integer> early = opened ? party.openWithout(4) : null;
					ready.countDown();
					Duet.eventually(() -> assertThat(duet.receivers().overruns).hasSize(1));
					MsgStream<Integer, Integer> stream = opened ? early : party.open();
					for (int i = 0; i < 4; i++) {
						received.add(stream.receive());
					}
					assertThat(stream.receive(Duration.ofMillis(50))).isEmpty();
					read.countDown();
					party.stay();
				});
				assertThat(received).containsExactly(0, 1, 2, 3);
				ends.overrun();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V15 there is one report for an overrun, not one for each message")
	void whenManyMessagesOverrunThenOneReportIsMade(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			AtomicLong sent = new AtomicLong();
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				sent.set(overrun(party.open(), 0));
			}, (party) -> {
				party.openWithout(2);
				opened.countDown();
				duet.stayForOverrun(party);
			});
			awaitValue(sent);
			assertThat(sent).hasValueGreaterThanOrEqualTo(2);
			ends.overrun();
			ends.finalReport();
			assertThat(duet.receivers().overruns).hasSize(1);
			assertThat(duet.senders().overruns).hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V16 the report carries all figures, and the final one is equal on both sides")
	void whenSlowConsumerOverrunsThenReportCarriesFigures(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch consumed = new CountDownLatch(1);
			AtomicLong sent = new AtomicLong();
			String[] id = new String[1];
			Instant before = Instant.now().minusMillis(1);
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				MsgStream<Integer, Integer> stream = party.open();
				send(stream, 0, 2);
				Duet.await(consumed);
				sent.set(overrun(stream, 2));
			}, (party) -> {
				id[0] = party.context().id();
				MsgStream<Integer, Integer> stream = party.openWithout(4);
				opened.countDown();
				stream.receive();
				stream.receive();
				consumed.countDown();
				duet.stayForOverrun(party);
			});
			OverrunReport provisional = duet.receivers().overruns.get(0);
			assertThat(provisional.provisional()).isTrue();
			assertThat(provisional.reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
			assertThat(provisional.receiver()).isEqualTo(how.side().other());
			assertThat(provisional.route()).isEqualTo("duet");
			assertThat(provisional.contextId()).isEqualTo(id[0]);
			assertThat(provisional.msgBufferSize()).isEqualTo(4);
			assertThat(provisional.firstUndelivered()).isEqualTo(6);
			assertThat(provisional.buffered()).isEqualTo(4);
			assertThat(provisional.consumed()).isEqualTo(2);
			assertThat(provisional.undelivered()).isEqualTo(1);
			assertThat(provisional.detectedAt()).isBetween(before, Instant.now());
			assertThat(provisional.sentBy()).isEqualTo((how.side() == Side.CALLER) ? HERE : THERE);
			assertThat(provisional.receivedBy()).isEqualTo((how.side() == Side.CALLER) ? THERE : HERE);
			assertThat(duet.senders().overruns).containsExactly(provisional);
			assertThat(ends.overrun().report()).isEqualTo(provisional);
			OverrunReport last = ends.finalReport();
			awaitValue(sent);
			assertThat(last).isEqualTo(provisional.complete(sent.get()));
			assertThat(last.undelivered()).isEqualTo(Math.max(1, sent.get() - 6));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V16 the report of a stream that was never opened carries all figures as well")
	void whenNeverOpenedOverrunsThenReportCarriesFigures(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), true, 5);
			Ends ends = duet.play((party) -> send(party.open(), 0, 6), Party::stay);
			OverrunReport last = ends.finalReport();
			assertThat(last.reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED);
			assertThat(last.msgBufferSize()).isEqualTo(5);
			assertThat(last.firstUndelivered()).isEqualTo(5);
			assertThat(last.buffered()).isEqualTo(5);
			assertThat(last.consumed()).isZero();
			assertThat(last.undelivered()).isEqualTo(1);
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(5, 0, 0, 5, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V16 the report is part of both outcomes, also when the connection is lost after the overrun")
	void whenConnectionIsLostAfterOverrunThenReportIsInBothOutcomes(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), true, 5);
			Ends ends = duet.play((party) -> {
				overrun(party.open(), 0);
				duet.cut();
			}, (party) -> duet.stayForOverrun(party));
			assertThat(ends.senders().overruns()).hasSize(1);
			assertThat(ends.receivers().overruns()).hasSize(1);
			OverrunReport known = ends.receivers().overruns().get(0);
			assertThat(ends.senders().overruns().get(0)).isEqualTo(known.complete(5));
			assertThat(known.firstUndelivered()).isEqualTo(5);
			assertThat(((Outcome.Failed<?>) ends.senders()).error()).isInstanceOf(StreamOverrunException.class);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V17 both sides are told: the sender by the error, both by listener and log, provisional and final")
	void whenOverrunThenBothSidesAreTold(Case how) throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ContextListener.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.setAdditive(false);
		logger.setLevel(Level.WARN);
		logger.addAppender(lines);
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), true, 1);
			Ends ends = duet.play((party) -> send(party.open(), 0, 2), Party::stay);
			OverrunReport provisional = ends.overrun().report();
			assertThat(duet.receivers().overruns).containsExactly(provisional);
			assertThat(duet.senders().overruns).containsExactly(provisional);
			assertThat(ends.receivers().overruns()).containsExactly(ends.finalReport());
			assertThat(duet.receivers().finals).containsExactly(ends.finalReport());
			assertThat(duet.senders().finals).containsExactly(ends.finalReport());
			Duet.eventually(() -> {
				List<ILoggingEvent> about = List.copyOf(lines.list)
					.stream()
					.filter((line) -> line.getFormattedMessage().contains(provisional.contextId()))
					.toList();
				assertThat(about).allSatisfy((line) -> assertThat(line.getFormattedMessage()).contains("Stream overrun",
						"'duet'", "buffer of 1 messages"));
				assertThat(about).filteredOn((line) -> !line.getFormattedMessage().contains("final")).hasSize(2);
				assertThat(about).filteredOn((line) -> line.getFormattedMessage().contains("final")).hasSize(2);
			});
		}
		finally {
			logger.detachAppender(lines);
			logger.setLevel(null);
			logger.setAdditive(true);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V18 a peer that closed its stream is no overrun: waiting and later sends throw, and the context lives on")
	void whenPeerClosesItsStreamThenSendsThrowAndContextLivesOn(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), true, 4);
			AtomicLong sent = new AtomicLong();
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch told = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				try (MsgStream<Integer, Integer> stream = party.open()) {
					assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> {
						while (sent.get() < 100) {
							stream.send(1);
							sent.incrementAndGet();
						}
					}).withMessageContaining("'duet'").withMessageContaining(how.side().other().toString());
					for (int i = 0; i < 3; i++) {
						assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> stream.send(3));
						assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> stream.offer(3));
					}
				}
				finally {
					told.countDown();
				}
			}, (party) -> {
				try (MsgStream<Integer, Integer> stream = party.open()) {
					opened.countDown();
					for (int i = 0; i < 3; i++) {
						stream.receive();
					}
					Duet.eventually(() -> assertThat(sent).hasValue(7));
				}
				Duet.await(told);
			});
			ends.areQuiet();
			assertThat(duet.receivers().overruns).isEmpty();
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(7, 3, 0, 4, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#calleesOfBodies")
	@DisplayName("V18 a callee that ends by its send because the caller leaves lets the caller's scope end quietly")
	void whenCallerLeavesWhileCalleeSendsThenScopeEndsQuietly(Case how) throws Exception {
		for (boolean backpressure : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				Semaphore turns = new Semaphore(2);
				Ends ends = duet.play((party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					for (int i = 0; true; i++) {
						assertThat(turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
						stream.send(i);
					}
				}, (party) -> {
					try (MsgStream<Integer, Integer> stream = party
						.open((options) -> options.backpressure(backpressure))) {
						for (int i = 0; i < 10; i++) {
							assertThat(stream.receive()).isEqualTo(i);
							turns.release();
						}
					}
					turns.release(1_000_000);
				});
				assertThat(ends.raised()).isNull();
				assertThat(ends.caller()).isNotInstanceOf(Outcome.Failed.class);
				assertThat(ends.callee()).isNotInstanceOf(Outcome.Failed.class);
				assertThat(duet.receivers().overruns).isEmpty();
				assertThat(ends.direction().consumed()).isEqualTo(10);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V19 once the receiver has cancelled, no overrun is detected nor raised")
	void whenReceiverHasCancelledThenNothingOverruns(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), true, 2);
			CountDownLatch full = new CountDownLatch(1);
			CountDownLatch cancelled = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				send(stream, 0, 2);
				full.countDown();
				try {
					Duet.await(cancelled);
				}
				catch (InterruptedException ex) {
					// by the cancel, which may come before its thread gets on
				}
				stream.send(2);
			}, (party) -> {
				Duet.await(full);
				party.cancel("enough");
				cancelled.countDown();
			});
			assertThat(duet.receivers().overruns).isEmpty();
			assertThat(duet.senders().overruns).isEmpty();
			assertThat(ends.senders()).isInstanceOf(Outcome.Cancelled.class);
			assertThat(ends.receivers()).isInstanceOf(Outcome.Cancelled.class);
			assertThat(ends.senders().overruns()).isEmpty();
			assertThat(ends.receivers().overruns()).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V19 an overrun that was recorded before a cancel, by either side, wins and is raised")
	void whenOverrunWasRecordedBeforeCancelThenItIsRaised(Case how) throws Exception {
		for (boolean senderCancels : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				buffers(duet.receivers(), true, 2);
				Ends ends = duet.play((party) -> {
					overrun(party.open(), 0);
					if (senderCancels) {
						party.context().cancel("too late");
					}
				}, (party) -> {
					if (senderCancels) {
						party.stay();
					}
					else {
						Duet.eventually(() -> assertThat(duet.receivers().overruns).hasSize(1));
						party.cancel("too late");
					}
				});
				ends.overrun();
				ends.finalReport();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V20 an overrun of one context leaves the others on the connection working")
	void whenOneContextOverrunsThenSiblingWorks(Case how) throws Exception {
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
			String echoed = duet.pair.portal.context(OpeningTests.ECHO).run((ctx) -> {
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("1");
					assertThat(stream.receive()).isEqualTo(1);
					for (int i = 0; i < 3; i++) {
						Ends ends = duet.play((party) -> send(party.open(), 0, 65), Party::stay);
						ends.overrun();
					}
					for (int i = 2; i < 500; i++) {
						stream.send(String.valueOf(i));
						assertThat(stream.receive()).isEqualTo(i);
					}
				}
				return ctx.result();
			});
			assertThat(echoed).isEqualTo("echoed");
			assertThat(duet.pair.accepted).hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V25 bursts in both directions at once, smaller than the buffers, never raise")
	void whenBurstsAreSmallerThanBuffersThenNothingIsRaised(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CyclicBarrier both = new CyclicBarrier(2);
			Duet.Part part = (party) -> {
				MsgStream<Integer, Integer> stream = party.openWithout(64);
				for (int round = 0; round < 30; round++) {
					both.await(20, TimeUnit.SECONDS);
					send(stream, 0, 63);
					for (int i = 0; i < 63; i++) {
						assertThat(stream.receive()).isEqualTo(i);
					}
				}
			};
			Ends ends = duet.play(part, part);
			ends.areQuiet();
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(30 * 63, 30 * 63, 0, 0, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V26 the overrun is a too-slow error by type, and carries the sender's identity")
	void whenOverrunThenItIsTooSlowAndNamesSender(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			Ends ends = duet.play((party) -> send(party.open(), 0, 65), Party::stay);
			assertThat(ends.overrun()).isInstanceOf(TooSlowException.class)
				.hasMessageContaining("sent by " + ((how.side() == Side.CALLER) ? HERE : THERE));
			assertThat(ends.overrun().report().sentBy()).isEqualTo((how.side() == Side.CALLER) ? HERE : THERE);
			assertThat(ends.receivers()).isNotInstanceOfAny(Outcome.Completed.class);
			if (how.side() == Side.CALLER) {
				ContextCancelledException cancelled = ((Outcome.Cancelled<?>) ends.callee()).cancellation();
				assertThat(cancelled.causeType()).isEqualTo(StreamOverrunException.class.getName());
			}
		}
	}

}
