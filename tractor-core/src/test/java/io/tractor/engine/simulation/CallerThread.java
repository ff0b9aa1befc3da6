package io.tractor.engine.simulation;

import io.tractor.ContextCancelledException;
import io.tractor.ContextInterruptedException;
import io.tractor.EndOfStreamException;
import io.tractor.Side;
import io.tractor.TractorException;
import org.jspecify.annotations.Nullable;

/**
 * The thread that opened the context: makes the calls that {@code CallerTask} makes, in
 * its order, as a scope or as a handle.
 */
final class CallerThread extends UserThread {

	private static final RuntimeException OWN_ERROR = new IllegalArgumentException("the body's own");

	private static final RuntimeException INTERRUPTION = new ContextInterruptedException("interrupted",
			new InterruptedException());

	private final boolean handle;

	private Phase phase = Phase.OPENING;

	private boolean inBody;

	private boolean interrupted;

	private @Nullable RuntimeException error;

	CallerThread(Half half, Dice dice) {
		super(half, dice);
		this.handle = dice.chance(this.habits.useHandle);
	}

	@Override
	void next() {
		switch (this.phase) {
			case OPENING -> await(Wait.STARTED);
			case ABANDONING -> {
				this.half.cancel("the opening failed", this.error);
				this.phase = Phase.ENDING;
			}
			case BODY -> body();
			case RESULT -> {
				this.half.release();
				await(Wait.ENDING);
			}
			case LEAVING -> {
				this.half.leave();
				this.phase = Phase.LEFT;
			}
			case LEFT -> {
				this.half.release();
				await(Wait.ENDING);
			}
			case CLOSING -> {
				if (this.half.ledger() != null) {
					end();
				}
				else if (this.engine.cause() == null && !this.engine.hasReturned()) {
					this.half.cancel("the handle was closed without taking the result", null);
				}
				this.phase = Phase.ENDING;
			}
			case ENDING -> {
				TractorException cause = this.engine.cause();
				if (cause != null) {
					this.half.cancel("the caller's scope failed", cause);
				}
				this.phase = Phase.WAITING;
			}
			case WAITING -> await(Wait.CALLEE_DONE, this.dice.chance(this.habits.loseBound));
			case ENDED -> {
				this.half.giveUp();
				afterEnd();
			}
		}
	}

	private void body() {
		this.inBody = true;
		if (this.interrupted && !this.handle && this.dice.chance(50)) {
			exitBody(INTERRUPTION);
		}
		else if (this.dice.chance(this.habits.fail)) {
			exitBody(OWN_ERROR);
		}
		else if (this.stepsLeft <= 0 || this.dice.chance(this.habits.finish)) {
			if (this.dice.chance(this.habits.awaitResult)) {
				this.half.passOver();
				this.phase = Phase.RESULT;
			}
			else {
				exitBody(null);
			}
		}
		else if (this.half.opened) {
			useStream();
		}
		else if (this.dice.chance(this.habits.open)) {
			this.half.openStream(this.dice);
		}
		else if (this.dice.chance(this.habits.cancel)) {
			this.half.cancel("the caller will not", null);
		}
	}

	private void exitBody(@Nullable RuntimeException how) {
		this.half.note(() -> "ends its body: " + how);
		this.inBody = false;
		this.error = how;
		if (this.handle) {
			this.phase = Phase.CLOSING;
		}
		else if (how == null) {
			this.phase = Phase.LEAVING;
		}
		else {
			if (this.engine.cause() == null) {
				this.half.cancel("the caller's body failed", how);
			}
			this.phase = Phase.ENDING;
		}
	}

	/**
	 * Go on after the end: it may have been asked for in the middle of the body.
	 */
	private void afterEnd() {
		Check.that(this.half.ledger() != null, "there is no outcome");
		if (this.inBody && this.stepsLeft > 0) {
			this.phase = Phase.BODY;
			TractorException cause = this.engine.cause();
			if (cause != null && this.dice.chance(50)) {
				throw cause;
			}
		}
		else {
			end();
		}
	}

	@Override
	void done() {
		switch (this.phase) {
			case OPENING -> {
				this.phase = Phase.BODY;
				this.interrupted = this.engine.cause() != null;
			}
			case RESULT -> {
				this.phase = Phase.ENDING;
			}
			case LEFT -> enter(Phase.ENDING);
			case WAITING -> enter(Phase.ENDED);
			default -> {
			}
		}
	}

	@Override
	void expired() {
		switch (this.phase) {
			case WAITING -> {
				this.half.add(Event.CALLEE_LEFT_BEHIND);
				this.phase = Phase.ENDED;
			}
			default -> {
			}
		}
	}

	@Override
	void interrupt() {
		this.interrupted |= this.inBody && waiting() == null;
	}

	@Override
	void failed(RuntimeException failure) {
		switch (this.phase) {
			case OPENING -> {
				this.error = failure;
				this.phase = Phase.ABANDONING;
			}
			case BODY, RESULT -> {
				this.phase = Phase.BODY;
				if (failure instanceof EndOfStreamException && this.dice.chance(50)) {
					return;
				}
				if (!this.dice.chance(this.habits.swallow)) {
					exitBody(isOwnCancellation(failure) ? null : failure);
				}
			}
			default -> enter(Phase.ENDING);
		}
	}

	private boolean isOwnCancellation(RuntimeException failure) {
		return this.handle && failure instanceof ContextCancelledException cancelled && cancelled.by() == Side.CALLER;
	}

	private void enter(Phase next) {
		this.phase = next;
	}

	/**
	 * How far the task is.
	 */
	private enum Phase {

		OPENING, ABANDONING, BODY, RESULT, LEAVING, LEFT, CLOSING, ENDING, WAITING, ENDED

	}

}
