package io.tractor.engine.simulation;

import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;

/**
 * What one side writes, on its way to the bytes: held against the rules on order and
 * occasion in {@code docs/protocol.md}.
 */
final class WrittenEnvelopes implements Envelopes {

	private final Half half;

	private final Envelopes next;

	private boolean started;

	private boolean opened;

	private boolean sendEnded;

	private boolean receiveStopped;

	private boolean overrun;

	private boolean cancelled;

	private boolean over;

	private long probed = -1;

	WrittenEnvelopes(Half half, Envelopes next) {
		this.half = half;
		this.next = next;
	}

	boolean hasStopped() {
		return this.receiveStopped;
	}

	private void checkTurn(String kind) {
		this.half.note(() -> "writes " + kind);
		Check.that(!this.over, kind + " after the last envelope");
		Check.that(!this.cancelled, kind + " after CANCEL");
		Check.that(this.started || this.half.side == Side.CALLER, kind + " before STARTED");
	}

	private void checkLast(String kind, Side side, @Nullable Counts counts) {
		this.half.note(() -> "writes " + kind + ((counts != null) ? " " + counts : ""));
		Check.that(this.half.side == side, kind + " by the wrong side");
		Check.that(!this.over, kind + " after the last envelope");
		Check.that(this.overrun || !this.half.in.isOverrun() || this.half.lost, kind + " before OVERRUN");
		Check.that(!this.half.in.hasDroppedToWrite() || this.half.lost, kind + " before DROPPED");
		if (counts != null) {
			Check.equal(counts.sent(), this.half.out.sent(), "sent in " + kind);
			Check.equal(counts.consumed(), this.half.in.consumed(), "consumed in " + kind);
			Check.equal(counts.dropped(), this.half.in.dropped(), "dropped in " + kind);
		}
	}

	@Override
	public void started(Grant grant, Peer callee, byte @Nullable [] value) {
		this.half.note(() -> "writes STARTED");
		Check.that(!this.started && !this.over, "STARTED comes late or twice");
		this.started = true;
		this.next.started(grant, callee, value);
	}

	@Override
	public void msg(byte[] payload) {
		checkTurn("MSG");
		Check.that(!this.sendEnded, "a message after END_SEND");
		this.half.out.wrote(payload);
		this.next.msg(payload);
	}

	@Override
	public void opened(boolean backpressure, long messages, long bytes, long runAhead) {
		checkTurn("OPENED");
		Check.that(!this.opened, "OPENED twice");
		this.opened = true;
		this.next.opened(backpressure, messages, bytes, runAhead);
	}

	@Override
	public void endSend(long sent) {
		checkTurn("END_SEND");
		Check.that(this.half.sendEnded && !this.half.sendEndHeld, "END_SEND that the task did not ask for, or not yet");
		Check.that(!this.sendEnded, "END_SEND twice");
		Check.equal(sent, this.half.out.sent(), "sent in END_SEND");
		Check.equal(this.half.out.queued(), 0, "messages behind END_SEND");
		this.sendEnded = true;
		this.next.endSend(sent);
	}

	@Override
	public void returned(Counts counts, byte @Nullable [] value) {
		checkTurn("RETURN");
		checkLast("RETURN", Side.CALLEE, counts);
		Check.equal(this.half.out.queued(), 0, "messages behind RETURN");
		this.over = true;
		this.next.returned(counts, value);
	}

	@Override
	public void credit(long messages, long bytes) {
		checkTurn("CREDIT");
		Check.that(!this.half.stopped && !this.half.peerEnded, "CREDIT that nobody needs");
		this.half.in.credited(messages, bytes);
		if (this.half.in.isAsked()) {
			this.half.add(Event.PROBE_ANSWERED_BY_CREDIT);
		}
		this.next.credit(messages, bytes);
	}

	@Override
	public void probe(long index, long bytes) {
		checkTurn("PROBE");
		Check.equal(index, this.half.out.written(), "the index in PROBE");
		Check.equal(this.half.out.queued(), 0, "messages behind PROBE");
		Check.that(index > this.probed, "PROBE twice for one message");
		Check.that(!this.sendEnded, "PROBE after END_SEND");
		this.probed = index;
		this.next.probe(index, bytes);
	}

	@Override
	public void stopReceive() {
		checkTurn("STOP_RECEIVE");
		Check.that(this.half.stopped && !this.half.stopHeld, "STOP_RECEIVE that the task did not ask for, or not yet");
		Check.that(!this.receiveStopped, "STOP_RECEIVE twice");
		Check.that(!this.half.peerEnded, "STOP_RECEIVE after the peer's END_SEND");
		Check.that(this.overrun || !this.half.in.isOverrun(), "STOP_RECEIVE before OVERRUN");
		Check.that(!this.half.in.hasDroppedToWrite(), "STOP_RECEIVE before DROPPED");
		this.receiveStopped = true;
		this.next.stopReceive();
	}

	@Override
	public void overrun(OverrunReport report) {
		checkTurn("OVERRUN");
		Check.that(!this.overrun, "OVERRUN twice");
		Check.that(!this.receiveStopped, "OVERRUN after STOP_RECEIVE");
		this.overrun = true;
		this.next.overrun(report);
	}

	@Override
	public void dropped(OverrunReport report) {
		checkTurn("DROPPED");
		Check.that(!this.receiveStopped, "DROPPED after STOP_RECEIVE");
		this.half.in.wroteDropped(report);
		this.next.dropped(report);
	}

	@Override
	public void decodeFailed(long index, String type) {
		throw new AssertionError("nothing was unreadable");
	}

	@Override
	public void cancel(Counts counts, Cancellation cancellation) {
		Check.that(!this.cancelled, "CANCEL twice");
		checkLast("CANCEL", Side.CALLER, counts);
		this.cancelled = true;
		this.next.cancel(counts, cancellation);
	}

	@Override
	public void error(Counts counts, RemoteActorException.Failure failure) {
		checkLast("ERROR", Side.CALLEE, counts);
		this.over = true;
		this.next.error(counts, failure);
	}

	@Override
	public void reject(ContextRejectedException.Code code, boolean retryable, String message) {
		checkLast("REJECT", Side.CALLEE, null);
		Check.that(!this.started, "REJECT after STARTED");
		this.over = true;
		this.next.reject(code, retryable, message);
	}

	@Override
	public void cancelled(Counts counts, Cancellation cancellation) {
		checkLast("CANCELLED", Side.CALLEE, counts);
		this.over = true;
		this.next.cancelled(counts, cancellation);
	}

	@Override
	public void end(Counts counts) {
		checkLast("END", Side.CALLER, counts);
		Check.that(this.cancelled || this.half.calleeEnded, "END before the callee is done");
		this.over = true;
		this.next.end(counts);
	}

}
