package io.tractor.rows;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.tractor.Ledger;
import io.tractor.Ledger.Direction;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Side;
import io.tractor.TransportClosedException;
import io.tractor.rows.Duet.Ends;
import io.tractor.rows.Duet.Party;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LedgerTests {

	private static final int TO_CALLEE = 10;

	private static final int TO_CALLER = 8;

	private static final int CALLEE_TAKES = 6;

	private static final int CALLER_TAKES = 3;

	static Stream<Arguments> endings() {
		return Case.all().flatMap((how) -> Arrays.stream(Ending.values()).map((ending) -> Arguments.of(how, ending)));
	}

	/**
	 * Both sides send more than the other one takes, then one side, or the connection,
	 * ends the context. The side of the case is the one that ends it.
	 */
	@ParameterizedTest
	@MethodSource("endings")
	@DisplayName("V23 sent is consumed, dropped and discarded, and both sides have the same figures however the context ends")
	void whenContextEndsThenLedgersAreExactAndEqual(Case how, Ending ending) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(2);
			CountDownLatch over = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = exchange(party, ready);
				Duet.await(ready);
				ending.bring(duet, party, stream);
				over.countDown();
			}, (party) -> {
				exchange(party, ready);
				Duet.await(ready);
				if (ending == Ending.RETURN || ending == Ending.CLOSE) {
					Duet.await(over);
				}
				else if (ending == Ending.OVERRUN) {
					duet.stayForOverrun(party);
				}
				else {
					party.stay();
				}
			});
			boolean untold = ending == Ending.ERROR && how.side() == Side.CALLER && how.form() == Form.HANDLE;
			assertThat(ends.caller())
				.isInstanceOf(untold ? Outcome.Cancelled.class : ending.expected(how.side(), Side.CALLER));
			assertThat(ends.callee()).isInstanceOf(ending.expected(how.side(), Side.CALLEE));
			Ledger ledger = ends.caller().ledger();
			assertThat(ends.callee().ledger()).isEqualTo(ledger);
			assertThat(ledger.toCallee().consumed()).isEqualTo(CALLEE_TAKES);
			assertThat(ledger.toCaller().consumed()).isEqualTo(CALLER_TAKES);
			for (Direction direction : new Direction[] { ledger.toCallee(), ledger.toCaller() }) {
				assertThat(direction.sent())
					.isEqualTo(direction.consumed() + direction.dropped() + direction.discarded());
				assertThat(direction.dropped()).isZero();
				assertThat(direction.unknown()).isZero();
			}
			if (ending != Ending.OVERRUN) {
				assertThat(ledger).isEqualTo(new Ledger(new Direction(TO_CALLEE, CALLEE_TAKES, 0, 4, 0),
						new Direction(TO_CALLER, CALLER_TAKES, 0, 5, 0)));
			}
		}
	}

	private static MsgStream<Integer, Integer> exchange(Party party, CountDownLatch ready) throws Exception {
		boolean caller = party.context().side() == Side.CALLER;
		MsgStream<Integer, Integer> stream = party.openWithout(64);
		for (int i = 0; i < (caller ? TO_CALLEE : TO_CALLER); i++) {
			stream.send(i);
		}
		for (int i = 0; i < (caller ? CALLER_TAKES : CALLEE_TAKES); i++) {
			assertThat(stream.receive()).isEqualTo(i);
		}
		ready.countDown();
		return stream;
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#scopes")
	@DisplayName("V23 after a lost connection the receiver's figures are exact, and the sender's are acknowledged and unknown")
	void whenConnectionIsLostThenReceiversAreExactAndSendersAcknowledged(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch ready = new CountDownLatch(2);
			Ends ends = duet.play((party) -> {
				exchange(party, ready);
				Duet.await(ready);
				duet.cut();
				party.stay();
			}, (party) -> {
				exchange(party, ready);
				party.stay();
			});
			assertThat(ends.caller()).isInstanceOf(Outcome.Failed.class);
			assertThat(ends.callee()).isInstanceOf(Outcome.Failed.class);
			assertThat(((Outcome.Failed<?>) ends.callee()).error()).isInstanceOf(TransportClosedException.class);
			received(ends.callee().ledger().toCallee(), CALLEE_TAKES, TO_CALLEE);
			received(ends.caller().ledger().toCaller(), CALLER_TAKES, TO_CALLER);
			sent(ends.caller().ledger().toCallee(), TO_CALLEE, CALLEE_TAKES);
			sent(ends.callee().ledger().toCaller(), TO_CALLER, CALLER_TAKES);
		}
	}

	private static void received(Direction direction, long consumed, long sent) {
		assertThat(direction.consumed()).isEqualTo(consumed);
		assertThat(direction.sent()).isBetween(consumed, sent);
		assertThat(direction.discarded()).isEqualTo(direction.sent() - consumed);
		assertThat(direction.unknown()).isZero();
	}

	private static void sent(Direction direction, long sent, long consumed) {
		assertThat(direction.sent()).isEqualTo(sent);
		assertThat(direction.consumed()).isBetween(0L, consumed);
		assertThat(direction.dropped()).isZero();
		assertThat(direction.discarded()).isZero();
		assertThat(direction.unknown()).isEqualTo(sent - direction.consumed());
	}

	/**
	 * How the context ends.
	 */
	enum Ending {

		RETURN {

			@Override
			void bring(Duet duet, Party party, MsgStream<Integer, Integer> stream) {
				// by leaving
			}

		},

		CLOSE {

			@Override
			void bring(Duet duet, Party party, MsgStream<Integer, Integer> stream) {
				stream.close();
			}

		},

		ERROR {

			@Override
			void bring(Duet duet, Party party, MsgStream<Integer, Integer> stream) {
				throw new IllegalStateException("broken");
			}

			@Override
			Class<?> expected(Side actor, Side side) {
				return (actor == Side.CALLER && side == Side.CALLEE) ? Outcome.Cancelled.class : Outcome.Failed.class;
			}

		},

		CANCEL {

			@Override
			void bring(Duet duet, Party party, MsgStream<Integer, Integer> stream) {
				party.cancel("enough");
			}

			@Override
			Class<?> expected(Side actor, Side side) {
				return Outcome.Cancelled.class;
			}

		},

		OVERRUN {

			@Override
			void bring(Duet duet, Party party, MsgStream<Integer, Integer> stream) {
				while (true) {
					stream.send(1);
				}
			}

			@Override
			Class<?> expected(Side actor, Side side) {
				return (actor == Side.CALLER && side == Side.CALLEE) ? Outcome.Cancelled.class : Outcome.Failed.class;
			}

		};

		abstract void bring(Duet duet, Party party, MsgStream<Integer, Integer> stream);

		Class<?> expected(Side actor, Side side) {
			return Outcome.Completed.class;
		}

	}

}
