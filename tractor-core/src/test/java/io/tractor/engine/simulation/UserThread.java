package io.tractor.engine.simulation;

import io.tractor.ContextInterruptedException;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine;
import org.jspecify.annotations.Nullable;

/**
 * A thread of one side, one call at a time. It waits as the tasks' monitor does: after an
 * attempt in vain it is woken by the engine's signal, and only then attempts again.
 */
abstract class UserThread {

	final Half half;

	final ContextEngine engine;

	final Habits habits;

	final Dice dice;

	int stepsLeft;

	private @Nullable Wait wait;

	private boolean timed;

	private byte[] message = new byte[0];

	private boolean woken;

	private boolean trying;

	private boolean begun;

	private boolean over;

	UserThread(Half half, Dice dice) {
		this.half = half;
		this.engine = half.engine;
		this.habits = half.habits;
		this.dice = dice;
		this.stepsLeft = half.habits.steps;
	}

	void begin() {
		this.begun = true;
	}

	final boolean canRun() {
		return this.begun && !this.over && (this.wait == null || this.woken);
	}

	final boolean isWoken() {
		return this.wait != null && this.woken;
	}

	final boolean isParked() {
		return this.wait != null && !this.woken;
	}

	final boolean isOver() {
		return this.over || !this.begun;
	}

	/**
	 * Return whether it waits no longer, although it has not got on yet.
	 */
	final boolean isTrying() {
		return this.trying;
	}

	final @Nullable Wait waiting() {
		return this.wait;
	}

	final int messageLength() {
		return this.message.length;
	}

	final void wake() {
		this.woken = true;
	}

	/**
	 * The context was broken while this thread ran the task's own code.
	 */
	void interrupt() {
	}

	final void end() {
		this.half.note(() -> this + " is over");
		this.over = true;
	}

	/**
	 * Make the next call, or attempt the one again that waits.
	 */
	final void run() {
		try {
			if (this.wait == null) {
				this.stepsLeft--;
				next();
			}
			else {
				attempt();
			}
		}
		catch (RuntimeException ex) {
			this.wait = null;
			failed(ex);
		}
	}

	private void attempt() {
		Wait what = this.wait;
		if (what == null) {
			return;
		}
		this.woken = false;
		this.trying = true;
		try {
			if (tryNow(what)) {
				this.wait = null;
				done();
			}
			else {
				this.half.add(Event.WOKEN_IN_VAIN);
			}
		}
		finally {
			this.trying = false;
		}
	}

	/**
	 * Attempt a call that waits for as long as it takes.
	 */
	final void await(Wait what) {
		await(what, false);
	}

	final void await(Wait what, boolean withTimeout) {
		this.timed = withTimeout;
		this.woken = false;
		if (tryNow(what)) {
			done();
		}
		else {
			this.half.note(() -> this + " waits: " + what);
			this.wait = what;
			if (what == Wait.SEND) {
				this.half.add(Event.SENDER_WAITED);
			}
		}
	}

	private boolean tryNow(Wait what) {
		TractorException cause = this.engine.cause();
		return switch (what) {
			case SEND -> this.half.send(this.message, true);
			case RECEIVE -> this.half.receive() != null;
			case STARTED -> {
				if (cause != null && !this.engine.isStarted()) {
					throw cause;
				}
				yield this.engine.isStarted();
			}
			case ENDING -> this.engine.isCalleeDone() || cause != null;
			case CALLEE_DONE -> this.engine.isCalleeDone();
		};
	}

	/**
	 * Let the time of the call be over, or interrupt the thread, if it waits so that this
	 * may happen.
	 * @return whether it may
	 */
	final boolean disturb() {
		if (!isParked()) {
			return false;
		}
		if (this.timed) {
			this.half.note(() -> this + " waits no longer");
			this.half.add(Event.TIMED_OUT);
			checkInVain();
			if (this.wait == Wait.SEND) {
				this.half.unblock();
			}
			this.wait = null;
			expired();
			return true;
		}
		return isInterruptible() && disturbed();
	}

	private boolean isInterruptible() {
		return this.wait != Wait.CALLEE_DONE;
	}

	private boolean disturbed() {
		this.half.note(() -> this + " is interrupted");
		this.half.add(Event.INTERRUPTED);
		this.wait = null;
		this.half.cancel("the thread was interrupted", null);
		failed(new ContextInterruptedException("interrupted", null));
		return true;
	}

	/**
	 * Check that a thread that was not woken need not have been.
	 */
	final void checkInVain() {
		if (isParked() && this.wait != null) {
			try {
				Check.that(!tryNow(this.wait), "nobody woke a thread whose wait is over");
			}
			catch (RuntimeException ex) {
				throw new AssertionError("nobody woke a thread whose wait has failed: " + ex, ex);
			}
		}
	}

	/**
	 * Make a call on the stream, which is open.
	 */
	final void useStream() {
		if (this.dice.chance(this.habits.cancel)) {
			this.half.cancel("no longer wanted", null);
		}
		else if (this.dice.chance(this.habits.close)) {
			this.half.leaveHeld();
		}
		else if (this.dice.chance(this.habits.endSend)) {
			this.half.endSend();
		}
		else if (this.dice.chance(this.habits.think)) {
			this.half.note(() -> this + " thinks");
		}
		else if (wantsToSend()) {
			send();
		}
		else {
			receive();
		}
	}

	/**
	 * Choose between sending and receiving, and rarely what makes no sense.
	 */
	private boolean wantsToSend() {
		boolean wants = this.dice.chance(this.habits.send);
		if (this.dice.chance(5)) {
			return wants;
		}
		if (this.habits.polite && !this.half.openedThere) {
			return false;
		}
		return this.half.sendEnded ? false : (wants || this.half.hasReceivedAll());
	}

	private void send() {
		int largest = (int) Math.min(this.habits.maxLength, this.engine.maxMessage());
		byte[] next = this.half.out.message(this.dice.below(largest + 1));
		this.half.release();
		if (this.dice.chance(this.habits.offer)) {
			this.half.send(next, false);
		}
		else {
			this.message = next;
			await(Wait.SEND, this.dice.chance(this.habits.timed));
		}
	}

	private void receive() {
		this.half.release();
		if (this.dice.chance(this.habits.offer)) {
			this.half.receive();
		}
		else {
			await(Wait.RECEIVE, this.dice.chance(this.habits.timed));
		}
	}

	abstract void next();

	/**
	 * A call that may have waited is done.
	 */
	void done() {
	}

	/**
	 * The time of a call is over.
	 */
	void expired() {
	}

	abstract void failed(RuntimeException error);

	@Override
	public String toString() {
		return getClass().getSimpleName();
	}

	/**
	 * What a thread waits for.
	 */
	enum Wait {

		STARTED, SEND, RECEIVE, ENDING, CALLEE_DONE

	}

}
