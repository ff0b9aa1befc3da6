package io.tractor.engine.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextTimeoutException;
import io.tractor.EndOfStreamException;
import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamClosedException;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextEngine.State;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Envelopes.Cancellation;
import io.tractor.engine.Envelopes.Grant;
import io.tractor.engine.ErrorBoundary;
import io.tractor.engine.Run;
import io.tractor.engine.Signals;
import org.jspecify.annotations.Nullable;

/**
 * One side of a context: its engine, its end of the channel, its threads, and what the
 * engine must say to each call. Every call is checked against that, and everything that
 * can be seen afterwards.
 */
final class Half implements Signals {

	private static final Peer CALLER = new Peer("shop", "shop-1");

	private static final Peer CALLEE = new Peer("stock", "stock-1");

	private static final InstantSource CLOCK = () -> Instant.EPOCH;

	private static final int MIN_QUEUED = 64 * 1024;

	private static final int QUEUED_OVERHEAD = 32;

	final Side side;

	final Habits habits;

	final ContextEngine engine;

	/**
	 * Messages that this side sends.
	 */
	final Flow out;

	/**
	 * Messages that this side receives.
	 */
	final Flow in;

	final Channel channel;

	final List<UserThread> threads = new ArrayList<>(3);

	private final BufferLimits limits;

	private final String contextId;

	private final Trace trace;

	private final Tally tally;

	private @Nullable Run run;

	// What this side's task has done

	boolean started;

	boolean opened;

	boolean sendEnded;

	boolean stopped;

	/**
	 * Whether the end of sending is a close that may yet turn out to be an error (M8).
	 */
	boolean sendEndHeld;

	/**
	 * Whether the end of receiving is.
	 */
	boolean stopHeld;

	boolean passing;

	int releasesDue;

	private boolean expired;

	private boolean ownEnd;

	// What has come from the peer

	boolean openedThere;

	boolean peerEnded;

	boolean peerStopped;

	boolean returnedThere;

	boolean calleeEnded;

	boolean counted;

	boolean overrunThere;

	boolean lost;

	// What the engine has signalled

	private final Reports reports = new Reports(this);

	private @Nullable TractorException cause;

	private int broken;

	private int finished;

	private @Nullable Ledger ledger;

	private @Nullable List<OverrunReport> finalReports;

	Half(Side side, String contextId, Habits habits, Flow out, Flow in, Trace trace, Tally tally) {
		this.side = side;
		this.contextId = contextId;
		this.habits = habits;
		this.out = out;
		this.in = in;
		this.trace = trace;
		this.tally = tally;
		this.limits = habits.limits();
		this.engine = new ContextEngine(
				new ContextIdentity(side, contextId, "jobs", (side == Side.CALLER) ? CALLER : CALLEE),
				(side == Side.CALLER) ? CALLEE : CALLER, habits.msgBufferSize, this.limits, CLOCK, ErrorBoundary.OPEN,
				this);
		this.channel = new Channel(this);
		note(() -> "has " + habits);
	}

	void note(Supplier<String> step) {
		this.trace.note(() -> this.contextId + " " + this.side + " " + step.get());
	}

	void add(Event event) {
		this.tally.add(event);
	}

	/**
	 * Let the task begin.
	 */
	void begin() {
		this.threads.get(0).begin();
	}

	// What the task does

	void granted(Grant grant) {
		this.out.sending.grant(grant.messages(), grant.bytes());
		this.engine.granted(grant);
	}

	void start(byte[] value) {
		note(() -> "starts");
		RuntimeException thrown = null;
		try {
			this.engine.start(value);
			this.started = true;
		}
		catch (RuntimeException ex) {
			thrown = ex;
		}
		conclude(thrown, null);
	}

	void openStream(Dice dice) {
		open(dice.chance(this.habits.openWithBackpressure) ? Mode.BACKPRESSURE : this.habits.overflow,
				this.habits.openSize);
	}

	private void open(Mode mode, int msgBufferSize) {
		note(() -> "opens its stream, " + mode + " " + msgBufferSize);
		RuntimeException thrown = null;
		boolean tooLate = this.stopped || this.engine.state() == State.ENDED;
		try {
			this.engine.open(mode == Mode.BACKPRESSURE, msgBufferSize, mode.overflow);
			this.opened = true;
			if (msgBufferSize < this.in.receiving.window) {
				add(Event.BUFFER_SHRUNK);
			}
			this.in.open(mode, msgBufferSize);
			this.threads.forEach(UserThread::begin);
		}
		catch (RuntimeException ex) {
			thrown = ex;
		}
		conclude(thrown, tooLate ? IllegalStateException.class : null);
	}

	boolean send(byte[] message, boolean eager) {
		Class<? extends RuntimeException> expected = null;
		if (this.sendEnded) {
			expected = IllegalStateException.class;
		}
		else if (this.peerStopped || this.engine.state() != State.STARTED) {
			expected = StreamClosedException.class;
		}
		RuntimeException thrown = null;
		boolean sent = false;
		try {
			sent = this.engine.send(message, eager);
			checkSent(message, sent);
		}
		catch (RuntimeException ex) {
			thrown = ex;
			if (this.peerStopped && this.cause == null) {
				add(Event.SENDER_TOLD_OF_CLOSE);
			}
		}
		boolean accepted = sent;
		note(() -> (accepted ? "sends " : "cannot send ") + message.length + " bytes");
		conclude(thrown, expected);
		return sent;
	}

	private void checkSent(byte[] message, boolean sent) {
		boolean full = this.out.queued() > 0 && this.out.queuedBytes() + (long) QUEUED_OVERHEAD * this.out.queued()
				+ message.length > Math.max(MIN_QUEUED, this.limits.maxBufferedBytes());
		boolean allowed = this.out.sending.allows(message.length);
		Check.that(sent == (allowed && !full), sent ? "a message is sent without credit" : "credit is of no use");
		if (sent) {
			if (this.peerEnded && this.cause == null) {
				add(Event.HALF_CLOSED);
			}
			this.out.accepted(message);
			countOvertaken();
		}
		else if (full && allowed) {
			add(Event.QUEUE_WAS_FULL);
		}
		else if (this.out.sending.allowsMessage()) {
			add(Event.SENDER_WAITED_FOR_BYTES);
		}
	}

	private void countOvertaken() {
		for (int i = 0; i < this.threads.size(); i++) {
			UserThread thread = this.threads.get(i);
			if (thread.waiting() == UserThread.Wait.SEND && !thread.isTrying()) {
				add(Event.OVERTOOK_WAITING_SENDER);
			}
		}
	}

	byte @Nullable [] receive() {
		Class<? extends RuntimeException> expected = null;
		if (this.stopped || this.passing || (this.peerEnded && !this.in.hasNext())) {
			expected = EndOfStreamException.class;
		}
		RuntimeException thrown = null;
		byte[] message = null;
		try {
			message = take();
			Check.that((message != null) == this.in.hasNext(),
					(message != null) ? "a message comes out of nothing" : "a message is withheld");
			if (message != null) {
				this.in.take(message);
				if (this.in.isOverrun()) {
					add(Event.READ_AFTER_OVERRUN);
				}
			}
		}
		catch (RuntimeException ex) {
			thrown = ex;
		}
		byte[] received = message;
		note(() -> (received != null) ? "receives " + received.length + " bytes" : "receives nothing");
		conclude(thrown, expected);
		return message;
	}

	/**
	 * Take a message, as a task does: of the run that it has, or of another one.
	 */
	private byte @Nullable [] take() {
		Run current = this.run;
		int position = (current != null) ? current.take() : -1;
		if (position < 0) {
			current = this.engine.receiveRun();
			this.run = current;
			position = 0;
		}
		return (current != null) ? current.message(position) : null;
	}

	void endSend() {
		note(() -> "ends sending");
		this.sendEnded = true;
		this.engine.endSend();
		check();
	}

	void leave() {
		note(() -> "leaves its stream");
		leave(false);
		this.engine.leave();
		check();
	}

	void leaveHeld() {
		note(() -> "closes its stream");
		leave(true);
		this.releasesDue++;
		this.engine.leaveHeld();
		check();
	}

	private void leave(boolean hold) {
		this.sendEndHeld = hold && (!this.sendEnded || this.sendEndHeld);
		this.stopHeld = hold && (!this.stopped || this.stopHeld);
		this.sendEnded = true;
		if (!this.stopped && this.in.isOverrun()) {
			add(Event.OVERRUN_BEFORE_CLOSE);
		}
		this.stopped = true;
	}

	void release() {
		this.sendEndHeld = false;
		this.stopHeld = false;
		this.engine.release();
		check();
	}

	void passOver() {
		note(() -> "passes over messages");
		if (this.opened && !this.passing && !this.stopped) {
			this.passing = true;
			this.in.passOver();
			add(Event.PASSED_OVER);
		}
		this.engine.passOver();
		check();
	}

	boolean hasReceivedAll() {
		return this.stopped || (this.peerEnded && !this.in.hasNext());
	}

	private boolean isLive() {
		return this.engine.state() == State.OPENING || this.engine.state() == State.STARTED;
	}

	void cancel(String reason, @Nullable Throwable error) {
		note(() -> "cancels: " + reason);
		if (isLive()) {
			this.ownEnd |= this.cause == null;
			if (this.in.isOverrun() && this.cause == null) {
				add(Event.OVERRUN_BEFORE_CANCEL);
			}
			if (this.stopHeld) {
				add(Event.ERROR_AFTER_HELD_CLOSE);
			}
		}
		this.engine.cancel(reason, error);
		check();
	}

	/**
	 * Let the time of the context be over, which it is once.
	 */
	void expire() {
		if (!this.expired) {
			this.expired = true;
			note(() -> "has no more time");
			add((this.engine.state() == State.OPENING) ? Event.EXPIRED_WHILE_OPENING : Event.EXPIRED_LATER);
			boolean raised = this.cause == null && (isLive() || this.engine.state() == State.DONE);
			this.engine.expire("no more time", new ContextTimeoutException("no more time"));
			Check.that(!raised || this.engine.cause() instanceof ContextTimeoutException,
					"nobody knows that time is over");
			check();
		}
	}

	void unblock() {
		this.engine.unblock();
		check();
	}

	void complete(byte[] value) {
		note(() -> "returns");
		add(Event.RETURNED);
		stop();
		this.engine.complete(value);
		check();
	}

	void fail(RemoteActorException.Failure failure) {
		note(() -> "fails");
		add(Event.FAILED);
		if (this.stopHeld) {
			add(Event.ERROR_AFTER_HELD_CLOSE);
		}
		stop();
		this.engine.fail(failure);
		check();
	}

	void acknowledge(Cancellation cancellation) {
		note(() -> "ends as cancelled, " + cancellation.origin());
		add((cancellation.origin() == Cancellation.Origin.LEFT) ? Event.LEFT
				: (cancellation.origin() == Cancellation.Origin.CALLEE) ? Event.CANCELLED_ITSELF : Event.ACKNOWLEDGED);
		stop();
		this.engine.acknowledge(cancellation);
		check();
	}

	void refuse(ContextRejectedException rejection) {
		note(() -> "refuses");
		add(Event.REFUSED);
		this.ownEnd |= this.cause == null;
		this.engine.refuse(rejection);
		check();
	}

	void giveUp() {
		note(() -> "waits no longer");
		stop();
		this.engine.giveUp();
		Check.equal(this.engine.state(), State.ENDED, "the state after giving up");
		check();
	}

	private void stop() {
		this.sendEnded = true;
		this.stopped = true;
	}

	void disconnect(TransportClosedException error) {
		State before = this.engine.state();
		this.lost = true;
		switch (before) {
			case OPENING -> add(Event.LOST_WHILE_OPENING);
			case STARTED -> add(Event.LOST_WHILE_STARTED);
			case ENDING -> add(Event.LOST_WHILE_ENDING);
			case DONE -> add(Event.LOST_WHEN_DONE);
			case ENDED -> {
			}
		}
		boolean raised = this.cause == null && (isLive() || before == State.ENDING);
		this.engine.disconnect(error);
		Check.that(!raised || this.engine.cause() == error, "the lost connection is not raised");
		check();
	}

	private void conclude(@Nullable RuntimeException thrown, @Nullable Class<? extends RuntimeException> expected) {
		check();
		if (this.cause != null) {
			Check.that(thrown == this.cause, "a call does not throw what ended the context");
		}
		else if (expected == null) {
			if (thrown != null) {
				throw new AssertionError("a call throws " + thrown, thrown);
			}
		}
		else {
			Check.that(expected.isInstance(thrown), "a call does not throw as it should");
		}
		if (thrown != null) {
			throw thrown;
		}
	}

	// What must be so after each step

	void check() {
		checkCause();
		State state = this.engine.state();
		boolean readable = state == State.STARTED
				|| (state == State.DONE && this.side == Side.CALLER && this.returnedThere);
		if (!readable || this.stopped) {
			this.in.endEpisode();
			this.in.drop();
		}
		Check.equal(this.engine.buffered(), this.in.buffered(), "messages held");
		Check.that(this.in.buffered() <= this.in.mayHold(), "more messages are held than were granted");
		Check.that(this.in.bufferedBytes() <= Math.max(this.limits.maxBufferedBytes(), this.limits.maxMessage()),
				"more bytes are held than were granted");
		Check.equal(this.engine.sent(), this.out.sent(), "messages sent");
		Check.equal(this.engine.consumed(), this.in.consumed(), "messages consumed");
		Check.equal(this.finished, (state == State.ENDED) ? 1 : 0, "ends signalled");
		this.reports.check();
		Check.that(this.engine.isReceiveOver() == (this.cause != null || this.passing || hasReceivedAll()),
				"whether there is anything more to receive");
		Check.that(this.channel.knowsOfAll(), "nobody was told that there is something to write");
		if (owesCredit()) {
			Check.that(this.engine.hasUrgent(), "credit is withheld");
		}
	}

	private void checkCause() {
		TractorException current = this.engine.cause();
		if (current != this.cause) {
			Check.that(this.cause == null, "what ended the context has changed");
			this.cause = current;
			Check.equal(this.broken, (this.ownEnd || this.engine.isLeft()) ? 0 : 1, "breaks signalled");
			checkHonest(current);
		}
		checkHonest(this.engine.lateError());
	}

	private static void checkHonest(@Nullable TractorException error) {
		if (error instanceof ContextProtocolException) {
			throw new AssertionError("an honest peer is accused", error);
		}
	}

	private boolean owesCredit() {
		return this.engine.state() == State.STARTED && this.cause == null && !this.stopped && !this.peerEnded
				&& !this.in.isOverrun() && this.in.mustCredit();
	}

	// What the engine signals

	@Override
	public void writable(boolean urgent) {
		this.channel.writable(urgent);
	}

	@Override
	public void changed() {
		for (int i = 0; i < this.threads.size(); i++) {
			this.threads.get(i).wake();
		}
	}

	@Override
	public void broken(TractorException error) {
		this.broken++;
		this.threads.get(0).interrupt();
	}

	@Override
	public void overrun(OverrunReport report) {
		note(() -> "is told of " + report);
		this.reports.told(report);
	}

	@Override
	public void unreadable(long index, String type) {
		throw new AssertionError("nothing was unreadable");
	}

	@Override
	public void finished(Ledger result) {
		note(() -> "has ended: " + result);
		this.finished++;
		this.ledger = result;
		this.finalReports = this.engine.overruns();
		this.reports.checkFinal(this.finalReports);
		Ledger.Direction sent = (this.side == Side.CALLER) ? result.toCallee() : result.toCaller();
		Ledger.Direction received = (this.side == Side.CALLER) ? result.toCaller() : result.toCallee();
		Check.equal(sent, expectSent(), "what became of the messages that this side sent");
		Check.equal(received, expectReceived(), "what became of the messages that this side received");
		if (this.engine.lateError() != null) {
			add(Event.LATE_ERROR);
		}
	}

	private Ledger.Direction expectSent() {
		long sent = this.out.sent();
		if (this.counted) {
			long consumed = this.out.consumed();
			long dropped = this.out.dropped();
			return new Ledger.Direction(sent, consumed, dropped, sent - consumed - dropped, 0);
		}
		long dropped = this.out.droppedTold();
		long consumed = Math.max(0, this.out.sending.released - dropped);
		return new Ledger.Direction(sent, consumed, dropped, 0, sent - consumed - dropped);
	}

	private Ledger.Direction expectReceived() {
		long sent = this.counted ? this.in.sent() : this.in.receiving.sent;
		long consumed = this.in.consumed();
		long dropped = this.in.dropped();
		return new Ledger.Direction(sent, consumed, dropped, sent - consumed - dropped, 0);
	}

	@Nullable Ledger ledger() {
		return this.ledger;
	}

	@Nullable List<OverrunReport> finalReports() {
		return this.finalReports;
	}

	boolean isOver() {
		boolean over = this.channel.isOver();
		for (int i = 0; i < this.threads.size() && over; i++) {
			over = this.threads.get(i).isOver();
		}
		return over;
	}

}
