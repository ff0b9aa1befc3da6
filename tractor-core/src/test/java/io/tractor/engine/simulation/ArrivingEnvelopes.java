package io.tractor.engine.simulation;

import java.util.Arrays;

import io.tractor.ContextCancelledException;
import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextEngine.State;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;

/**
 * What arrives at one side, on its way from the bytes into the engine: the model learns
 * of it first, and afterwards the engine must agree.
 */
final class ArrivingEnvelopes implements Envelopes {

	private final Half half;

	private final ContextEngine engine;

	private final Flow in;

	private final Flow out;

	ArrivingEnvelopes(Half half) {
		this.half = half;
		this.engine = half.engine;
		this.in = half.in;
		this.out = half.out;
	}

	private void note(String kind) {
		this.half.note(() -> "gets " + kind);
	}

	private boolean isStarted() {
		return this.engine.state() == State.STARTED;
	}

	/**
	 * Return whether this side still cares for what the peer's stream does.
	 */
	private boolean isReceiving() {
		return isStarted() && this.engine.cause() == null && !this.half.stopped && !this.in.isOverrun();
	}

	@Override
	public void started(Grant grant, Peer callee, byte @Nullable [] value) {
		note("STARTED");
		if (this.engine.state() == State.OPENING) {
			this.half.started = true;
			this.out.sending.grant(grant.messages(), grant.bytes());
		}
		this.engine.started(grant, callee, value);
		Check.that(!this.half.started || Arrays.equals(this.engine.startedValue(), CalleeThread.STARTED_VALUE),
				"the started value is another one");
		this.half.check();
	}

	@Override
	public void msg(byte[] payload) {
		note("MSG");
		this.in.saw(payload);
		if (isStarted()) {
			this.in.count(payload.length);
			if (isReceiving()) {
				this.in.arrive(payload.length);
			}
		}
		this.engine.msg(payload);
		this.half.check();
	}

	@Override
	public void opened(boolean backpressure, long messages, long bytes, long runAhead) {
		note("OPENED");
		if (isStarted()) {
			Check.equal(backpressure, this.out.mode() == Mode.BACKPRESSURE, "backpressure in OPENED");
			Check.equal(messages, this.out.receiving.window, "messages in OPENED");
			Check.equal(bytes, this.out.receiving.windowBytes, "bytes in OPENED");
			Check.equal(runAhead, this.out.receiving.runAhead, "run-ahead in OPENED");
			this.half.openedThere = true;
			this.out.sending.open(messages, bytes, runAhead);
		}
		this.engine.opened(backpressure, messages, bytes, runAhead);
		this.half.check();
	}

	@Override
	public void endSend(long sent) {
		note("END_SEND");
		if (isStarted()) {
			this.half.peerEnded = true;
			this.in.endEpisode();
			if (this.in.buffered() >= this.in.receiving.window) {
				this.half.add(Event.END_SEEN_BEHIND_FULL_BUFFER);
			}
		}
		this.engine.endSend(sent);
		this.half.check();
	}

	@Override
	public void returned(Counts counts, byte @Nullable [] value) {
		note("RETURN");
		boolean heard = endCallee(true);
		boolean raised = heard && this.engine.cause() == null;
		boolean overrunLast = heard && this.in.isOverrun() && this.engine.lateError() == null;
		this.half.peerEnded |= heard;
		if (heard) {
			this.in.endEpisode();
		}
		this.half.returnedThere |= heard;
		this.engine.returned(counts, value);
		if (overrunLast) {
			this.half.add(Event.OVERRUN_AFTER_RETURN);
			Check.that(isRemoteOverrun(raised ? this.engine.cause() : this.engine.lateError()),
					"an overrun before RETURN is lost");
		}
		if (heard) {
			Check.that(this.engine.hasReturned() == (raised && !overrunLast), "whether the result counts");
		}
		if (this.engine.hasReturned()) {
			Check.that(Arrays.equals(this.engine.result(), CalleeThread.RESULT), "the result is another one");
		}
		this.half.check();
	}

	private static boolean isRemoteOverrun(@Nullable TractorException cause) {
		return cause instanceof RemoteActorException remote
				&& remote.failure().code() == RemoteActorException.Code.OVERRUN;
	}

	@Override
	public void credit(long messages, long bytes) {
		note("CREDIT");
		if (isStarted()) {
			this.out.sending.credit(messages, bytes);
		}
		this.engine.credit(messages, bytes);
		this.half.check();
	}

	@Override
	public void probe(long index, long bytes) {
		note("PROBE");
		if (isReceiving()) {
			Check.equal(index, this.in.receiving.sent, "the index in PROBE");
			this.in.probe(bytes);
		}
		this.engine.probe(index, bytes);
		this.half.check();
	}

	@Override
	public void stopReceive() {
		note("STOP_RECEIVE");
		if (isStarted()) {
			this.half.peerStopped = true;
		}
		this.engine.stopReceive();
		this.half.check();
	}

	@Override
	public void overrun(OverrunReport report) {
		note("OVERRUN");
		State state = this.engine.state();
		boolean late = state == State.ENDING || state == State.DONE;
		boolean raised = this.engine.cause() == null
				&& (state == State.STARTED || (state == State.DONE && this.engine.hasReturned()));
		if (raised || late) {
			this.half.overrunThere = true;
		}
		if (late) {
			this.half.add(Event.OVERRUN_CAME_TOO_LATE);
		}
		this.engine.overrun(report);
		if (raised) {
			Check.that(this.engine.cause() instanceof StreamOverrunException, "the overrun is not raised");
		}
		this.half.check();
	}

	@Override
	public void dropped(OverrunReport report) {
		note("DROPPED");
		State state = this.engine.state();
		if (state == State.STARTED || state == State.ENDING || (state == State.DONE && this.half.side == Side.CALLEE)) {
			this.out.tellDropped(report.undelivered());
		}
		if (state == State.DONE) {
			this.half.add(Event.DROPPED_CAME_TOO_LATE);
		}
		this.engine.dropped(report);
		this.half.check();
	}

	@Override
	public void decodeFailed(long index, String type) {
		throw new AssertionError("nothing was unreadable");
	}

	@Override
	public void cancel(Counts counts, Cancellation cancellation) {
		note("CANCEL");
		State before = this.engine.state();
		boolean raised = (before == State.OPENING || before == State.STARTED) && this.engine.cause() == null;
		this.half.counted |= before != State.ENDED;
		if (before == State.DONE) {
			this.half.add(Event.CANCEL_CROSSED_END);
		}
		if (before == State.OPENING) {
			this.half.add(Event.CANCELLED_BEFORE_START);
		}
		if (before == State.STARTED && this.out.queued() > 0) {
			this.half.add(Event.CANCELLED_DURING_FLOOD);
		}
		this.engine.cancel(counts, cancellation);
		if (raised) {
			Check.that(
					this.engine.cause() instanceof ContextCancelledException cancelled && cancelled.by() == Side.CALLER,
					"the cancel is not raised");
		}
		this.half.check();
	}

	/**
	 * Take note of the callee's end.
	 * @return whether this side still listens
	 */
	private boolean endCallee(boolean counts) {
		State state = this.engine.state();
		boolean heard = state == State.OPENING || state == State.STARTED || state == State.ENDING;
		this.half.calleeEnded |= heard;
		this.half.counted |= heard && counts;
		return heard;
	}

	private void checkHeard(boolean raised, Class<? extends TractorException> type) {
		if (raised) {
			Check.equal(this.engine.state(), State.DONE, "the state after the callee's end");
			TractorException cause = this.engine.cause();
			Check.that(type.isInstance(cause) || type.isInstance(this.engine.lateError()),
					"the callee's end is lost: " + type);
		}
		this.half.check();
	}

	@Override
	public void error(Counts counts, RemoteActorException.Failure failure) {
		note("ERROR");
		boolean heard = endCallee(true) && this.engine.lateError() == null;
		this.engine.error(counts, failure);
		checkHeard(heard, RemoteActorException.class);
	}

	@Override
	public void reject(ContextRejectedException.Code code, boolean retryable, String message) {
		note("REJECT");
		boolean heard = endCallee(true) && this.engine.lateError() == null;
		this.engine.reject(code, retryable, message);
		checkHeard(heard, ContextRejectedException.class);
	}

	@Override
	public void cancelled(Counts counts, Cancellation cancellation) {
		note("CANCELLED");
		boolean heard = endCallee(true);
		boolean raised = heard && this.engine.cause() == null;
		this.engine.cancelled(counts, cancellation);
		checkHeard(raised, ContextCancelledException.class);
	}

	@Override
	public void end(Counts counts) {
		note("END");
		this.half.counted |= this.engine.state() != State.ENDED;
		this.engine.end(counts);
		Check.equal(this.engine.state(), State.ENDED, "the state after END");
		this.half.check();
	}

}
