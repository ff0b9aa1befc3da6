package io.tractor.engine;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.tractor.ContextRejectedException;
import io.tractor.Ledger;
import io.tractor.Side;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a sender asks its peer for credit, and what an end says, at the edges.
 */
class AskingTests {

	private static final byte MSG = 0x02;

	private static final byte END_SEND = 0x05;

	private static final byte PROBE = 0x11;

	private static final byte STOP_RECEIVE = 0x12;

	private static final byte CANCEL = 0x16;

	private final EngineProbe probe = new EngineProbe(Side.CALLER);

	@Test
	@DisplayName("V9 no probe speaks of a message that was sent after all")
	void whenCreditComesBeforeTheProbeIsWrittenThenThereIsNone() {
		start((peer) -> peer.opened(false, 1, 100, 0));
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		this.probe.written();
		assertThat(this.probe.engine.send(new byte[1], true)).isFalse();
		this.probe.arrive((peer) -> peer.credit(1, 1));
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		assertThat(kinds()).containsExactly(MSG);
	}

	@Test
	@DisplayName("V28 a sender that waits for bytes asks again when another one's message goes first")
	void whenAnotherMessageIsSentThenTheWaitingOneAsksAgain() {
		start((peer) -> peer.opened(true, 4, 100, 0));
		assertThat(this.probe.engine.send(new byte[50], true)).isTrue();
		this.probe.written();
		assertThat(this.probe.engine.send(new byte[51], true)).isFalse();
		assertThat(kinds()).containsExactly(PROBE);
		int changes = this.probe.changes();
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		assertThat(this.probe.changes()).as("the waiting one is told").isGreaterThan(changes);
		assertThat(this.probe.engine.send(new byte[51], true)).isFalse();
		assertThat(kinds()).contains(PROBE);
	}

	@Test
	@DisplayName("V28 an offer that lacks bytes asks too, where that cannot end the context")
	void whenAnOfferLacksBytesThenItAsks() {
		start((peer) -> peer.opened(true, 4, 100, 0));
		assertThat(this.probe.engine.send(new byte[50], true)).isTrue();
		this.probe.written();
		assertThat(this.probe.engine.send(new byte[51], false)).isFalse();
		assertThat(kinds()).containsExactly(PROBE);
	}

	@Test
	@DisplayName("M2 a peer that has ended sending is not told to stop")
	void whenThePeerEndsSendingFirstThenItIsNotToldToStop() {
		start((peer) -> {
		});
		this.probe.engine.leave();
		this.probe.arrive((peer) -> peer.endSend(0));
		assertThat(kinds()).containsExactly(END_SEND);
	}

	@Test
	@DisplayName("M8 a close after the end of sending may be an error on its way, too")
	void whenTheContextFailsAfterEndOfSendingAndCloseThenThePeerHearsOfTheFailureAlone() {
		start((peer) -> {
		});
		this.probe.engine.endSend();
		this.probe.engine.leaveHeld();
		assertThat(kinds()).containsExactly(END_SEND);
		this.probe.engine.cancel("no disk", null);
		assertThat(kinds()).containsExactly(CANCEL);
	}

	@Test
	@DisplayName("M2 a close after the end of sending is told once it is no error")
	void whenACloseAfterEndOfSendingIsReleasedThenThePeerIsTold() {
		start((peer) -> {
		});
		this.probe.engine.endSend();
		this.probe.engine.leaveHeld();
		assertThat(kinds()).containsExactly(END_SEND);
		this.probe.engine.release();
		assertThat(kinds()).containsExactly(STOP_RECEIVE);
	}

	@Test
	@DisplayName("V24 a wait for credit that another thread ended by ending to send is none any more")
	void whenSendingIsEndedDuringAWaitThenNobodyIsBlocked() {
		start((peer) -> {
		});
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		assertThat(this.probe.engine.send(new byte[1], true)).isFalse();
		assertThat(this.probe.engine.blockedSince()).isNotNull();
		this.probe.engine.endSend();
		assertThat(this.probe.engine.blockedSince()).isNull();
	}

	@Test
	@DisplayName("V24 when one of two waits for credit is given up, the other one says so again")
	void whenOneOfTwoWaitsIsGivenUpThenTheOtherIsWoken() {
		start((peer) -> {
		});
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		assertThat(this.probe.engine.send(new byte[1], true)).isFalse();
		int changes = this.probe.changes();
		this.probe.engine.unblock();
		assertThat(this.probe.changes()).isGreaterThan(changes);
		assertThat(this.probe.engine.send(new byte[1], true)).isFalse();
		assertThat(this.probe.engine.blockedSince()).isNotNull();
	}

	@Test
	@DisplayName("V6 an offer to a stream that is not opened asks nothing")
	void whenAnOfferIsMadeBeforeTheOpeningThenItDoesNotAsk() {
		start((peer) -> {
		});
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		this.probe.written();
		assertThat(this.probe.engine.send(new byte[1], false)).isFalse();
		assertThat(kinds()).isEmpty();
	}

	@Test
	@DisplayName("V11 what waits here is bounded, whatever the peer grants")
	void whenThePeerGrantsEverythingThenSendingWaitsForTheWriter() {
		start((peer) -> peer.opened(true, 1L << 40, 1L << 40, 0));
		int sent = 0;
		while (this.probe.engine.send(new byte[100], true)) {
			sent++;
		}
		assertThat(sent).isBetween(100, 1000);
		int changes = this.probe.changes();
		assertThat(kinds()).isNotEmpty().doesNotContain(PROBE);
		assertThat(this.probe.changes()).as("the waiting one is told").isGreaterThan(changes);
		assertThat(this.probe.engine.send(new byte[100], true)).isTrue();
	}

	@Test
	@DisplayName("V23 counts that cannot be are not used")
	void whenCountsCannotBeThenTheyAreNotUsed() {
		start((peer) -> {
		});
		assertThat(this.probe.engine.send(new byte[1], true)).isTrue();
		this.probe.written();
		this.probe.arrive((peer) -> peer.returned(new Envelopes.Counts(0, 1L << 62, 0), null));
		Ledger ledger = Objects.requireNonNull(this.probe.giveUp());
		assertThat(ledger.toCallee()).isEqualTo(new Ledger.Direction(1, 0, 0, 0, 1));
	}

	@Test
	@DisplayName("O4 a refusal reaches a caller that has cancelled")
	void whenTheCallerHasCancelledThenARefusalIsWritten() {
		EngineProbe callee = new EngineProbe(Side.CALLEE);
		callee.arrive((peer) -> peer.cancel(new Envelopes.Counts(0, 0, 0),
				new Envelopes.Cancellation(Envelopes.Cancellation.Origin.CALLER, "why", null, null)));
		callee.engine.refuse(new ContextRejectedException(ContextRejectedException.Code.BUSY, true, "busy"));
		assertThat(callee.written()).hasSize(1);
		assertThat(callee.engine.state()).isEqualTo(ContextEngine.State.ENDED);
	}

	private void start(Consumer<Envelopes> then) {
		this.probe.arrive((peer) -> {
			peer.started(new Envelopes.Grant(1, 100, 100), EngineProbe.CALLEE, null);
			then.accept(peer);
		});
	}

	private List<Byte> kinds() {
		return this.probe.written().stream().map((envelope) -> envelope[0]).toList();
	}

}
