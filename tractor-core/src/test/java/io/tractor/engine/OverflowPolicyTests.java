package io.tractor.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import io.tractor.TransportClosedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What becomes of messages that meet a full buffer without backpressure, between two
 * engines.
 */
class OverflowPolicyTests {

	private static final BufferLimits LIMITS = BufferLimits.DEFAULT;

	private static final BufferOverflowStrategy LATEST = BufferOverflowStrategy.DROP_LATEST;

	private static final BufferOverflowStrategy OLDEST = BufferOverflowStrategy.DROP_OLDEST;

	static Stream<Arguments> dropping() {
		return Stream.of(Side.values())
			.flatMap((sender) -> Stream.of(LATEST, OLDEST).map((policy) -> Arguments.of(sender, policy)));
	}

	static Stream<Arguments> endings() {
		return dropping().flatMap((arguments) -> Arrays.stream(Ending.values())
			.map((ending) -> Arguments.of(arguments.get()[0], arguments.get()[1], ending)));
	}

	private static EnginePair opened(Side sender, int size, BufferLimits limits, BufferOverflowStrategy policy) {
		EnginePair pair = new EnginePair(size, limits);
		pair.engine(sender.other()).open(false, size, policy);
		pair.settle();
		return pair;
	}

	/**
	 * Send messages whose content is their index, delivering each.
	 */
	private static void send(EnginePair pair, Side sender, int from, int to) {
		for (int i = from; i < to; i++) {
			assertThat(pair.engine(sender).send(new byte[] { (byte) i }, true)).as("message %s", i).isTrue();
			pair.settle();
		}
	}

	private static void send(EnginePair pair, Side sender, int size) {
		assertThat(pair.engine(sender).send(new byte[size], true)).isTrue();
		pair.settle();
	}

	private static List<Integer> receive(ContextEngine receiver, int count) {
		List<Integer> received = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			byte[] message = receiver.receive();
			assertThat(message).isNotNull();
			received.add((int) message[0]);
		}
		return received;
	}

	private static List<Integer> lengths(ContextEngine receiver) {
		List<Integer> lengths = new ArrayList<>();
		byte[] message = receiver.receive();
		while (message != null) {
			lengths.add(message.length);
			message = receiver.receive();
		}
		return lengths;
	}

	private static void end(EnginePair pair) {
		pair.settle();
		pair.engine(Side.CALLEE).complete(null);
		pair.settle();
		pair.engine(Side.CALLER).end();
		pair.settle();
	}

	private static Ledger.Direction direction(EnginePair pair, Side sender) {
		assertThat(pair.ledgers.get(Side.CALLER)).isEqualTo(pair.ledgers.get(Side.CALLEE));
		return direction(pair.ledgers.get(Side.CALLER), sender);
	}

	private static Ledger.Direction direction(Ledger ledger, Side sender) {
		return (sender == Side.CALLER) ? ledger.toCallee() : ledger.toCaller();
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 bytes are counted as what became of their messages")
	void whenMessagesAreTakenDroppedAndLeftThenTheirBytesAreCounted(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 2, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 1);
		assertThat(receiver.receive()).hasSize(1);
		for (int size : List.of(10, 100, 1000)) {
			send(pair, sender, size);
		}
		end(pair);
		Receiving receiving = receiver.receiving();
		long dropped = (policy == LATEST) ? 1000 : 10;
		assertThat(receiving.arrivedBytes()).isEqualTo(1111);
		assertThat(receiving.consumedBytes()).isEqualTo(1);
		assertThat(receiving.droppedBytes()).isEqualTo(dropped);
		assertThat(receiving.leftBytes()).isEqualTo(1110 - dropped);
		assertThat(pair.engine(sender).sending().sentBytes()).isEqualTo(1111);
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("M10 where messages were dropped, the sender is told the index of an unreadable one as it counts itself")
	void whenMessagesWereDroppedThenUnreadableOneHasItsIndex(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 4, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		List<Long> taken = new ArrayList<>();
		for (int from = 0; from < 30; from += 10) {
			send(pair, sender, from, from + 10);
			for (int i = 0; i < 2; i++) {
				taken.add((long) receive(receiver, 1).get(0));
				receiver.unreadable(receiver.lastReceived(), "T");
			}
			pair.settle();
		}
		assertThat(receiver.consumed()).isEqualTo(6);
		assertThat(pair.unreadable.get(sender)).isEqualTo(taken);
		assertThat(pair.unreadable.get(sender.other())).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("M10 no more than 16 wait to be told, and no index is told twice")
	void whenPeerIsNotReadingThenFewWaitToBeTold(Side sender) {
		EnginePair pair = new EnginePair(40, LIMITS);
		ContextEngine receiver = pair.engine(sender.other());
		receiver.open(true, 40, BufferOverflowStrategy.ERROR);
		send(pair, sender, 0, 40);
		for (int i = 0; i < 40; i++) {
			receiver.receive();
			receiver.unreadable(receiver.lastReceived(), "T");
		}
		pair.settle();
		assertThat(pair.unreadable.get(sender)).containsExactlyElementsOf(LongStream.range(0, 16).boxed().toList());
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("M10 a side is told after it has ended its own part, as long as the context is not over")
	void whenSenderHasEndedThenItIsTold(Side sender) {
		EnginePair pair = new EnginePair(4, LIMITS);
		ContextEngine receiver = pair.engine(sender.other());
		receiver.open(true, 4, BufferOverflowStrategy.ERROR);
		send(pair, sender, 0, 2);
		receiver.receive();
		if (sender == Side.CALLEE) {
			pair.engine(sender).complete(null);
		}
		else {
			pair.engine(sender).cancel("enough", null);
		}
		pair.settle();
		receiver.unreadable(receiver.lastReceived(), "T");
		pair.settle();
		assertThat(pair.unreadable.get(sender)).containsExactly(0L);
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 a full buffer drops by its policy, both sides are told of the range, and nobody fails")
	void whenBufferIsFullThenMessagesAreDroppedAndReported(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 4, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 0, 10);
		int first = (policy == LATEST) ? 4 : 0;
		assertThat(receiver.buffered()).isEqualTo(4);
		assertThat(pair.told.get(sender)).isEmpty();
		assertThat(pair.told.get(sender.other())).hasSize(1).first().satisfies((report) -> {
			assertThat(report.provisional()).isTrue();
			assertThat(report.overflow()).isEqualTo(policy);
			assertThat(report.isDropping()).isTrue();
			assertThat(report.reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
			assertThat(report.receiver()).isEqualTo(sender.other());
			assertThat(report.firstUndelivered()).isEqualTo(first);
			assertThat(report.undelivered()).isEqualTo(1);
			assertThat(report.buffered()).isEqualTo(4);
			assertThat(report.consumed()).isZero();
		});
		assertThat(receive(receiver, 1)).containsExactly((policy == LATEST) ? 0 : 6);
		send(pair, sender, 10, 11);
		OverrunReport report = pair.told.get(sender.other()).get(0).endingWith(first + 5);
		assertThat(report.undelivered()).isEqualTo(6);
		assertThat(report.provisional()).isFalse();
		assertThat(pair.told.get(sender.other())).hasSize(2).last().isEqualTo(report);
		assertThat(pair.told.get(sender)).containsExactly(report);
		if (policy == LATEST) {
			assertThat(receive(receiver, 4)).containsExactly(1, 2, 3, 10);
		}
		else {
			assertThat(receive(receiver, 4)).containsExactly(7, 8, 9, 10);
		}
		end(pair);
		assertThat(direction(pair, sender)).isEqualTo(new Ledger.Direction(11, 5, 6, 0, 0));
		for (Side side : Side.values()) {
			assertThat(pair.engine(side).overruns()).containsExactly(report);
			assertThat(pair.engine(side).cause()).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 an episode lasts until a message finds room, and the next one has its own report")
	void whenRoomComesAndGoesThenEachEpisodeIsReported(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 2, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 0, 5);
		receive(receiver, 1);
		send(pair, sender, 5, 9);
		receive(receiver, 1);
		send(pair, sender, 9, 10);
		assertThat(pair.engine(sender).overruns()).isEqualTo(receiver.overruns())
			.extracting(OverrunReport::firstUndelivered, OverrunReport::lastUndelivered, OverrunReport::undelivered,
					OverrunReport::consumed)
			.containsExactlyElementsOf((policy == LATEST) ? List.of(tuple(2L, 4L, 3L, 0L), tuple(6L, 8L, 3L, 1L))
					: List.of(tuple(0L, 2L, 3L, 0L), tuple(4L, 6L, 3L, 1L)));
		assertThat(pair.told.get(sender.other())).extracting(OverrunReport::provisional)
			.containsExactly(true, false, true, false);
		assertThat(pair.told.get(sender)).isEqualTo(receiver.overruns());
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 bytes overflow as messages do, and one message always finds room in an empty buffer")
	void whenBytesDoNotFitThenMessagesAreDropped(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 64, new BufferLimits(1000, 1500, 8), policy);
		ContextEngine receiver = pair.engine(sender.other());
		for (int size : new int[] { 300, 301, 302, 400, 99 }) {
			send(pair, sender, size);
		}
		if (policy == LATEST) {
			// the 400 did not fit, what came after did
			assertThat(lengths(receiver)).containsExactly(300, 301, 302);
			assertThat(receiver.overruns()).isEmpty();
			send(pair, sender, 10);
			assertThat(receiver.overruns()).extracting(OverrunReport::firstUndelivered, OverrunReport::lastUndelivered)
				.containsExactly(tuple(3L, 4L));
		}
		else {
			// the 400 took the place of 300 and 301, and 99 fitted beside it
			assertThat(lengths(receiver)).containsExactly(302, 400, 99);
			assertThat(receiver.overruns()).extracting(OverrunReport::firstUndelivered, OverrunReport::lastUndelivered)
				.containsExactly(tuple(0L, 1L));
			send(pair, sender, 10);
		}
		assertThat(lengths(receiver)).containsExactly(10);
		send(pair, sender, 1500);
		send(pair, sender, 1499);
		assertThat(lengths(receiver)).containsExactly((policy == LATEST) ? 1500 : 1499);
		end(pair);
		assertThat(direction(pair, sender)).isEqualTo(new Ledger.Direction(8, 5, 3, 0, 0));
		assertThat(pair.engine(sender).cause()).isNull();
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 messages of a DROP_OLDEST episode are contiguous: one that was taken in between ends it")
	void whenMessageIsTakenBetweenDropsThenRangesHaveNoGap(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 64, new BufferLimits(1000, 1000, 8), policy);
		ContextEngine receiver = pair.engine(sender.other());
		for (int size : new int[] { 500, 100, 300, 200 }) {
			send(pair, sender, size);
		}
		receiver.receive();
		send(pair, sender, 900);
		end(pair);
		List<OverrunReport> reports = receiver.overruns();
		if (policy == LATEST) {
			assertThat(reports).extracting(OverrunReport::firstUndelivered, OverrunReport::lastUndelivered)
				.containsExactly(tuple(3L, 4L));
		}
		else {
			// 500 for 200, then 100 is taken, then 300 and 200 for 900
			assertThat(reports).extracting(OverrunReport::firstUndelivered, OverrunReport::lastUndelivered)
				.containsExactly(tuple(0L, 0L), tuple(2L, 3L));
		}
		assertThat(pair.engine(sender).overruns()).isEqualTo(reports);
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 the sender neither waits nor asks, whatever the sizes, once what is in flight has arrived")
	void whenReceiverTakesNothingThenSenderGoesOn(Side sender, BufferOverflowStrategy policy) {
		for (int seed = 0; seed < 300; seed++) {
			Random random = new Random(seed);
			BufferLimits limits = new BufferLimits(1 + random.nextInt(400), 1 + random.nextInt(400),
					1 + random.nextInt(5));
			EnginePair pair = new EnginePair(1 + random.nextInt(20), limits);
			ContextEngine receiver = pair.engine(sender.other());
			int held = pair.fill(sender, random.nextInt(Math.min(10, limits.maxMessage())), false);
			// smaller or larger than what is held
			receiver.open(false, 1 + random.nextInt(20), policy);
			pair.settle();
			assertThat(receiver.buffered()).isEqualTo(held);
			int inFlight = 0;
			for (int i = 0; i < 100; i++) {
				boolean sent = pair.engine(sender).send(new byte[random.nextInt(limits.maxMessage() + 1)], false);
				assertThat(sent || inFlight > 0).as("seed %s, message %s", seed, i).isTrue();
				inFlight++;
				if (!sent || random.nextInt(4) == 0) {
					pair.settle();
					inFlight = 0;
				}
			}
			assertThat(pair.engine(sender).cause()).isNull();
			assertThat(receiver.cause()).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V21 V22 opening with a smaller buffer drops nothing that is held until a message needs its place")
	void whenBufferShrinksAtOpeningThenNothingIsDropped(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = new EnginePair(10, new BufferLimits(1000, 100, 1));
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 0, 10);
		receiver.open(false, 3, policy);
		pair.settle();
		assertThat(receiver.buffered()).isEqualTo(10);
		assertThat(pair.reported).isEmpty();
		send(pair, sender, 10, 40);
		assertThat(receiver.buffered()).isEqualTo((policy == LATEST) ? 10 : 3);
		assertThat(receive(receiver, 3)).isEqualTo((policy == LATEST) ? List.of(0, 1, 2) : List.of(37, 38, 39));
		if (policy == LATEST) {
			assertThat(receive(receiver, 7)).containsExactly(3, 4, 5, 6, 7, 8, 9);
		}
		send(pair, sender, 40, 43);
		assertThat(receive(receiver, 3)).containsExactly(40, 41, 42);
		end(pair);
		assertThat(receiver.overruns()).hasSize(1).first().satisfies((report) -> {
			assertThat(report.firstUndelivered()).isEqualTo((policy == LATEST) ? 10 : 0);
			assertThat(report.lastUndelivered()).isEqualTo((policy == LATEST) ? 39 : 36);
			assertThat(report.msgBufferSize()).isEqualTo(3);
			assertThat(report.buffered()).isEqualTo(10);
		});
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V6 V22 before the stream is open a full buffer is an overrun, whatever comes later")
	void whenNotYetOpenedThenOverrunIsTerminal(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = new EnginePair(2, LIMITS);
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 0, 2);
		assertThat(pair.engine(sender).send(new byte[1], true)).isFalse();
		pair.write(sender);
		pair.deliver(sender);
		receiver.open(false, 2, policy);
		pair.settle();
		assertThatExceptionOfType(StreamOverrunException.class)
			.isThrownBy(() -> pair.engine(sender).send(new byte[1], true))
			.satisfies((ex) -> {
				assertThat(ex.report().reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED);
				assertThat(ex.report().overflow()).isEqualTo(BufferOverflowStrategy.ERROR);
			});
		assertThat(receive(receiver, 2)).containsExactly(0, 1);
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 a probe that crosses the opening is answered by credit, though the buffer is full")
	void whenProbeCrossesOpeningThenSenderGoesOn(Side sender, BufferOverflowStrategy policy) {
		for (int size : new int[] { 1, 90 }) {
			EnginePair pair = new EnginePair(2, new BufferLimits(100, 90, 1));
			ContextEngine receiver = pair.engine(sender.other());
			send(pair, sender, size);
			pair.fill(sender, size, false);
			assertThat(pair.engine(sender).send(new byte[size], true)).isFalse();
			pair.write(sender);
			receiver.open(false, 2, policy);
			pair.settle();
			assertThat(pair.reported).isEmpty();
			send(pair, sender, size);
			send(pair, sender, size);
			assertThat(pair.reported).hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 a dropping policy has no effect on a stream that is opened with backpressure")
	void whenOpenedWithBackpressureThenNothingIsDropped(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = new EnginePair(2, LIMITS);
		ContextEngine receiver = pair.engine(sender.other());
		receiver.open(true, 2, policy);
		pair.settle();
		assertThat(pair.fill(sender, 1, true)).isEqualTo(2);
		receive(receiver, 1);
		pair.settle();
		assertThat(pair.fill(sender, 1, true)).isEqualTo(1);
		assertThat(pair.reported).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("endings")
	@DisplayName("V15 V22 V23 an episode that has not ended is told to both sides at the end, and the ledgers agree")
	void whenContextEndsInEpisodeThenItIsReported(Side sender, BufferOverflowStrategy policy, Ending ending) {
		EnginePair pair = opened(sender, 3, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 0, 8);
		receive(receiver, 1);
		ending.bring(pair, sender);
		if (ending != Ending.LOST) {
			pair.settle();
			// the caller hears of a callee that cancelled itself when that is over
			boolean heard = ending != Ending.CALLEE_CANCELS || sender == Side.CALLER;
			assertThat(pair.told.get(sender)).hasSize(heard ? 1 : 0);
			conclude(pair);
		}
		OverrunReport begun = pair.told.get(sender.other()).get(0);
		OverrunReport report = begun.endingWith(begun.firstUndelivered() + 4);
		assertThat(pair.told.get(sender.other())).containsExactly(begun, report);
		assertThat(receiver.overruns()).containsExactly(report);
		Ledger.Direction direction = direction(pair.ledgers.get(sender.other()), sender);
		assertThat(direction.sent()).isEqualTo(8);
		assertThat(direction.consumed()).isEqualTo(1);
		assertThat(direction.dropped()).isEqualTo(5);
		assertThat(direction.discarded()).isEqualTo(2);
		if (ending == Ending.LOST) {
			assertThat(pair.told.get(sender)).isEmpty();
			Ledger.Direction known = direction(pair.ledgers.get(sender), sender);
			assertThat(known.sent()).isEqualTo(8);
			assertThat(known.dropped()).isZero();
			assertThat(known.consumed() + known.unknown()).isEqualTo(8);
		}
		else {
			assertThat(direction(pair, sender)).isEqualTo(direction);
			assertThat(pair.told.get(sender)).containsExactly(report);
			assertThat(pair.engine(sender).overruns()).containsExactly(report);
		}
		assertThat(receiver.hasWaiting()).isFalse();
	}

	/**
	 * Bring both sides to their end, whatever has ended the context.
	 */
	private static void conclude(EnginePair pair) {
		ContextEngine callee = pair.engine(Side.CALLEE);
		ContextEngine caller = pair.engine(Side.CALLER);
		if (caller.cause() != null) {
			caller.cancel("the scope failed", caller.cause());
			pair.settle();
		}
		if (callee.cause() != null) {
			callee.acknowledge(new Envelopes.Cancellation(Envelopes.Cancellation.Origin.CALLER, "why", null, null));
		}
		else {
			callee.complete(null);
		}
		pair.settle();
		caller.giveUp();
		pair.settle();
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 V23 after a lost connection the sender's ledger has what it was told of")
	void whenConnectionIsLostThenSenderKnowsWhatItWasTold(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 3, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		send(pair, sender, 0, 8);
		receive(receiver, 1);
		send(pair, sender, 8, 10);
		for (Side side : Side.values()) {
			pair.engine(side).disconnect(new TransportClosedException("lost", null));
			pair.engine(side).giveUp();
		}
		assertThat(direction(pair.ledgers.get(sender.other()), sender)).isEqualTo(new Ledger.Direction(10, 1, 6, 3, 0));
		Ledger.Direction known = direction(pair.ledgers.get(sender), sender);
		assertThat(known.sent()).isEqualTo(10);
		assertThat(known.dropped()).isEqualTo(5);
		assertThat(known.consumed()).isBetween(0L, 2L);
		assertThat(known.discarded()).isZero();
		assertThat(known.unknown()).isEqualTo(5 - known.consumed());
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 reports that wait to be written are bounded: more are merged, and the totals are exact")
	void whenManyReportsWaitThenTheyAreMerged(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 1, new BufferLimits(1000, 10, 500), policy);
		ContextEngine receiver = pair.engine(sender.other());
		for (int i = 0; i < 201; i++) {
			assertThat(pair.engine(sender).send(new byte[1], true)).isTrue();
			pair.write(sender);
		}
		// 40 episodes of 4 messages, while the receiver has no turn to write
		for (int i = 0; i < 201; i++) {
			pair.deliver(sender);
			if (i % 5 == 4) {
				assertThat(receiver.receive()).isNotNull();
			}
		}
		end(pair);
		List<OverrunReport> here = receiver.overruns();
		assertThat(here).hasSize(40).allSatisfy((report) -> assertThat(report.undelivered()).isEqualTo(4));
		List<OverrunReport> there = pair.engine(sender).overruns();
		assertThat(there).hasSize(16).startsWith(here.subList(0, 15).toArray(OverrunReport[]::new));
		OverrunReport merged = there.get(15);
		assertThat(merged.firstUndelivered()).isEqualTo(here.get(15).firstUndelivered());
		assertThat(merged.lastUndelivered()).isEqualTo(here.get(39).lastUndelivered());
		assertThat(merged.undelivered()).isEqualTo(25 * 4);
		assertThat(merged.detectedAt()).isEqualTo(here.get(15).detectedAt());
		assertThat(merged.describe()).contains("100 of the messages " + merged.firstUndelivered() + " to ");
		assertThat(direction(pair, sender)).isEqualTo(new Ledger.Direction(201, 40, 160, 1, 0));
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V15 V23 an outcome keeps the last 64 episodes, and the ledger counts all")
	void whenThereAreManyEpisodesThenTheLastAreKept(Side sender, BufferOverflowStrategy policy) {
		EnginePair pair = opened(sender, 1, LIMITS, policy);
		ContextEngine receiver = pair.engine(sender.other());
		for (int i = 0; i < 100; i++) {
			send(pair, sender, 1);
			send(pair, sender, 1);
			receiver.receive();
		}
		end(pair);
		assertThat(receiver.overruns()).hasSize(64).isEqualTo(pair.engine(sender).overruns());
		assertThat(receiver.overruns()).extracting(OverrunReport::firstUndelivered)
			.containsExactlyElementsOf(
					LongStream.range(36, 100).map((i) -> (policy == LATEST) ? 2 * i + 1 : 2 * i).boxed().toList());
		assertThat(pair.told.get(sender)).hasSize(100);
		assertThat(direction(pair, sender)).isEqualTo(new Ledger.Direction(200, 100, 100, 0, 0));
	}

	@Test
	@DisplayName("V15 an overrun is kept however many episodes come after it")
	void whenEpisodesComeAfterOverrunThenItIsKept() {
		EngineProbe probe = new EngineProbe(Side.CALLER);
		Overruns overruns = new Overruns();
		overruns.add(probe.dropped(Side.CALLEE, 0, 0));
		overruns.add(probe.report(Side.CALLER, 7));
		for (int i = 1; i < 200; i++) {
			overruns.add(probe.dropped(Side.CALLEE, i, i));
		}
		assertThat(overruns.all()).hasSize(65).startsWith(probe.report(Side.CALLER, 7));
		assertThat(overruns.all().get(64)).isEqualTo(probe.dropped(Side.CALLEE, 199, 199));
		assertThat(overruns.complete(Side.CALLEE, 9)).isEmpty();
		assertThat(overruns.complete(Side.CALLER, 9)).contains(probe.report(Side.CALLER, 7).complete(9));
		assertThat(overruns.all()).startsWith(probe.report(Side.CALLER, 7).complete(9));
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 long streams drop past 2^31 and 2^53 messages, and name the right ones")
	void whenStreamIsLongThenRangesAreRight(Side sender, BufferOverflowStrategy policy) {
		for (long index : new long[] { (1L << 31) - 5, (1L << 53) - 5 }) {
			EnginePair pair = new EnginePair(2, LIMITS, index);
			pair.engine(sender.other()).open(false, 2, policy);
			pair.settle();
			send(pair, sender, 0, 12);
			end(pair);
			OverrunReport report = pair.engine(sender).overruns().get(0);
			assertThat(report.firstUndelivered()).isEqualTo((policy == LATEST) ? index + 2 : index);
			assertThat(report.lastUndelivered()).isEqualTo((policy == LATEST) ? index + 11 : index + 9);
			assertThat(direction(pair, sender)).isEqualTo(new Ledger.Direction(index + 12, index, 10, 2, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("dropping")
	@DisplayName("V22 V23 whatever the order, what is not delivered is what the reports name, and the ledger is exact")
	void whenTurnsAreRandomThenReportsNameWhatIsMissing(Side sender, BufferOverflowStrategy policy) {
		int dropped = 0;
		for (int seed = 0; seed < 300; seed++) {
			Random random = new Random(seed);
			BufferLimits limits = new BufferLimits(1 + random.nextInt(100), 8 + random.nextInt(60),
					1 + random.nextInt(10));
			int size = 1 + random.nextInt(8);
			EnginePair pair = new EnginePair(size, limits);
			ContextEngine from = pair.engine(sender);
			ContextEngine to = pair.engine(sender.other());
			List<Long> sent = new ArrayList<>();
			while (random.nextInt(20) > 0 && from.send(message(sent.size(), 8), false)) {
				sent.add((long) sent.size());
				pair.settle();
			}
			int held = sent.size();
			int opened = 1 + random.nextInt(8);
			to.open(false, opened, policy);
			List<Long> received = new ArrayList<>();
			for (int step = 0; step < 400; step++) {
				switch (random.nextInt(4)) {
					case 0, 1 -> {
						int length = 8 + random.nextInt(limits.maxMessage() - 7);
						if (from.send(message(sent.size(), length), random.nextBoolean())) {
							sent.add((long) sent.size());
						}
					}
					case 2 -> {
						Side side = random.nextBoolean() ? sender : sender.other();
						pair.write(side);
						pair.deliver(side);
					}
					default -> {
						if (random.nextInt(3) == 0 && to.buffered() > 0) {
							received.add(index(to.receive()));
						}
					}
				}
				assertThat(to.buffered()).as("seed %s", seed).isLessThanOrEqualTo(Math.max(held, opened));
			}
			from.endSend();
			pair.settle();
			while (to.buffered() > 0) {
				received.add(index(to.receive()));
			}
			end(pair);
			assertThat(from.cause()).as("seed %s", seed).isNull();
			assertThat(to.cause()).as("seed %s", seed).isNull();
			List<Long> missing = new ArrayList<>();
			pair.told.get(sender.other()).stream().filter((report) -> !report.provisional()).forEach((report) -> {
				assertThat(report.undelivered()).isEqualTo(report.lastUndelivered() - report.firstUndelivered() + 1);
				LongStream.rangeClosed(report.firstUndelivered(), report.lastUndelivered()).forEach(missing::add);
			});
			assertThat(missing).as("seed %s", seed).isSorted().doesNotHaveDuplicates();
			assertThat(pair.told.get(sender).stream().mapToLong(OverrunReport::undelivered).sum()).as("seed %s", seed)
				.isEqualTo(missing.size());
			assertThat(direction(pair, sender)).as("seed %s", seed)
				.isEqualTo(new Ledger.Direction(sent.size(), received.size(), missing.size(), 0, 0));
			dropped += missing.size();
			sent.removeAll(missing);
			assertThat(received).as("seed %s", seed).isEqualTo(sent);
		}
		assertThat(dropped).isPositive();
	}

	private static byte[] message(long index, int length) {
		return ByteBuffer.allocate(length).putLong(index).array();
	}

	private static long index(byte[] message) {
		return ByteBuffer.wrap(message).getLong();
	}

	/**
	 * What ends the context, or the direction, in the middle of an episode.
	 */
	enum Ending {

		RETURN {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(Side.CALLEE).complete(null);
			}

		},

		FAILURE {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(Side.CALLEE)
					.fail(new RemoteActorException.Failure(RemoteActorException.Code.APPLICATION, "T", "m", "jobs",
							"c-1", List.of(), null, null));
			}

		},

		CALLER_CANCELS {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(Side.CALLER).cancel("why", null);
			}

		},

		CALLEE_CANCELS {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(Side.CALLEE).cancel("why", null);
			}

		},

		SENDER_ENDS {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(sender).endSend();
			}

		},

		SENDER_LEAVES {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(sender).leave();
			}

		},

		RECEIVER_LEAVES {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(sender.other()).leave();
			}

		},

		RECEIVER_PASSES {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(sender.other()).passOver();
			}

		},

		PROTOCOL_ERROR {

			@Override
			void bring(EnginePair pair, Side sender) {
				pair.engine(sender.other()).violate("bad");
			}

		},

		LOST {

			@Override
			void bring(EnginePair pair, Side sender) {
				for (Side side : Side.values()) {
					pair.engine(side).disconnect(new TransportClosedException("lost", null));
				}
			}

		};

		abstract void bring(EnginePair pair, Side sender);

	}

}
