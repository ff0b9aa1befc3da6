package io.tractor.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tractor.CalleeContext;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.StreamOptions;
import io.tractor.StreamSettings;
import io.tractor.StreamSettings.Origin;
import io.tractor.engine.BufferLimits;
import io.tractor.rows.Duet.Ends;
import io.tractor.rows.Duet.Party;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Overflow policies, for streams that are opened without backpressure.
 */
@Timeout(60)
class OverflowTests {

	private static final ContextType<String, String, String, String, String> TEXT = new ContextType<>("text") {
	};

	private static final BufferOverflowStrategy LATEST = BufferOverflowStrategy.DROP_LATEST;

	private static final BufferOverflowStrategy OLDEST = BufferOverflowStrategy.DROP_OLDEST;

	/**
	 * More than a buffer, and what a sender may run ahead.
	 */
	private static final int MANY = 5_000;

	static Stream<Arguments> cases() {
		return Case.all().flatMap((how) -> Stream.of(LATEST, OLDEST).map((policy) -> Arguments.of(how, policy)));
	}

	static Stream<Arguments> endings() {
		return cases().flatMap((arguments) -> Stream.of(Ending.values())
			.map((ending) -> Arguments.of(arguments.get()[0], arguments.get()[1], ending)));
	}

	private static MsgStream<Integer, Integer> open(Party party, BufferOverflowStrategy policy, int msgBufferSize) {
		return party.open((options) -> options.overflow(policy).msgBufferSize(msgBufferSize));
	}

	/**
	 * Send, without waiting for what the receiver takes.
	 */
	private static void send(MsgStream<Integer, Integer> stream, int count) {
		for (int i = 0; i < count; i++) {
			stream.send(i);
		}
		stream.endSend();
	}

	@ParameterizedTest
	@MethodSource("cases")
	@DisplayName("V22 a receiver that takes nothing neither stops nor fails its sender: messages are dropped and counted")
	void whenReceiverTakesNothingThenMessagesAreDroppedAndCounted(Case how, BufferOverflowStrategy policy)
			throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch sent = new CountDownLatch(1);
			CountDownLatch taken = new CountDownLatch(1);
			List<Integer> received = new ArrayList<>();
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				send(party.open(), MANY);
				sent.countDown();
				Duet.await(taken);
			}, (party) -> {
				MsgStream<Integer, Integer> stream = open(party, policy, 4);
				opened.countDown();
				Duet.await(sent);
				// the end of the direction is the end of the episode
				Duet.eventually(() -> assertThat(duet.receivers().finals).hasSize(1));
				stream.forEach(received::add);
				taken.countDown();
			});
			ends.areQuiet();
			int first = (policy == LATEST) ? 4 : 0;
			assertThat(received).containsExactlyElementsOf(
					IntStream.range(0, MANY).filter((i) -> i < first || i >= first + MANY - 4).boxed().toList());
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(MANY, 4, MANY - 4, 0, 0));
			OverrunReport report = duet.receivers().finals.get(0);
			assertThat(report.overflow()).isEqualTo(policy);
			assertThat(report.reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
			assertThat(report.receiver()).isEqualTo(how.side().other());
			assertThat(report.route()).isEqualTo("duet");
			assertThat(report.msgBufferSize()).isEqualTo(4);
			assertThat(report.firstUndelivered()).isEqualTo(first);
			assertThat(report.lastUndelivered()).isEqualTo(first + MANY - 5);
			assertThat(report.undelivered()).isEqualTo(MANY - 4);
			assertThat(report.buffered()).isEqualTo(4);
			assertThat(report.consumed()).isZero();
			assertThat(report.sentBy().application()).isEqualTo((how.side() == Side.CALLER) ? "here" : "there");
			assertThat(report.receivedBy().application()).isEqualTo((how.side() == Side.CALLER) ? "there" : "here");
			assertThat(report.describe()).contains("messages " + first + " to " + (first + MANY - 5), "'duet'",
					"dropped by the " + how.side().other() + "'s full buffer",
					(policy == LATEST) ? "drop-latest" : "drop-oldest", "buffer of 4 messages");
			// both sides were told, and have it in their outcome
			assertThat(ends.receivers().overruns()).containsExactly(report);
			assertThat(ends.senders().overruns()).containsExactly(report);
			assertThat(duet.senders().finals).containsExactly(report);
			assertThat(duet.senders().overruns).isEmpty();
			assertThat(duet.receivers().overruns).hasSize(1);
			assertThat(duet.receivers().overruns.get(0).endingWith(first + MANY - 5)).isEqualTo(report);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	@DisplayName("V22 V27 what is dropped gives credit back at once, to a sender that only offers and so never asks")
	void whenMessagesAreDroppedThenCreditComesBackUnasked(Case how, BufferOverflowStrategy policy) throws Exception {
		try (Duet duet = new Duet(how, new BufferLimits(1 << 20, 1 << 10, 6))) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch sent = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				MsgStream<Integer, Integer> stream = party.open();
				for (int i = 0; i < 100; i++) {
					int msg = i;
					Duet.eventually(() -> assertThat(stream.offer(msg)).isTrue());
				}
				sent.countDown();
			}, (party) -> {
				open(party, policy, 4);
				opened.countDown();
				Duet.await(sent);
			});
			ends.areQuiet();
			assertThat(ends.direction().sent()).isEqualTo(100);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	@DisplayName("V22 V23 at any speed, what does not arrive is what the reports name, and order is kept")
	void whenReceiverIsSlowThenReportsNameWhatIsMissing(Case how, BufferOverflowStrategy policy) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch taken = new CountDownLatch(1);
			List<Integer> received = new ArrayList<>();
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				send(party.open(), MANY);
				Duet.await(taken);
			}, (party) -> {
				MsgStream<Integer, Integer> stream = open(party, policy, 8);
				opened.countDown();
				Duet.eventually(() -> assertThat(duet.receivers().overruns).isNotEmpty());
				for (int msg : stream) {
					received.add(msg);
					if (received.size() % 16 == 0) {
						Thread.yield();
					}
				}
				taken.countDown();
			});
			ends.areQuiet();
			List<Integer> missing = new ArrayList<>();
			duet.receivers().finals.forEach((report) -> {
				assertThat(report.undelivered()).isEqualTo(report.lastUndelivered() - report.firstUndelivered() + 1);
				LongStream.rangeClosed(report.firstUndelivered(), report.lastUndelivered())
					.forEach((index) -> missing.add((int) index));
			});
			assertThat(missing).isSorted().doesNotHaveDuplicates().isNotEmpty();
			List<Integer> expected = new ArrayList<>(IntStream.range(0, MANY).boxed().toList());
			expected.removeAll(missing);
			assertThat(received).isEqualTo(expected);
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(MANY, received.size(), missing.size(), 0, 0));
			assertThat(duet.senders().finals.stream().mapToLong(OverrunReport::undelivered).sum())
				.isEqualTo(missing.size());
			assertThat(duet.receivers().overruns).hasSameSizeAs(duet.receivers().finals);
			assertThat(ends.receivers().overruns()).hasSizeLessThanOrEqualTo(64);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	@DisplayName("V15 V17 V22 each episode is told to both sides: the first at WARN, later ones at DEBUG, the total at WARN")
	void whenThereAreSeveralEpisodesThenEachIsToldAndLogged(Case how, BufferOverflowStrategy policy) throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ContextListener.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.setAdditive(false);
		logger.setLevel(Level.DEBUG);
		logger.addAppender(lines);
		try (Duet duet = new Duet(how)) {
			int rounds = 5;
			Semaphore turns = new Semaphore(0);
			CountDownLatch over = new CountDownLatch(1);
			String[] id = new String[1];
			Ends ends = duet.play((party) -> {
				id[0] = party.context().id();
				MsgStream<Integer, Integer> stream = party.open();
				for (int i = 0; i < rounds; i++) {
					assertThat(turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
					// the first one finds room
					stream.send(2 * i);
					stream.send(2 * i + 1);
				}
				stream.endSend();
				Duet.await(over);
			}, (party) -> {
				MsgStream<Integer, Integer> stream = open(party, policy, 1);
				for (int i = 1; i <= rounds; i++) {
					int begun = i;
					turns.release();
					Duet.eventually(() -> assertThat(duet.receivers().overruns).hasSize(begun));
					assertThat(stream.receive()).isEqualTo((policy == LATEST) ? 2 * i - 2 : 2 * i - 1);
				}
				assertThat(stream).isEmpty();
				over.countDown();
			});
			ends.areQuiet();
			List<Long> dropped = LongStream.range(0, rounds)
				.map((i) -> (policy == LATEST) ? 2 * i + 1 : 2 * i)
				.boxed()
				.toList();
			assertThat(ends.receivers().overruns()).isEqualTo(ends.senders().overruns())
				.allSatisfy((report) -> assertThat(report.undelivered()).isEqualTo(1))
				.extracting(OverrunReport::firstUndelivered)
				.isEqualTo(dropped);
			assertThat(duet.receivers().finals).isEqualTo(ends.receivers().overruns());
			assertThat(duet.senders().finals).isEqualTo(ends.receivers().overruns());
			List<ILoggingEvent> about = List.copyOf(lines.list)
				.stream()
				.filter((line) -> line.getFormattedMessage().contains(id[0]))
				.toList();
			assertThat(about).allSatisfy(
					(line) -> assertThat(line.getFormattedMessage()).contains("Stream overrun", "dropped", "'duet'"));
			// the receiver's begin and end of the first one, the sender's, and two totals
			assertThat(about).filteredOn((line) -> line.getLevel() == Level.WARN).hasSize(5);
			assertThat(about).filteredOn((line) -> line.getLevel() == Level.DEBUG).hasSize(3 * (rounds - 1));
			assertThat(about)
				.filteredOn((line) -> line.getFormattedMessage()
					.contains(rounds + " of " + 2 * rounds + " messages to the " + how.side().other()))
				.hasSize(2)
				.allMatch((line) -> line.getLevel() == Level.WARN);
		}
		finally {
			logger.detachAppender(lines);
			logger.setLevel(null);
			logger.setAdditive(true);
		}
	}

	@ParameterizedTest
	@MethodSource("endings")
	@DisplayName("V22 V23 whatever ends the context in the middle of an episode, both sides know what was dropped")
	void whenContextEndsInEpisodeThenBothSidesKnow(Case how, BufferOverflowStrategy policy, Ending ending)
			throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch dropping = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				MsgStream<Integer, Integer> stream = party.open();
				for (int i = 0; i < 100; i++) {
					stream.send(i);
				}
				if (ending.isBySender()) {
					Duet.await(dropping);
					ending.bring(duet, party);
				}
				else {
					party.stay();
				}
			}, (party) -> {
				open(party, policy, 4);
				opened.countDown();
				Duet.eventually(() -> assertThat(duet.receivers().overruns).hasSize(1));
				dropping.countDown();
				if (!ending.isBySender()) {
					ending.bring(duet, party);
				}
				else {
					party.stay();
				}
			});
			assertThat(duet.receivers().finals).hasSize(1).isEqualTo(ends.receivers().overruns());
			OverrunReport report = duet.receivers().finals.get(0);
			if (ending == Ending.CUT) {
				Ledger.Direction direction = direction(ends.receivers(), how);
				assertThat(direction.dropped()).isEqualTo(report.undelivered());
				assertThat(direction.unknown()).isZero();
				return;
			}
			Ledger.Direction direction = ends.direction();
			assertThat(direction.dropped()).isEqualTo(report.undelivered()).isPositive();
			assertThat(direction.sent()).isEqualTo(direction.dropped() + direction.discarded());
			assertThat(duet.senders().finals).containsExactly(report);
			assertThat(ends.senders().overruns()).containsExactly(report);
		}
	}

	private static Ledger.Direction direction(Outcome<?> outcome, Case how) {
		return (how.side() == Side.CALLER) ? outcome.ledger().toCallee() : outcome.ledger().toCaller();
	}

	@ParameterizedTest
	@MethodSource("cases")
	@DisplayName("V6 V22 before the stream is open a full buffer is an overrun, whatever policy is configured")
	void whenNotYetOpenedThenOverrunIsRaised(Case how, BufferOverflowStrategy policy) throws Exception {
		try (Duet duet = new Duet(how)) {
			duet.receivers().settings = StreamSettings.DEFAULT.with(null, 2, policy, Origin.ROUTE);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				for (int i = 0; i < 3; i++) {
					stream.send(i);
				}
			}, Party::stay);
			OverrunReport report = ends.overrun().report();
			assertThat(report.reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED);
			assertThat(report.overflow()).isEqualTo(BufferOverflowStrategy.ERROR);
			assertThat(ends.finalReport().lastUndelivered()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("V22 V28 large messages overflow by their bytes, and their sender neither waits nor fails")
	void whenMessagesAreLargeThenBytesOverflow(Link link) throws Exception {
		for (Side sender : Side.values()) {
			for (BufferOverflowStrategy policy : new BufferOverflowStrategy[] { LATEST, OLDEST }) {
				overflowBytes(link, sender, policy);
			}
		}
	}

	private static void overflowBytes(Link link, Side sender, BufferOverflowStrategy policy) throws Exception {
		try (Pair pair = new Pair(link, new BufferLimits(1_000, 5_000, 4), Duet.PATIENCE)) {
			Node receivers = (sender == Side.CALLER) ? pair.there : pair.here;
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch taken = new CountDownLatch(1);
			List<String> received = new ArrayList<>();
			TextPart sending = (stream) -> {
				Duet.await(opened);
				for (int i = 0; i < 50; i++) {
					stream.send(i + "x".repeat((i % 10 == 9) ? 4_900 : 300));
				}
				stream.endSend();
				Duet.await(taken);
			};
			TextPart receiving = (stream) -> {
				opened.countDown();
				// all have come
				Duet.eventually(() -> assertThat(receivers.finals).last()
					.satisfies((report) -> assertThat(report.lastUndelivered()).isGreaterThanOrEqualTo(48)));
				stream.forEach((text) -> received.add(text.substring(0, text.indexOf('x'))));
				taken.countDown();
			};
			pair.handle(TEXT, (CalleeContext<String, String, String> ctx, String argument) -> {
				ctx.started("");
				try (MsgStream<String, String> stream = ctx.openStream((options) -> options.overflow(policy))) {
					((sender == Side.CALLEE) ? sending : receiving).play(stream);
				}
				return "all";
			});
			Outcome<String> outcome = pair.portal.context(TEXT).runForOutcome((ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream((options) -> options.overflow(policy))) {
					((sender == Side.CALLER) ? sending : receiving).play(stream);
				}
				return null;
			});
			assertThat(outcome).isInstanceOf(Outcome.Completed.class);
			// the last one is larger than the buffer, and finds room when that is empty
			assertThat(received).isEqualTo((policy == LATEST) ? List.of("0", "1", "2") : List.of("49"));
			Ledger.Direction direction = (sender == Side.CALLER) ? outcome.ledger().toCallee()
					: outcome.ledger().toCaller();
			assertThat(direction).isEqualTo(new Ledger.Direction(50, received.size(), 50 - received.size(), 0, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V22 T9 at openStream a dropping policy implies no backpressure, and refuses it")
	void whenCallSetsPolicyThenBackpressureIsOffOrRefused(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			duet.receivers().settings = StreamSettings.DEFAULT.with(true, 7, null, Origin.ROUTE);
			Ends ends = duet.play((party) -> {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> party.open((options) -> options.backpressure(true).overflow(OLDEST)))
					.withMessageContaining("'overflow' must not be DROP_OLDEST with backpressure")
					.withMessageContaining("set backpressure to false");
				assertThatIllegalArgumentException().isThrownBy(() -> party.open((options) -> options.overflow(null)))
					.withMessageContaining("'overflow'");
				assertThat(party.open().settings().overflow()).isEqualTo(BufferOverflowStrategy.ERROR);
			}, (party) -> assertThat(party.open((options) -> options.overflow(OLDEST)).settings())
				.isEqualTo(new StreamSettings(false, Origin.CALL, 7, Origin.ROUTE, OLDEST, Origin.CALL)));
			ends.areQuiet();
		}
	}

	@Test
	@DisplayName("V22 T9 each place's policy beats those below it; backpressure from a place above makes it idle")
	void whenSettingsComeFromSeveralPlacesThenTheyCombine() {
		StreamSettings application = StreamSettings.DEFAULT.with(null, null, LATEST, Origin.APPLICATION);
		assertThat(application)
			.isEqualTo(new StreamSettings(false, Origin.APPLICATION, 64, Origin.DEFAULT, LATEST, Origin.APPLICATION));
		assertThat(application.with(true, null, null, Origin.CALL))
			.isEqualTo(new StreamSettings(true, Origin.CALL, 64, Origin.DEFAULT, LATEST, Origin.APPLICATION));
		assertThat(application.with(null, null, BufferOverflowStrategy.ERROR, Origin.CALL))
			.isEqualTo(new StreamSettings(false, Origin.APPLICATION, 64, Origin.DEFAULT, BufferOverflowStrategy.ERROR,
					Origin.CALL));
		assertThat(application.with(true, null, BufferOverflowStrategy.ERROR, Origin.CALL).backpressure()).isTrue();
		for (BufferOverflowStrategy policy : new BufferOverflowStrategy[] { LATEST, OLDEST }) {
			assertThat(catchThrowable(() -> application.with(true, null, policy, Origin.ROUTE)))
				.isInstanceOf(IllegalArgumentException.class);
			assertThat(new StreamOptions().overflow(policy).overflow()).isEqualTo(policy);
		}
		assertThat(new StreamOptions().overflow()).isNull();
	}

	/**
	 * One side of a context of texts.
	 */
	@FunctionalInterface
	private interface TextPart {

		void play(MsgStream<String, String> stream) throws InterruptedException;

	}

	/**
	 * How the context ends.
	 */
	enum Ending {

		SENDER_FAILS, SENDER_CANCELS, RECEIVER_FAILS, RECEIVER_CANCELS, CUT;

		boolean isBySender() {
			return this == SENDER_FAILS || this == SENDER_CANCELS;
		}

		void bring(Duet duet, Party party) throws InterruptedException {
			switch (this) {
				case SENDER_FAILS, RECEIVER_FAILS -> throw new IllegalStateException("broken");
				case SENDER_CANCELS, RECEIVER_CANCELS -> party.cancel("enough");
				case CUT -> {
					duet.cutAside();
					party.stay();
				}
			}
		}

	}

}
