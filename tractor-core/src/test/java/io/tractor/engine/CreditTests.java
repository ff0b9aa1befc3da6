package io.tractor.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.tractor.ContextCancelledException;
import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rules of credit, exactly, between two engines.
 */
class CreditTests {

	private static final BufferLimits LIMITS = BufferLimits.DEFAULT;

	static Stream<Arguments> sizes() {
		return Stream.of(Side.values())
			.flatMap((side) -> IntStream.of(1, 2, 3, 7, 64).mapToObj((size) -> Arguments.of(side, size)));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("V27 consuming k messages lets exactly k more be sent, with every k and size")
	void whenMessagesAreConsumedThenExactlyAsManyMoreAreSent(Side sender, int size) {
		EnginePair pair = new EnginePair(size, LIMITS);
		ContextEngine receiver = pair.engine(sender.other());
		receiver.open(true, size, BufferOverflowStrategy.ERROR);
		pair.settle();
		assertThat(pair.fill(sender, 10, false)).isEqualTo(size);
		for (int round = 0; round < 5; round++) {
			for (int k = 1; k <= size; k++) {
				for (int i = 0; i < k; i++) {
					assertThat(receiver.receive()).isNotNull();
				}
				pair.settle();
				assertThat(pair.fill(sender, 10, false)).isEqualTo(k);
				assertThat(receiver.buffered()).isEqualTo(size);
			}
		}
		assertThat(pair.reported).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("V27 whatever the order of sending, receiving and delivery, nothing stalls nor overruns")
	void whenTurnsAreRandomThenNothingStalls(Side sender, int size) {
		for (int seed = 0; seed < 200; seed++) {
			Random random = new Random(seed);
			BufferLimits limits = new BufferLimits(1 + random.nextInt(400), 1 + random.nextInt(200), 5);
			EnginePair pair = new EnginePair(size, limits);
			int opened = 1 + random.nextInt(2 * size);
			boolean openedEarly = random.nextBoolean();
			ContextEngine from = pair.engine(sender);
			ContextEngine to = pair.engine(sender.other());
			if (openedEarly) {
				to.open(true, opened, BufferOverflowStrategy.ERROR);
				pair.settle();
			}
			Deque<Integer> inFlight = new ArrayDeque<>();
			int sent = 0;
			int received = 0;
			boolean open = openedEarly;
			int bound = Math.max(size, opened);
			while (received < 100) {
				switch (random.nextInt(5)) {
					case 0 -> {
						int length = random.nextInt(limits.maxMessage() + 1);
						if (sent < 100 && from.send(new byte[length], open && random.nextBoolean())) {
							inFlight.add(length);
							sent++;
						}
					}
					case 1 -> pair.write(Side.values()[random.nextInt(2)]);
					case 2 -> pair.deliver(Side.values()[random.nextInt(2)]);
					case 3 -> {
						byte[] message = open ? to.receive() : null;
						if (message != null) {
							assertThat(message).hasSize(inFlight.remove());
							received++;
						}
					}
					default -> {
						if (!open && random.nextInt(10) == 0) {
							to.open(true, opened, BufferOverflowStrategy.ERROR);
							open = true;
						}
					}
				}
				assertThat(to.buffered()).as("seed %s", seed).isLessThanOrEqualTo(bound);
				assertThat(from.cause()).as("seed %s", seed).isNull();
				assertThat(to.cause()).as("seed %s", seed).isNull();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V28 when all is consumed, a message of any size within the limit is sent without asking")
	void whenAllIsConsumedThenAnyMessageIsSent(Side sender) {
		for (int first = 0; first <= 100; first += 10) {
			EnginePair pair = new EnginePair(8, new BufferLimits(100, 100, 5));
			ContextEngine receiver = pair.engine(sender.other());
			receiver.open(true, 8, BufferOverflowStrategy.ERROR);
			pair.settle();
			for (int length : new int[] { first, 100, 70, 100 - first, 100, 1, 100 }) {
				assertThat(pair.engine(sender).send(new byte[length], false)).as("first %s, then %s", first, length)
					.isTrue();
				pair.settle();
				assertThat(receiver.receive()).hasSize(length);
				pair.settle();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V28 bytes are bounded, before the opening and with backpressure")
	void whenMessagesAreLargeThenBytesAreBounded(Side sender) {
		for (boolean opened : new boolean[] { true, false }) {
			EnginePair pair = new EnginePair(64, new BufferLimits(1000, 400, 1024));
			if (opened) {
				pair.engine(sender.other()).open(true, 64, BufferOverflowStrategy.ERROR);
				pair.settle();
			}
			assertThat(pair.fill(sender, 300, false)).isEqualTo(3);
			assertThat(pair.engine(sender.other()).buffered()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V28 bytes are bounded without backpressure: in flight by what was declared, in the buffer by an overrun")
	void whenMessagesAreLargeWithoutBackpressureThenBytesAreBounded(Side sender) {
		EnginePair pair = new EnginePair(64, new BufferLimits(1000, 400, 1024));
		pair.engine(sender.other()).open(false, 64, BufferOverflowStrategy.ERROR);
		pair.settle();
		for (int i = 0; i < 4; i++) {
			assertThat(pair.engine(sender).send(new byte[300], false)).isTrue();
		}
		assertThat(pair.engine(sender).send(new byte[300], false)).isFalse();
		pair.settle();
		assertThat(pair.engine(sender.other()).buffered()).isEqualTo(3);
		assertThat(pair.reported).hasSize(2).allSatisfy((report) -> assertThat(report.firstUndelivered()).isEqualTo(3));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("V21 what was granted before the buffer shrank may still be sent, and is kept")
	void whenBufferShrinksThenWhatWasGrantedIsKept(Side sender) {
		EnginePair pair = new EnginePair(4, BufferLimits.DEFAULT);
		ContextEngine receiver = pair.engine(sender.other());
		receiver.open(true, 2, BufferOverflowStrategy.ERROR);
		pair.settle();
		assertThat(pair.fill(sender, 1, false)).isEqualTo(4);
		assertThat(receiver.cause()).isNull();
		assertThat(receiver.buffered()).isEqualTo(4);
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V11 shrinking keeps what is held and granted, and new grants wait")
	void whenBufferShrinksThenNewGrantsWait(Side sender) {
		EnginePair pair = new EnginePair(10, LIMITS);
		ContextEngine receiver = pair.engine(sender.other());
		assertThat(pair.fill(sender, 1, false)).isEqualTo(10);
		receiver.open(true, 3, BufferOverflowStrategy.ERROR);
		pair.settle();
		for (int i = 0; i < 7; i++) {
			assertThat(receiver.receive()).isNotNull();
			pair.settle();
			assertThat(pair.engine(sender).send(new byte[1], false)).isFalse();
		}
		for (int i = 0; i < 20; i++) {
			assertThat(receiver.receive()).isNotNull();
			pair.settle();
			assertThat(pair.fill(sender, 1, false)).isEqualTo(1);
			assertThat(receiver.buffered()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V11 without backpressure no more than the buffer is held, and no more than the run-ahead is in flight")
	void whenWithoutBackpressureThenInFlightIsBounded(Side sender) {
		EnginePair pair = new EnginePair(4, new BufferLimits(1000, 100, 6));
		pair.engine(sender.other()).open(false, 4, BufferOverflowStrategy.ERROR);
		pair.settle();
		int sent = 0;
		while (pair.engine(sender).send(new byte[1], true)) {
			sent++;
		}
		assertThat(sent).isEqualTo(10);
		while (pair.write(sender)) {
			// all of it
		}
		while (pair.deliver(sender)) {
			assertThat(pair.engine(sender.other()).buffered()).isLessThanOrEqualTo(4);
		}
		assertThat(pair.reported).hasSize(1).first().satisfies((report) -> {
			assertThat(report.firstUndelivered()).isEqualTo(4);
			assertThat(report.buffered()).isEqualTo(4);
		});
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V4 a probe finds that the stream was never opened; an offer asks nothing")
	void whenNeverOpenedThenProbeOverrunsAndOfferDoesNot(Side sender) {
		EnginePair pair = new EnginePair(2, LIMITS);
		assertThat(pair.fill(sender, 1, false)).isEqualTo(2);
		assertThat(pair.reported).isEmpty();
		assertThat(pair.engine(sender).send(new byte[1], true)).isFalse();
		pair.settle();
		assertThatExceptionOfType(StreamOverrunException.class)
			.isThrownBy(() -> pair.engine(sender).send(new byte[1], true))
			.satisfies((ex) -> assertThat(ex.report().reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED));
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V19 a receiver that leaves right after an overrun still has it raised")
	void whenReceiverLeavesRightAfterOverrunThenSenderLearnsOfTheOverrunFirst(Side sender) {
		EnginePair pair = new EnginePair(2, LIMITS);
		assertThat(pair.fill(sender, 1, false)).isEqualTo(2);
		assertThat(pair.engine(sender).send(new byte[1], true)).isFalse();
		pair.write(sender);
		pair.deliver(sender);
		pair.engine(sender.other()).leave();
		pair.write(sender.other());
		pair.deliver(sender.other());
		assertThatExceptionOfType(StreamOverrunException.class)
			.isThrownBy(() -> pair.engine(sender).send(new byte[1], true));
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V8 a probe that crosses the opening is answered by credit, not by an overrun")
	void whenProbeCrossesOpeningThenSenderGoesOn(Side sender) {
		for (boolean backpressure : new boolean[] { true, false }) {
			EnginePair pair = new EnginePair(2, LIMITS);
			ContextEngine receiver = pair.engine(sender.other());
			assertThat(pair.fill(sender, 1, false)).isEqualTo(2);
			assertThat(pair.engine(sender).send(new byte[1], true)).isFalse();
			pair.write(sender);
			receiver.open(backpressure, 2, BufferOverflowStrategy.ERROR);
			assertThat(receiver.receive()).isNotNull();
			pair.settle();
			assertThat(pair.reported).isEmpty();
			assertThat(pair.engine(sender).send(new byte[1], true)).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V9 an overrun that arrives while a probe waits behind messages stays an overrun")
	void whenOverrunDropsMessagesThenWhatCountsOnThemIsDroppedToo(Side sender) {
		for (boolean ending : new boolean[] { true, false }) {
			EnginePair pair = new EnginePair(2, new BufferLimits(1000, 100, 6));
			pair.engine(sender.other()).open(false, 2, BufferOverflowStrategy.ERROR);
			pair.settle();
			ContextEngine from = pair.engine(sender);
			for (int i = 0; i < 3; i++) {
				assertThat(from.send(new byte[1], true)).isTrue();
			}
			pair.write(sender);
			while (from.send(new byte[1], true)) {
				// as far as the run-ahead goes, with a probe behind it
			}
			if (ending) {
				from.endSend();
			}
			pair.deliver(sender);
			pair.settle();
			assertThat(pair.reported).hasSize(2);
			assertThat(from.cause()).isInstanceOf(StreamOverrunException.class);
			assertThat(pair.engine(sender.other()).cause()).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource(EndingOrder.class)
	@DisplayName("V14 a callee that has returned when its overrun comes has not returned after all")
	void whenCalleeReturnsBeforeItsOverrunComesThenNobodyGetsTheResult(EndingOrder order) {
		EnginePair pair = new EnginePair(2, new BufferLimits(1000, 100, 6));
		ContextEngine caller = pair.engine(Side.CALLER);
		ContextEngine callee = pair.engine(Side.CALLEE);
		caller.open(false, 2, BufferOverflowStrategy.ERROR);
		pair.settle();
		for (int i = 0; i < 3; i++) {
			assertThat(callee.send(new byte[1], true)).isTrue();
		}
		callee.complete(new byte[] { 1 });
		pair.write(Side.CALLEE);
		if (order == EndingOrder.OVERRUN_AFTER_RETURN) {
			while (pair.deliver(Side.CALLEE)) {
				// RETURN as well
			}
		}
		pair.settle();
		assertThat(caller.hasReturned()).isFalse();
		assertThat(caller.cause()).isInstanceOf(RemoteActorException.class)
			.hasCauseInstanceOf(StreamOverrunException.class);
		caller.giveUp();
		pair.settle();
		assertThat(callee.cause()).isInstanceOf(StreamOverrunException.class);
		assertThat(callee.overruns()).hasSize(1).isEqualTo(caller.overruns());
		assertThat(callee.overruns().get(0).provisional()).isFalse();
		assertThat(pair.ledgers.get(Side.CALLEE)).isEqualTo(pair.ledgers.get(Side.CALLER));
		assertThat(pair.ledgers.get(Side.CALLER).toCaller()).isEqualTo(new Ledger.Direction(3, 0, 0, 3, 0));
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V9 after an overrun there is nothing to say but that")
	void whenMoreArrivesAfterAnOverrunThenNoCreditIsDue(Side sender) {
		EnginePair pair = new EnginePair(4, new BufferLimits(1000, 100, 6));
		ContextEngine receiver = pair.engine(sender.other());
		receiver.open(false, 4, BufferOverflowStrategy.ERROR);
		pair.settle();
		assertThat(pair.engine(sender).send(new byte[1], true)).isTrue();
		pair.settle();
		assertThat(receiver.receive()).isNotNull();
		for (int i = 0; i < 5; i++) {
			assertThat(pair.engine(sender).send(new byte[1], true)).isTrue();
		}
		pair.write(sender);
		pair.deliver(sender);
		assertThat(pair.reported).hasSize(1);
		pair.write(sender.other());
		while (pair.engine(sender).send(new byte[1], true)) {
			// as far as the run-ahead goes
		}
		pair.write(sender);
		pair.deliver(sender);
		assertThat(receiver.hasWaiting()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("V16 an overrun that comes after its sender has cancelled is known on both sides all the same")
	void whenTheSenderHasCancelledBeforeItsOverrunComesThenBothSidesKnowOfIt(Side sender) {
		EnginePair pair = new EnginePair(2, new BufferLimits(1000, 100, 6));
		ContextEngine callee = pair.engine(Side.CALLEE);
		pair.engine(sender.other()).open(false, 2, BufferOverflowStrategy.ERROR);
		pair.settle();
		for (int i = 0; i < 3; i++) {
			assertThat(pair.engine(sender).send(new byte[1], true)).isTrue();
		}
		pair.write(sender);
		pair.deliver(sender);
		pair.engine(sender).cancel("enough", null);
		pair.settle();
		callee.acknowledge(new Envelopes.Cancellation(Envelopes.Cancellation.Origin.CALLEE, "enough", null, null));
		pair.settle();
		pair.engine(Side.CALLER).giveUp();
		pair.settle();
		assertThat(pair.engine(sender).cause()).isInstanceOf(ContextCancelledException.class);
		assertThat(callee.overruns()).hasSize(1).isEqualTo(pair.engine(Side.CALLER).overruns());
		assertThat(callee.overruns().get(0).provisional()).isFalse();
	}

	static Stream<Arguments> farIndexes() {
		return Stream.of(Side.values())
			.flatMap((side) -> Stream.of((1L << 31) - 50, (1L << 32) - 50, (1L << 53) - 50)
				.flatMap((index) -> Stream.of(1, 64).map((size) -> Arguments.of(side, index, size))));
	}

	@ParameterizedTest
	@MethodSource("farIndexes")
	@DisplayName("V8 a long stream goes on past 2^31 and 2^32 messages, and its ledger is exact")
	void whenStreamIsLongThenItGoesOn(Side sender, long index, int size) {
		EnginePair pair = new EnginePair(size, LIMITS, index);
		ContextEngine from = pair.engine(sender);
		ContextEngine to = pair.engine(sender.other());
		to.open(true, size, BufferOverflowStrategy.ERROR);
		pair.settle();
		int sent = 0;
		int received = 0;
		while (received < 500) {
			while (from.send(new byte[] { (byte) sent }, true)) {
				sent++;
				pair.write(sender);
			}
			pair.settle();
			byte[] message = to.receive();
			while (message != null) {
				assertThat(message).containsExactly((byte) received);
				received++;
				message = to.receive();
			}
			pair.settle();
		}
		from.endSend();
		pair.settle();
		pair.engine(Side.CALLEE).complete(null);
		pair.settle();
		pair.engine(Side.CALLER).giveUp();
		pair.settle();
		assertThat(pair.engine(Side.CALLER).cause()).isNull();
		assertThat(pair.ledgers.get(Side.CALLER)).isEqualTo(pair.ledgers.get(Side.CALLEE));
		Ledger.Direction direction = (sender == Side.CALLER) ? pair.ledgers.get(Side.CALLER).toCallee()
				: pair.ledgers.get(Side.CALLER).toCaller();
		assertThat(direction.sent()).isEqualTo(index + sent);
		assertThat(direction.discarded()).isEqualTo(sent - received);
	}

	@ParameterizedTest
	@MethodSource("farIndexes")
	@DisplayName("V9 an overrun past 2^31 and 2^32 messages names the right one")
	void whenStreamIsLongThenOverrunNamesTheRightMessage(Side sender, long index, int size) {
		EnginePair pair = new EnginePair(size, LIMITS, index);
		ContextEngine to = pair.engine(sender.other());
		to.open(false, size, BufferOverflowStrategy.ERROR);
		pair.settle();
		for (int i = 0; i < 100; i++) {
			assertThat(pair.engine(sender).send(new byte[1], true)).isTrue();
			pair.settle();
			assertThat(to.receive()).isNotNull();
			pair.settle();
		}
		while (pair.reported.isEmpty()) {
			pair.engine(sender).send(new byte[1], true);
			pair.settle();
		}
		assertThat(pair.reported.get(0).firstUndelivered()).isEqualTo(index + 100 + size);
		assertThat(pair.reported.get(0).consumed()).isEqualTo(index + 100);
	}

	/**
	 * What the caller sends first.
	 */
	enum EndingOrder {

		OVERRUN_AFTER_RETURN, OVERRUN_BETWEEN

	}

}
