package io.tractor.engine.simulation;

import java.util.HashSet;
import java.util.List;

import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextEngine.State;
import org.jspecify.annotations.Nullable;

/**
 * One context: both sides and what connects them.
 */
final class Link {

	private static final int SETTLING = 100_000;

	private static final int KEPT_EPISODES = 64;

	final Half caller;

	final Half callee;

	private final String contextId;

	private final Trace trace;

	private final Tally tally;

	private boolean cut;

	private boolean lost;

	private Half last;

	Link(String contextId, Habits callerHabits, Habits calleeHabits, Dice dice, Trace trace, Tally tally) {
		this.contextId = contextId;
		this.trace = trace;
		this.tally = tally;
		Flow toCallee = new Flow(Side.CALLEE, calleeHabits.msgBufferSize, calleeHabits.limits());
		Flow toCaller = new Flow(Side.CALLER, callerHabits.msgBufferSize, callerHabits.limits());
		this.caller = new Half(Side.CALLER, contextId, callerHabits, toCallee, toCaller, trace, tally);
		this.callee = new Half(Side.CALLEE, contextId, calleeHabits, toCaller, toCallee, trace, tally);
		this.last = this.callee;
		this.callee.granted(this.caller.engine.grant());
		populate(this.caller, new CallerThread(this.caller, dice), dice);
		populate(this.callee, new CalleeThread(this.callee, dice), dice);
		this.caller.begin();
		this.caller.channel.open();
	}

	private static void populate(Half half, UserThread main, Dice dice) {
		half.threads.add(main);
		for (int i = 0; i < half.habits.helpers; i++) {
			half.threads.add(new HelperThread(half, dice));
		}
	}

	private Half other(Half half) {
		return (half == this.caller) ? this.callee : this.caller;
	}

	boolean isOver() {
		return isOver(this.caller) && isOver(this.callee) && (!this.cut || this.lost);
	}

	private boolean isOver(Half half) {
		return half.isOver() || (this.lost && !half.channel.isOpen());
	}

	// Steps: each returns whether there was anything to do

	boolean run(Half half, Dice dice) {
		int size = half.threads.size();
		int first = (size > 1) ? dice.below(size) : 0;
		for (int i = 0; i < size; i++) {
			UserThread thread = half.threads.get((first + i) % size);
			if (thread.canRun()) {
				thread.run();
				return true;
			}
		}
		return false;
	}

	boolean write(Half half, boolean urgentFirst, int maxBytes) {
		if (!half.channel.isQueued() || !half.channel.isOpen()) {
			return false;
		}
		half.channel.write(urgentFirst, maxBytes);
		return true;
	}

	boolean deliver(Half to) {
		Half from = other(to);
		if (!to.channel.hasArrivals(from.channel)) {
			return false;
		}
		to.channel.deliver(from.channel);
		return true;
	}

	/**
	 * Let a held close be over.
	 */
	boolean release(Half half) {
		if (half.releasesDue == 0) {
			return false;
		}
		half.releasesDue--;
		half.release();
		return true;
	}

	/**
	 * Let a time be over, or somebody interrupt.
	 */
	boolean disturb(Half half, Dice dice) {
		int size = half.threads.size();
		int first = (size > 1) ? dice.below(size) : 0;
		for (int i = 0; i < size; i++) {
			if (half.threads.get((first + i) % size).disturb()) {
				return true;
			}
		}
		return false;
	}

	boolean linger() {
		if (this.callee.channel.stopLingering()) {
			this.tally.add(Event.LINGERED_TOO_LONG);
			return true;
		}
		return false;
	}

	/**
	 * Cut the connection, which one side sees at once.
	 */
	void cut(Half first) {
		this.trace.note(() -> "the connection of " + this.contextId + " is cut");
		this.cut = true;
		this.caller.channel.cut();
		this.callee.channel.cut();
		if (!this.callee.channel.isOpen()) {
			this.tally.add(Event.LOST_BEFORE_CALLEE_KNEW);
		}
		first.channel.lose(other(first).channel);
		this.last = other(first);
	}

	boolean isCut() {
		return this.cut;
	}

	/**
	 * Let the other side see the cut, too.
	 */
	boolean seeCut() {
		if (!this.cut || this.lost) {
			return false;
		}
		this.lost = true;
		this.last.channel.lose(other(this.last).channel);
		return true;
	}

	/**
	 * Let everything arrive that is under way, and everybody who is woken look.
	 * @return whether there was anything
	 */
	boolean settle() {
		int steps = 0;
		while (settleOnce(this.caller) | settleOnce(this.callee)) {
			Check.that(steps++ < SETTLING, "it never settles");
		}
		if (!this.cut) {
			checkSettled(this.caller, this.callee);
			checkSettled(this.callee, this.caller);
			checkStates();
		}
		return steps > 0;
	}

	private boolean settleOnce(Half half) {
		boolean moved = write(half, true, 1 << 20);
		moved |= deliver(half);
		for (UserThread thread : half.threads) {
			if (thread.isWoken()) {
				thread.run();
				moved = true;
			}
		}
		return moved;
	}

	// What must be so when everything has arrived

	private void checkSettled(Half sender, Half receiver) {
		Check.that(!sender.channel.isQueued() || !sender.channel.isOpen(), "something waits to be written");
		checkBlocked(sender);
		for (UserThread thread : sender.threads) {
			thread.checkInVain();
		}
		Check.that(!sender.channel.isQueued() || !sender.channel.isOpen(), "a thread that was not woken had to ask");
		if (isOn(receiver) && receiver.stopped && !receiver.stopHeld && !receiver.peerEnded) {
			Check.that(receiver.channel.written().hasStopped(), "STOP_RECEIVE is forgotten");
		}
		if (!isOn(sender) || !isOn(receiver)) {
			Check.that(!receiver.in.isOverrun() || !isOn(sender), "the sender does not know of its overrun");
			return;
		}
		Flow flow = receiver.in;
		Check.that(!flow.isOverrun(), "the sender does not know of its overrun");
		Check.equal(flow.seen(), flow.sent(), "messages that have arrived");
		if (sender.sendEnded && !sender.sendEndHeld) {
			Check.that(receiver.peerEnded, "the end of the stream is lost");
		}
		if (receiver.stopped && !receiver.stopHeld) {
			Check.that(sender.peerStopped || receiver.peerEnded, "the sender does not know that nobody receives");
		}
		if (receiver.opened) {
			Check.that(sender.openedThere, "the opening of the stream is lost");
		}
		if (!receiver.stopped && !receiver.peerEnded) {
			checkCredit(sender, receiver);
		}
	}

	/**
	 * Check that a stall would be noticed, and nothing else be taken for one.
	 */
	private static void checkBlocked(Half sender) {
		boolean waits = false;
		for (UserThread thread : sender.threads) {
			waits |= thread.isParked() && thread.waiting() == UserThread.Wait.SEND;
		}
		boolean blocked = sender.engine.blockedSince() != null;
		Check.that(blocked || !waits, "nobody would notice that a sender waits");
		Check.that(waits || !blocked, "somebody would think that a sender waits");
		Check.that((sender.engine.endingSince() != null) == (sender.engine.state() == State.ENDING),
				"somebody would think that the callee ignores its cancellation");
	}

	private static boolean isOn(Half half) {
		return half.engine.state() == State.STARTED && half.engine.cause() == null;
	}

	private void checkCredit(Half sender, Half receiver) {
		Flow flow = receiver.in;
		if (!flow.sending.allowsMessage()) {
			Check.that(!flow.mightSendMessage(), "credit for messages is withheld");
		}
		for (UserThread thread : sender.threads) {
			if (thread.isParked() && thread.waiting() == UserThread.Wait.SEND) {
				this.tally.add(Event.SETTLED_WITH_WAITING_SENDER);
				Check.that(!flow.mightSend(thread.messageLength()), "a sender waits although there is room");
				Check.that(flow.mode() == Mode.BACKPRESSURE, "a sender waits for a stream without backpressure");
			}
		}
	}

	private void checkStates() {
		ContextEngine there = this.callee.engine;
		switch (this.caller.engine.state()) {
			case ENDING -> Check.that(there.state() != State.OPENING && there.state() != State.STARTED,
					"the callee does not know that it is cancelled");
			case ENDED -> Check.equal(there.state(), State.ENDED, "the callee after the end");
			default -> {
			}
		}
		if (there.isCalleeDone()) {
			Check.that(this.caller.engine.isCalleeDone(), "the caller does not know that the callee is done");
		}
		if (there.state() == State.STARTED) {
			Check.that(this.caller.engine.state() != State.OPENING, "the caller does not know that the callee started");
		}
		boolean left = isOn(this.caller) && this.caller.stopped && !this.caller.stopHeld;
		for (UserThread thread : this.callee.threads) {
			Check.that(!left || !thread.isParked(), "the callee waits for a caller that has left");
		}
	}

	void checkEnd() {
		checkEnd(this.caller);
		if (this.callee.channel.isOpen()) {
			checkEnd(this.callee);
		}
		if (this.caller.counted && this.callee.counted) {
			this.tally.add(Event.ENDED_ORDERLY);
			Check.equal(this.caller.ledger(), this.callee.ledger(), "the ledgers differ");
			checkReports(this.caller.finalReports(), this.callee.finalReports());
		}
	}

	private void checkReports(@Nullable List<OverrunReport> here, @Nullable List<OverrunReport> there) {
		Flow toCaller = this.caller.in;
		Flow toCallee = this.callee.in;
		Check.equal(toCaller.droppedTold(), toCaller.dropped(), "dropped messages that the callee was told of");
		Check.equal(toCallee.droppedTold(), toCallee.dropped(), "dropped messages that the caller was told of");
		boolean merged = toCaller.isMerged() || toCallee.isMerged();
		boolean kept = toCaller.episodesBegun() + toCallee.episodesBegun() <= KEPT_EPISODES;
		if (merged) {
			this.tally.add(Event.DROPPED_TOLD_MERGED);
		}
		else if (kept && here != null && there != null && !(here.isEmpty() && there.isEmpty())) {
			Check.equal(new HashSet<>(here), new HashSet<>(there), "the overruns differ");
			Check.equal(here.size(), there.size(), "the overruns differ in number");
		}
	}

	private static void checkEnd(Half half) {
		Check.equal(half.engine.state(), State.ENDED, "the state in the end");
		Check.that(half.ledger() != null, "there is no ledger");
		half.check();
	}

}
