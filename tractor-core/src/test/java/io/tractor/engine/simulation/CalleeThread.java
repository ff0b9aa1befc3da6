package io.tractor.engine.simulation;

import java.util.List;

import io.tractor.ContextCancelledException;
import io.tractor.ContextInterruptedException;
import io.tractor.ContextRejectedException;
import io.tractor.EndOfStreamException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.RemoteActorException.Code;
import io.tractor.Side;
import io.tractor.StreamClosedException;
import io.tractor.StreamOverrunException;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import io.tractor.engine.Envelopes.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * The thread that runs the callee's task: makes the calls that {@code CalleeTask} makes,
 * in its order.
 */
final class CalleeThread extends UserThread {

	static final byte[] STARTED_VALUE = { 1 };

	static final byte[] RESULT = { 2 };

	private static final RuntimeException OWN_ERROR = new IllegalArgumentException("the task's own");

	private static final RuntimeException INTERRUPTION = new ContextInterruptedException("interrupted",
			new InterruptedException());

	private static final ContextRejectedException REJECTION = new ContextRejectedException(
			ContextRejectedException.Code.BUSY, true, "no thread is free");

	private static final Peer SELF = new Peer("stock", "stock-1");

	private boolean running;

	private boolean interrupted;

	private @Nullable StreamClosedException closedThere;

	CalleeThread(Half half, Dice dice) {
		super(half, dice);
	}

	@Override
	void next() {
		if (!this.running) {
			if (this.dice.chance(this.habits.refuse)) {
				this.half.refuse(REJECTION);
				end();
				return;
			}
			this.running = true;
		}
		if (this.interrupted && this.dice.chance(50)) {
			finish(INTERRUPTION);
		}
		else if (this.half.started) {
			body();
		}
		else {
			beforeStart();
		}
	}

	private void beforeStart() {
		if (this.dice.chance(this.habits.endBeforeStart)) {
			finish(this.dice.chance(50) ? OWN_ERROR : null);
		}
		else if (this.dice.chance(this.habits.cancel)) {
			this.half.cancel("the callee cannot", null);
		}
		else if (this.stepsLeft <= 0 || this.dice.chance(this.habits.start)) {
			this.half.start(STARTED_VALUE);
		}
	}

	private void body() {
		if (this.dice.chance(this.habits.fail)) {
			finish(OWN_ERROR);
		}
		else if (this.stepsLeft <= 0 || this.dice.chance(this.habits.finish)) {
			finish(null);
		}
		else if (this.half.opened) {
			useStream();
		}
		else if (this.dice.chance(this.habits.open)) {
			this.half.openStream(this.dice);
		}
		else if (this.dice.chance(this.habits.cancel)) {
			this.half.cancel("the callee will not", null);
		}
	}

	@Override
	void interrupt() {
		this.interrupted |= waiting() == null;
	}

	@Override
	void failed(RuntimeException error) {
		if (error instanceof StreamClosedException closed) {
			this.closedThere = closed;
		}
		if (error instanceof EndOfStreamException && this.dice.chance(50)) {
			return;
		}
		if (!this.dice.chance(this.habits.swallow) || (!this.half.started && this.stepsLeft <= 0)) {
			finish(error);
		}
	}

	private void finish(@Nullable RuntimeException error) {
		TractorException cause = this.engine.cause();
		if (error != null && (cause == null || isOwnError(error, cause))) {
			fail(error);
		}
		else if (cause != null) {
			endBy(cause);
		}
		else if (!this.engine.isStarted()) {
			this.half.fail(describe(Code.PROTOCOL, null));
		}
		else {
			this.half.complete(RESULT);
		}
		end();
	}

	private static boolean isOwnError(RuntimeException error, TractorException cause) {
		return cause instanceof ContextCancelledException && error != cause
				&& !(error instanceof ContextInterruptedException);
	}

	private void fail(RuntimeException error) {
		if (error == this.closedThere) {
			this.half.acknowledge(new Cancellation(Cancellation.Origin.LEFT, "nobody receives", null, null));
		}
		else {
			this.half.fail(describe(Code.APPLICATION, null));
		}
	}

	private void endBy(TractorException cause) {
		if (cause instanceof ContextCancelledException cancelled) {
			this.half.acknowledge(new Cancellation(
					(cancelled.by() == Side.CALLER) ? Cancellation.Origin.CALLER : Cancellation.Origin.CALLEE,
					cancelled.reason(), null, null));
		}
		else if (cause instanceof StreamOverrunException overrun) {
			this.half.fail(describe(Code.OVERRUN, overrun.report()));
		}
		else if (!(cause instanceof TransportClosedException)) {
			this.half.fail(describe(Code.OTHER, null));
		}
	}

	private static RemoteActorException.Failure describe(Code code, @Nullable OverrunReport overrun) {
		return new RemoteActorException.Failure(code, "Error", "", "jobs", "c-1", List.of(SELF), null, overrun);
	}

}
