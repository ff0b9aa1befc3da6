package io.tractor.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.tractor.ContextCancelledException;
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
import io.tractor.StreamOverrunException;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * One side of one context. Envelopes that arrive come in through {@link Envelopes}, what
 * this side's task does through the other methods; what is to be sent is fetched with
 * {@link #write}. Not thread-safe. The table of states and envelopes is in
 * {@code docs/protocol.md}.
 */
public final class ContextEngine implements Envelopes {

	private static final int MIN_QUEUED = 64 * 1024;

	private final ContextIdentity identity;

	private final BufferLimits limits;

	private final InstantSource clock;

	private final ErrorBoundary errors;

	private final Signals signals;

	private final Outbound outbound;

	private final Inbound inbound;

	private final int msgBufferSize;

	private final Outbox outbox = new Outbox();

	private final Overruns overruns = new Overruns();

	private State state = State.OPENING;

	private Peer peer;

	private long maxMessageThere = Long.MAX_VALUE;

	private byte @Nullable [] startedValue;

	private byte @Nullable [] result;

	private boolean returned;

	private boolean calleeLeftBehind;

	private @Nullable TractorException cause;

	private @Nullable TractorException lateError;

	private @Nullable Counts peerCounts;

	private boolean started;

	private boolean opened;

	private boolean sendEnded;

	private boolean receiveStopped;

	private boolean passing;

	private boolean peerEnded;

	private boolean peerStopped;

	private boolean overran;

	private BufferOverflowStrategy overflow = BufferOverflowStrategy.ERROR;

	private @Nullable OverrunReport episode;

	private long lastDropped;

	private @Nullable Instant blockedSince;

	private long waits;

	private Duration waited = Duration.ZERO;

	private @Nullable Instant endingSince;

	private boolean left;

	private boolean cancelledFromOutside;

	private boolean finished;

	/**
	 * Create an engine for a context that is being opened.
	 * @param identity what the context is called here
	 * @param peer who is on the other side, as far as known
	 * @param msgBufferSize size of this side's buffer in messages
	 * @param limits other bounds of the buffer
	 * @param clock tells the time of an overrun
	 * @param errors what errors say to the other side, and what is made of the peer's
	 * @param signals told what happens
	 */
	public ContextEngine(ContextIdentity identity, Peer peer, int msgBufferSize, BufferLimits limits,
			InstantSource clock, ErrorBoundary errors, Signals signals) {
		this.identity = identity;
		this.peer = peer;
		this.limits = limits;
		this.clock = clock;
		this.errors = errors;
		this.signals = signals;
		this.inbound = new Inbound(msgBufferSize, limits.maxBufferedBytes(), limits.maxMessage(), clock);
		this.outbound = new Outbound(Math.max(MIN_QUEUED, limits.maxBufferedBytes()));
		this.msgBufferSize = msgBufferSize;
	}

	// What is so

	public ContextIdentity identity() {
		return this.identity;
	}

	public State state() {
		return this.state;
	}

	public Peer peer() {
		return this.peer;
	}

	/**
	 * Take another instance of the peer's name that many contexts share.
	 */
	public void sharePeer(Peer same) {
		this.peer = same;
	}

	/**
	 * Return the first thing that ended the context other than its result.
	 */
	public @Nullable TractorException cause() {
		return this.cause;
	}

	/**
	 * Return an error of the peer that came after something else had ended the context.
	 */
	public @Nullable TractorException lateError() {
		return this.lateError;
	}

	/**
	 * Return whether the callee has started, as far as this side knows.
	 */
	public boolean isStarted() {
		return this.started;
	}

	public byte @Nullable [] startedValue() {
		return this.startedValue;
	}

	/**
	 * Return whether the callee's result is known and nothing else ended the context.
	 */
	public boolean hasReturned() {
		return this.returned;
	}

	public byte @Nullable [] result() {
		return this.result;
	}

	/**
	 * Return whether the callee's task is over, or nothing more will be heard of it.
	 */
	public boolean isCalleeDone() {
		return this.state == State.DONE || this.state == State.ENDED;
	}

	/**
	 * Return whether this side ended while the callee's task went on.
	 */
	public boolean isCalleeLeftBehind() {
		return this.calleeLeftBehind;
	}

	/**
	 * Return whether everything was written, so that this side's direction of the channel
	 * can be completed.
	 */
	public boolean isOutboundComplete() {
		return this.state == State.ENDED && !this.outbox.hasTerminal();
	}

	/**
	 * Return whether the callee's task ended because this side receives no more (V18).
	 */
	public boolean isLeft() {
		return this.left;
	}

	/**
	 * Return whether this side's task was cancelled by somebody else on this side, such
	 * as a shutdown (X3).
	 */
	public boolean isCancelledFromOutside() {
		return this.cancelledFromOutside;
	}

	/**
	 * Return the overruns that this side knows of, final once the sender's count is in,
	 * and the last 64 episodes of a dropping policy that are over.
	 */
	public List<OverrunReport> overruns() {
		return this.overruns.all();
	}

	/**
	 * Return the last overrun that this side knows of.
	 * @return its report, as far as it goes, or {@code null} if there was none
	 */
	public @Nullable OverrunReport lastOverrun() {
		return (this.episode != null) ? this.episode : this.overruns.last();
	}

	public long sent() {
		return this.outbound.sent();
	}

	public long consumed() {
		return this.inbound.consumed();
	}

	public int buffered() {
		return this.inbound.buffered();
	}

	/**
	 * Return the figures of what this side receives, as they are now.
	 */
	public Receiving receiving() {
		return new Receiving(this.opened, this.inbound.hasBackpressure(), this.inbound.window(),
				this.inbound.buffered(), this.inbound.bufferedBytes(), this.inbound.highWater(),
				this.inbound.received(), this.inbound.receivedBytes(), this.inbound.consumed(),
				this.inbound.consumedBytes(), this.inbound.dropped(), this.inbound.droppedBytes());
	}

	/**
	 * Return the figures of what this side sends, as they are now.
	 */
	public Sending sending() {
		Instant since = blockedSince();
		Duration open = (since != null) ? Duration.between(since, this.clock.instant()) : Duration.ZERO;
		return new Sending(this.outbound.isOpened(), this.outbound.sent(), this.outbound.sentBytes(),
				this.outbound.released(), this.outbound.credit(), this.waits, this.waited.plus(open), since);
	}

	/**
	 * Add what this side's buffer had to hold so far.
	 */
	public void addLoadTo(BufferLoad load) {
		this.inbound.addLoadTo(load);
	}

	/**
	 * Return since when this side's task has waited for credit.
	 * @return the time, or {@code null} if it does not wait
	 */
	public @Nullable Instant blockedSince() {
		boolean sending = this.state == State.STARTED && this.cause == null && !this.sendEnded && !this.peerStopped;
		return sending ? this.blockedSince : null;
	}

	/**
	 * Take note that one call of this side's task does not wait for credit any more.
	 * Others that do are told to try again.
	 */
	public void unblock() {
		endWait();
		this.signals.changed();
	}

	private void endWait() {
		Instant since = this.blockedSince;
		if (since != null) {
			this.blockedSince = null;
			this.waits++;
			this.waited = this.waited.plus(Duration.between(since, this.clock.instant()));
		}
	}

	/**
	 * Return since when the callee's task is to end, and does not.
	 * @return the time, or {@code null} if it is not to end, or is over
	 */
	public @Nullable Instant endingSince() {
		return (this.state == State.ENDING) ? this.endingSince : null;
	}

	/**
	 * Return the grant that this side makes at the opening.
	 */
	public Grant grant() {
		return new Grant(this.msgBufferSize, this.limits.maxBufferedBytes(), this.limits.maxMessage());
	}

	/**
	 * Return the size of the largest message that the peer takes.
	 */
	public long maxMessage() {
		return this.maxMessageThere;
	}

	/**
	 * Let both directions' counters begin at an index, on both sides alike, to see that
	 * long streams do not freeze.
	 */
	public void startAt(long index) {
		this.outbound.startAt(index);
		this.inbound.startAt(index);
	}

	/**
	 * Take the grant that came with the opening.
	 */
	public void granted(Grant grant) {
		this.maxMessageThere = grant.maxMessage();
		this.outbound.grant(grant.messages(), grant.bytes());
	}

	// What this side's task does

	/**
	 * Say that the callee's task has started.
	 */
	public void start(byte @Nullable [] value) {
		throwCause();
		if (this.started) {
			throw new IllegalStateException(
					"started(…) was called before in the context on route '" + this.identity.route() + "'");
		}
		this.started = true;
		this.state = State.STARTED;
		this.outbox.started = true;
		this.outbox.startedValue = value;
		this.signals.writable(true);
	}

	/**
	 * Open this side's stream.
	 * @param backpressure whether the peer waits while the buffer is full
	 * @param msgBufferSize the buffer's size in messages
	 * @param overflow without backpressure, what becomes of a message that finds the
	 * buffer full
	 */
	public void open(boolean backpressure, int msgBufferSize, BufferOverflowStrategy overflow) {
		throwCause();
		if (this.identity.side() == Side.CALLEE && !this.started) {
			throw new IllegalStateException("openStream() before started(…) in the context on route '"
					+ this.identity.route() + "': call started first");
		}
		if (this.opened) {
			throw new IllegalStateException("The " + this.identity.side() + "'s stream of the context on route '"
					+ this.identity.route() + "' was opened before: there is one per context and side");
		}
		if (this.receiveStopped || this.state == State.ENDED) {
			throw new IllegalStateException(
					"The context on route '" + this.identity.route() + "' is over: it has returned");
		}
		this.opened = true;
		this.overflow = overflow;
		this.inbound.open(backpressure, msgBufferSize, this.limits.runAhead());
		if (this.state == State.STARTED) {
			this.outbox.opened = true;
			this.signals.writable(true);
		}
	}

	/**
	 * Send a message if it may be sent now.
	 * @param message the message
	 * @param eager whether the peer is to be told that a message waits, even if that may
	 * end the context by an overrun
	 * @return whether it was sent
	 */
	public boolean send(byte[] message, boolean eager) {
		throwCause();
		if (this.sendEnded) {
			throw new IllegalStateException("The " + this.identity.side()
					+ " has ended sending in the context on route '" + this.identity.route() + "'");
		}
		if (this.peerStopped || this.state != State.STARTED) {
			throw new StreamClosedException("The " + this.identity.side().other() + " " + this.peer
					+ " receives no more messages of the context on route '" + this.identity.route() + "': it "
					+ (this.peerStopped ? "closed its stream" : "has returned"));
		}
		boolean waits = this.outbound.isOpenedWithBackpressure();
		if (this.outbound.hasCredit(message.length)) {
			if (this.outbound.isFull(message.length)) {
				return false;
			}
			if (this.outbound.isProbed()) {
				// The probe was for this index: others that wait must ask again
				this.outbox.probe = false;
				this.signals.changed();
			}
			endWait();
			this.outbound.add(message);
			this.signals.writable(false);
			return true;
		}
		if (eager && this.blockedSince == null) {
			this.blockedSince = this.clock.instant();
		}
		boolean mustAsk = !waits || this.outbound.hasMessageCredit();
		if ((eager || waits) && mustAsk && this.outbound.probe()) {
			this.outbox.probe = true;
			this.outbox.probeBytes = message.length;
			this.signals.writable(false);
		}
		return false;
	}

	/**
	 * Take the next message.
	 * @return the message, or {@code null} if there is none yet
	 */
	public byte @Nullable [] receive() {
		checkReceiving();
		return received(this.inbound.take());
	}

	/**
	 * Take the next message, and with it others that the task may take by itself as long
	 * as that makes no difference to the peer.
	 * @return the messages, of which the first is taken, or {@code null} if there is none
	 * yet
	 */
	public @Nullable Run receiveRun() {
		checkReceiving();
		return received(this.inbound.takeRun());
	}

	private void checkReceiving() {
		throwCause();
		if (this.receiveStopped || this.passing) {
			throw new EndOfStreamException("The " + this.identity.side()
					+ " has ended receiving in the context on route '" + this.identity.route() + "'");
		}
	}

	private <T> @Nullable T received(@Nullable T messages) {
		if (messages != null) {
			credit();
		}
		else if (this.peerEnded) {
			throw new EndOfStreamException("The " + this.identity.side().other() + " " + this.peer
					+ " sends no more messages in the context on route '" + this.identity.route() + "'");
		}
		return messages;
	}

	/**
	 * Let no more messages of a {@linkplain #receiveRun() run} be taken.
	 */
	public void recallRun() {
		this.inbound.recall();
	}

	/**
	 * Return the index of the message that {@link #receive()} gave last.
	 */
	public long lastReceived() {
		return this.inbound.taken();
	}

	/**
	 * Tell the peer that a message could not be read as the type that this side expects
	 * (M10). Ends nothing.
	 * @param index the message's index
	 * @param type the expected type
	 */
	public void unreadable(long index, String type) {
		State winding = (this.identity.side() == Side.CALLER) ? State.DONE : State.ENDING;
		if (this.state == State.STARTED || this.state == winding) {
			this.outbox.addUnreadable(index, type);
			this.signals.writable(true);
		}
	}

	/**
	 * Return whether {@link #receive()} has nothing more to give, now or later.
	 */
	public boolean isReceiveOver() {
		return this.cause != null || this.receiveStopped || this.passing
				|| (this.peerEnded && this.inbound.buffered() == 0);
	}

	/**
	 * Say that this side sends no more.
	 */
	public void endSend() {
		if (this.sendEnded) {
			return;
		}
		this.sendEnded = true;
		endWait();
		if (this.state == State.STARTED && this.cause == null) {
			this.outbox.endSend = true;
			this.signals.writable(false);
		}
		this.signals.changed();
	}

	/**
	 * End both directions of the stream, whether it was opened or not. The peer is told
	 * at once.
	 */
	public void leave() {
		leave(false);
	}

	/**
	 * End both directions of the stream, but let the peer know only when that is
	 * {@linkplain #release() released}: an error that ends the scope in the meantime is
	 * all that it hears (M8).
	 */
	public void leaveHeld() {
		leave(true);
	}

	private void leave(boolean held) {
		this.outbox.endSendHeld = held && (!this.sendEnded || this.outbox.endSendHeld);
		this.outbox.stopReceiveHeld = held && (!this.receiveStopped || this.outbox.stopReceiveHeld);
		endSend();
		if (!this.receiveStopped) {
			this.receiveStopped = true;
			discard();
			this.outbox.stopReceive = this.state == State.STARTED && this.cause == null && !this.peerEnded;
		}
		if (!this.outbox.isHeld()) {
			this.signals.writable(true);
		}
		this.signals.changed();
	}

	/**
	 * Let the peer know of what {@link #leaveHeld()} ended.
	 */
	public void release() {
		if (this.outbox.isHeld()) {
			this.outbox.endSendHeld = false;
			this.outbox.stopReceiveHeld = false;
			this.signals.writable(true);
		}
	}

	/**
	 * From now on pass over messages of an opened stream, so that the peer gets on to its
	 * result.
	 */
	public void passOver() {
		if (this.opened && !this.passing && !this.receiveStopped) {
			this.passing = true;
			endEpisode();
			this.inbound.pass();
			credit();
			this.signals.changed();
		}
	}

	/**
	 * Cancel the context.
	 * @param reason why, for people
	 * @param error the error that made this side cancel, or {@code null}
	 */
	public void cancel(String reason, @Nullable Throwable error) {
		if (this.state != State.OPENING && this.state != State.STARTED) {
			return;
		}
		Side side = this.identity.side();
		String causeType = (error != null) ? error.getClass().getName() : null;
		String causeMessage = (error != null) ? this.errors.message(error) : null;
		if (this.cause == null) {
			endBy(new ContextCancelledException(this.identity.route(), side, this.identity.self(), reason, causeType,
					causeMessage));
		}
		close(State.ENDING);
		if (side == Side.CALLER) {
			this.outbox.cancel = new Cancellation(Cancellation.Origin.CALLER, reason, causeType, causeMessage);
			this.signals.writable(true);
		}
		this.signals.changed();
	}

	/**
	 * End the caller's side because it took too long. A callee that is not done is
	 * cancelled.
	 * @param reason why, for people
	 * @param error what ends the context if nothing has so far
	 */
	public void expire(String reason, ContextTimeoutException error) {
		if (isLive()) {
			breakOff(reason, ErrorText.message(error), error);
		}
		else if (this.state == State.DONE && this.cause == null) {
			breakWith(error);
		}
	}

	/**
	 * Cancel the context, of which this side's task hears as of the peer's cancel: it is
	 * interrupted, and the cancellation is raised.
	 * @param reason why, for people
	 */
	public void cancelFromOutside(String reason) {
		boolean first = this.cause == null;
		cancel(reason, null);
		if (first && this.state == State.DONE && this.identity.side() == Side.CALLER) {
			// the callee has returned, and the caller's body goes on
			endBy(new ContextCancelledException(this.identity.route(), Side.CALLER, this.identity.self(), reason, null,
					null));
			this.signals.changed();
		}
		if (first && this.cause != null) {
			this.cancelledFromOutside = true;
			this.signals.broken(this.cause);
		}
	}

	/**
	 * End the callee's task with a result.
	 */
	public void complete(byte @Nullable [] value) {
		if (isCalleeDone()) {
			return;
		}
		stop();
		this.returned = true;
		this.result = value;
		this.outbox.stopReceive = false;
		this.outbox.endSend = false;
		this.outbox.returned = true;
		this.outbox.result = value;
		this.state = State.DONE;
		this.signals.writable(false);
		this.signals.changed();
	}

	/**
	 * End the callee's task with an error.
	 */
	public void fail(RemoteActorException.Failure failure) {
		if (!isCalleeDone()) {
			this.outbox.error = failure;
			finishTask();
		}
	}

	/**
	 * End the callee's task as cancelled.
	 */
	public void acknowledge(Cancellation cancellation) {
		if (!isCalleeDone()) {
			this.outbox.cancelled = cancellation;
			finishTask();
		}
	}

	private void finishTask() {
		stop();
		close(State.DONE);
		this.signals.writable(true);
		this.signals.changed();
	}

	/**
	 * Refuse the opening on the callee's side, where the caller may have cancelled it by
	 * now.
	 */
	public void refuse(ContextRejectedException rejection) {
		if (!this.started && (this.state == State.OPENING || this.state == State.ENDING)) {
			if (this.cause == null) {
				endBy(rejection);
			}
			this.outbox.rejection = rejection;
			close(State.ENDED);
			this.signals.writable(true);
			finish();
		}
	}

	/**
	 * End the caller's part after the callee is done; what was not received is discarded.
	 */
	public void end() {
		if (this.state == State.DONE && this.identity.side() == Side.CALLER) {
			giveUp();
		}
	}

	/**
	 * Wait no longer for what the peer should still say.
	 */
	public void giveUp() {
		if (this.state == State.ENDED) {
			return;
		}
		this.calleeLeftBehind = this.state != State.DONE;
		stop();
		close(State.ENDED);
		if (this.identity.side() == Side.CALLER) {
			this.outbox.end = true;
			this.signals.writable(true);
		}
		this.signals.changed();
		finish();
	}

	/**
	 * Take note that nothing will be written or read any more.
	 * @param error why; what ends the context if nothing has so far
	 */
	public void disconnect(TransportClosedException error) {
		if (this.state == State.ENDED) {
			return;
		}
		if (this.state == State.DONE && this.identity.side() == Side.CALLER) {
			this.outbox.clear();
			return;
		}
		boolean calleeDone = this.state == State.DONE;
		close(State.ENDED);
		this.outbox.clear();
		if (!calleeDone) {
			breakWith(error);
		}
		this.signals.changed();
		finish();
	}

	private void stop() {
		this.sendEnded = true;
		endWait();
		this.receiveStopped = true;
		discard();
	}

	private void discard() {
		endEpisode();
		this.inbound.drop();
	}

	// What arrives

	@Override
	public void started(Grant grant, Peer callee, byte @Nullable [] value) {
		if (isLive() && (this.identity.side() == Side.CALLEE || this.state == State.STARTED)) {
			violate("STARTED came " + ((this.identity.side() == Side.CALLEE) ? "from the caller" : "twice"));
		}
		else if (this.state == State.OPENING && isTooLarge(value)) {
			violate(tooLarge("a started value", value));
		}
		else if (this.state == State.OPENING) {
			this.peer = callee;
			this.started = true;
			this.startedValue = value;
			this.state = State.STARTED;
			granted(grant);
			this.signals.changed();
		}
	}

	@Override
	public void msg(byte[] payload) {
		if (!isExpected("MSG")) {
			return;
		}
		if (this.peerEnded) {
			violate("a message came after END_SEND");
		}
		else if (isTooLarge(payload)) {
			violate(tooLarge("a message", payload));
		}
		else if (!this.inbound.arrive(payload.length)) {
			violate("a message came beyond the credit");
		}
		else if (this.cause == null && !this.receiveStopped && !this.overran) {
			accept(payload);
		}
	}

	private boolean isTooLarge(byte @Nullable [] value) {
		return size(value) > this.limits.maxMessage();
	}

	private String tooLarge(String what, byte @Nullable [] value) {
		return what + " of " + size(value) + " bytes is above the limit of " + this.limits.maxMessage();
	}

	private static int size(byte @Nullable [] value) {
		return (value != null) ? value.length : 0;
	}

	private void accept(byte[] payload) {
		if (this.passing) {
			this.inbound.release(payload.length);
			credit();
		}
		else if (this.opened && !this.inbound.hasBackpressure() && !this.inbound.hasRoom(payload.length)) {
			overflow(payload);
		}
		else {
			endEpisode();
			add(payload);
		}
	}

	private void add(byte[] payload) {
		this.inbound.add(payload);
		credit();
		this.signals.changed();
	}

	private void overflow(byte[] payload) {
		long index = this.inbound.received() - 1;
		switch (this.overflow) {
			case ERROR -> overrun(OverrunReport.Reason.SLOW_CONSUMER, index);
			case DROP_LATEST -> {
				extendEpisode(index);
				this.inbound.dropArrived(payload.length);
				credit();
			}
			case DROP_OLDEST -> {
				while (!this.inbound.hasRoom(payload.length)) {
					extendEpisode(this.inbound.oldest());
					this.inbound.dropOldest();
				}
				add(payload);
			}
		}
	}

	/**
	 * Take note of a message that is to be dropped: it continues the episode, or begins
	 * one.
	 */
	private void extendEpisode(long index) {
		if (index != this.lastDropped + 1) {
			endEpisode();
		}
		this.lastDropped = index;
		if (this.episode == null) {
			this.episode = report(OverrunReport.Reason.SLOW_CONSUMER, this.overflow, index);
			this.signals.overrun(this.episode);
		}
	}

	private void endEpisode() {
		if (this.episode != null) {
			OverrunReport report = this.episode.endingWith(this.lastDropped);
			this.episode = null;
			this.overruns.add(report);
			this.outbox.addDropped(report);
			this.signals.writable(true);
			this.signals.overrun(report);
		}
	}

	@Override
	public void opened(boolean backpressure, long messages, long bytes, long runAhead) {
		if (isExpected("OPENED")) {
			if (this.outbound.open(backpressure, messages, bytes, runAhead)) {
				this.signals.changed();
			}
			else {
				violate("OPENED came twice");
			}
		}
	}

	@Override
	public void endSend(long sent) {
		if (isExpected("END_SEND")) {
			if (this.peerEnded) {
				violate("END_SEND came twice");
			}
			else if (sent != this.inbound.received()) {
				violate("END_SEND says " + sent + " messages, but " + this.inbound.received() + " came");
			}
			else {
				this.peerEnded = true;
				this.outbox.stopReceive = false;
				endEpisode();
				this.signals.changed();
			}
		}
	}

	@Override
	public void credit(long messages, long bytes) {
		if (isExpected("CREDIT")) {
			if (this.outbound.release(messages, bytes)) {
				this.signals.changed();
			}
			else {
				violate("CREDIT for " + messages + " messages and " + bytes + " bytes is not for what was sent");
			}
		}
	}

	@Override
	public void probe(long index, long bytes) {
		if (isExpected("PROBE")) {
			if (index != this.inbound.received()) {
				violate("PROBE names message " + index + ", but the next one is " + this.inbound.received());
			}
			else if (this.cause == null && !this.receiveStopped && !this.overran) {
				answerProbe(index, bytes);
			}
		}
	}

	private void answerProbe(long index, long bytes) {
		boolean takes = this.inbound.hasBackpressure() || this.overflow != BufferOverflowStrategy.ERROR
				|| this.inbound.hasRoom(bytes);
		if (this.opened && (takes || this.passing)) {
			this.inbound.block();
			credit();
		}
		else {
			overrun(this.opened ? OverrunReport.Reason.SLOW_CONSUMER : OverrunReport.Reason.NEVER_OPENED, index);
		}
	}

	private void overrun(OverrunReport.Reason reason, long index) {
		this.overran = true;
		this.inbound.missed();
		OverrunReport report = report(reason, BufferOverflowStrategy.ERROR, index);
		this.overruns.add(report);
		this.outbox.overrun = report;
		this.signals.writable(true);
		this.signals.overrun(report);
	}

	private OverrunReport report(OverrunReport.Reason reason, BufferOverflowStrategy policy, long index) {
		return new OverrunReport(reason, this.identity.side(), this.identity.route(), this.identity.id(), this.peer,
				this.identity.self(), this.inbound.window(), policy, index, index, this.inbound.buffered(),
				this.inbound.consumed(), 1, this.clock.instant().truncatedTo(ChronoUnit.MILLIS), true);
	}

	@Override
	public void stopReceive() {
		if (isExpected("STOP_RECEIVE")) {
			this.peerStopped = true;
			endWait();
			this.outbox.probe = false;
			this.signals.changed();
		}
	}

	@Override
	public void overrun(OverrunReport report) {
		boolean tooLate = isWindingUp();
		if (!tooLate && !isExpected("OVERRUN")) {
			return;
		}
		if (report.receiver() == this.identity.side() || report.isDropping()
				|| report.firstUndelivered() > this.outbound.sent()) {
			violate("OVERRUN (" + report.overflow() + ") names message " + report.firstUndelivered() + " of the "
					+ report.receiver().other() + ", but the " + this.identity.side() + " sent "
					+ this.outbound.sent());
		}
		else if (tooLate) {
			overrunTooLate(report);
		}
		else if (this.cause == null) {
			this.overruns.add(report);
			this.outbound.drop();
			this.outbox.dropOrdered();
			this.signals.overrun(report);
			breakWith(new StreamOverrunException(report));
		}
	}

	/**
	 * Take note of an overrun after this side's task has ended or cancelled the context;
	 * a callee's result does not count then.
	 */
	private void overrunTooLate(OverrunReport report) {
		if (this.overruns.terminal(report.receiver()).isPresent()) {
			return;
		}
		this.overruns.add(report);
		this.signals.overrun(report);
		if (this.cause == null && this.returned) {
			breakWith(new StreamOverrunException(report));
		}
	}

	@Override
	public void dropped(OverrunReport report) {
		if (!isWindingUp() && !isExpected("DROPPED")) {
			return;
		}
		if (report.receiver() == this.identity.side() || !report.isDropping()
				|| report.reason() != OverrunReport.Reason.SLOW_CONSUMER
				|| !this.outbound.drop(report.firstUndelivered(), report.lastUndelivered(), report.undelivered())) {
			violate("DROPPED (" + report.overflow() + ", " + report.reason() + ") names " + report.undelivered()
					+ " messages from " + report.firstUndelivered() + " to " + report.lastUndelivered() + " of the "
					+ report.receiver().other() + ", but the " + this.identity.side() + " sent " + this.outbound.sent()
					+ ", and they must follow those of the one before");
		}
		else {
			this.overruns.add(report);
			this.signals.overrun(report);
		}
	}

	@Override
	public void decodeFailed(long index, String type) {
		if (!isWindingUp() && !isExpected("DECODE_FAILED")) {
			return;
		}
		if (index >= this.outbound.sent()) {
			violate("DECODE_FAILED names message " + index + ", but only " + this.outbound.sent() + " were sent");
		}
		else {
			this.signals.unreadable(index, type);
		}
	}

	@Override
	public void cancel(Counts counts, Cancellation cancellation) {
		if (this.identity.side() == Side.CALLER) {
			violate("CANCEL came from the callee");
		}
		else if (isLive()) {
			count(counts);
			close(State.ENDING);
			breakWith(cancelledByCaller(cancellation));
		}
		else if (this.state != State.ENDED) {
			count(counts);
			if (this.state == State.DONE && this.lateError == null && cancellation.causeType() != null) {
				this.lateError = cancelledByCaller(cancellation);
			}
		}
	}

	private ContextCancelledException cancelledByCaller(Cancellation cancellation) {
		return new ContextCancelledException(this.identity.route(), Side.CALLER, this.peer, cancellation.reason(),
				cancellation.causeType(), cancellation.causeMessage());
	}

	@Override
	public void returned(Counts counts, byte @Nullable [] value) {
		if (!isTerminal("RETURN")) {
			return;
		}
		if (this.state == State.OPENING) {
			violate("RETURN came before the context had started");
		}
		else if (this.state == State.STARTED && counts.sent() != this.inbound.received()) {
			violate("RETURN says " + counts.sent() + " messages, but " + this.inbound.received() + " came");
		}
		else if (this.state == State.STARTED && isTooLarge(value)) {
			violate(tooLarge("a result", value));
		}
		else {
			count(counts);
			this.state = State.DONE;
			this.peerEnded = true;
			if (this.cause == null && !this.overran) {
				this.returned = true;
				this.result = value;
			}
			this.outbound.drop();
			this.outbox.clearButReports();
			endEpisode();
			if (this.overran) {
				breakWith(calleesOverrun());
			}
			this.signals.changed();
		}
	}

	/**
	 * Return the error of a callee that had returned before it knew of its overrun.
	 */
	private RemoteActorException calleesOverrun() {
		OverrunReport report = this.overruns.terminal(Side.CALLER).orElseThrow();
		StreamOverrunException overrun = new StreamOverrunException(report);
		return new RemoteActorException(new RemoteActorException.Failure(RemoteActorException.Code.OVERRUN,
				StreamOverrunException.class.getName(), String.valueOf(overrun.getMessage()), this.identity.route(),
				this.identity.id(), List.of(this.identity.self(), this.peer), null, report));
	}

	@Override
	public void error(Counts counts, RemoteActorException.Failure failure) {
		if (isTerminal("ERROR")) {
			terminate(counts, this.errors.received(failure));
		}
	}

	@Override
	public void reject(ContextRejectedException.Code code, boolean retryable, String message) {
		if (isTerminal("REJECT")) {
			if (this.state == State.STARTED) {
				violate("REJECT came after STARTED");
			}
			else {
				terminate(new Counts(0, 0, 0), new ContextRejectedException(code, retryable, message));
			}
		}
	}

	@Override
	public void cancelled(Counts counts, Cancellation cancellation) {
		if (!isTerminal("CANCELLED")) {
			return;
		}
		boolean acknowledged = cancellation.origin() == Cancellation.Origin.CALLER && this.cause != null;
		ContextCancelledException end = new ContextCancelledException(this.identity.route(), Side.CALLEE, this.peer,
				cancellation.reason(), cancellation.causeType(), cancellation.causeMessage());
		if (this.cause == null && this.receiveStopped && cancellation.origin() == Cancellation.Origin.LEFT) {
			endBy(end);
			this.left = true;
			acknowledged = true;
		}
		terminate(counts, acknowledged ? null : end);
	}

	private void terminate(Counts counts, @Nullable TractorException error) {
		count(counts);
		this.outbox.clearButReports();
		close(State.DONE);
		if (error != null) {
			breakWith(error);
		}
		this.signals.changed();
	}

	@Override
	public void end(Counts counts) {
		if (this.identity.side() == Side.CALLER) {
			violate("END came from the callee");
		}
		else if (isLive()) {
			violate("END came before the callee was done");
		}
		else if (this.state != State.ENDED) {
			count(counts);
			this.outbox.clear();
			close(State.ENDED);
			this.signals.writable(true);
			this.signals.changed();
			finish();
		}
	}

	/**
	 * Keep the peer's counts, unless they cannot be.
	 */
	private void count(Counts counts) {
		long sent = this.outbound.sent();
		boolean possible = counts.sent() >= this.inbound.received() && counts.consumed() <= sent
				&& counts.dropped() <= sent - counts.consumed();
		this.peerCounts = possible ? counts : null;
	}

	/**
	 * End the context because the peer broke the protocol.
	 * @param problem what it did
	 */
	public void violate(String problem) {
		if (isLive()) {
			breakOff("protocol error: " + problem, problem,
					new ContextProtocolException("The " + this.identity.side().other() + " " + this.peer
							+ " broke the protocol in the context on route '" + this.identity.route() + "': "
							+ problem));
		}
	}

	private void breakOff(String reason, String causeMessage, TractorException error) {
		close(State.ENDING);
		if (this.identity.side() == Side.CALLER) {
			this.outbox.cancel = new Cancellation(Cancellation.Origin.CALLER, reason, error.getClass().getName(),
					causeMessage);
			this.signals.writable(true);
		}
		breakWith(error);
	}

	private boolean isLive() {
		return this.state == State.OPENING || this.state == State.STARTED;
	}

	private boolean isExpected(String envelope) {
		if (this.state == State.OPENING) {
			violate(envelope + " came before the context had started");
		}
		return this.state == State.STARTED;
	}

	/**
	 * Return whether nothing can change the context's end any more, but the peer still
	 * tells what became of this side's messages.
	 */
	private boolean isWindingUp() {
		return this.state == State.ENDING || (this.state == State.DONE && this.identity.side() == Side.CALLEE);
	}

	private boolean isTerminal(String envelope) {
		if (this.identity.side() == Side.CALLEE) {
			violate(envelope + " came from the caller");
			return false;
		}
		return isLive() || this.state == State.ENDING;
	}

	private void close(State next) {
		if (next == State.ENDING) {
			this.endingSince = this.clock.instant();
		}
		this.state = next;
		endWait();
		this.outbound.drop();
		discard();
		this.outbox.dropData();
	}

	private void breakWith(TractorException error) {
		if (this.cause == null) {
			endBy(error);
			this.signals.broken(error);
		}
		else if (this.lateError == null) {
			this.lateError = error;
		}
		this.signals.changed();
	}

	private void endBy(TractorException error) {
		this.cause = error;
		this.inbound.recall();
	}

	private void throwCause() {
		if (this.cause != null) {
			throw this.cause;
		}
	}

	// What is to be written

	private void credit() {
		if (isCreditToWrite()) {
			this.signals.writable(true);
		}
	}

	private boolean isCreditToWrite() {
		return this.state == State.STARTED && !this.receiveStopped && this.cause == null && !this.peerEnded
				&& !this.overran && this.inbound.isCreditDue();
	}

	/**
	 * Return whether there is something that overtakes data.
	 */
	public boolean hasUrgent() {
		return this.outbox.hasUrgent() || isCreditToWrite();
	}

	/**
	 * Return whether there is anything to write.
	 */
	public boolean hasWaiting() {
		return hasUrgent() || this.outbound.hasWaiting() || this.outbox.hasOrdered();
	}

	/**
	 * Return about how many bytes the messages and the result have that wait to be
	 * written.
	 */
	public long waitingBytes() {
		return this.outbound.waitingBytes() + (this.outbox.returned ? size(this.outbox.result) : 0);
	}

	/**
	 * Write what waits, urgent envelopes first.
	 * @param sink where to write it
	 * @param maxBytes about how many bytes of messages to write, 0 for urgent envelopes
	 * alone
	 */
	public void write(Envelopes sink, int maxBytes) {
		if (this.outbox.hasTerminal()) {
			this.outbox.writeTerminal(sink, this, counts());
			return;
		}
		this.outbox.writeUrgent(sink, this);
		if (isCreditToWrite()) {
			this.inbound.declare(sink);
		}
		int written = 0;
		int length = this.outbound.nextLength();
		while (length >= 0 && maxBytes > 0 && (written == 0 || written + length <= maxBytes)) {
			byte[] message = this.outbound.next();
			if (message != null) {
				sink.msg(message);
			}
			written += length + 2;
			length = this.outbound.nextLength();
		}
		if (written > 0 && this.outbound.takeRefused()) {
			this.signals.changed();
		}
		if (length < 0 && maxBytes > 0) {
			this.outbox.writeOrdered(sink, this.outbound.sent(), counts());
		}
	}

	void writeStarted(Envelopes sink, byte @Nullable [] value) {
		sink.started(grant(), this.identity.self(), value);
	}

	void writeOpened(Envelopes sink) {
		sink.opened(this.inbound.hasBackpressure(), this.inbound.window(), this.inbound.windowBytes(),
				this.inbound.runAhead());
	}

	private Counts counts() {
		return new Counts(this.outbound.sent(), this.inbound.consumed(), this.inbound.dropped());
	}

	// The receipts

	private void finish() {
		if (this.finished) {
			return;
		}
		this.finished = true;
		Counts there = this.peerCounts;
		Side side = this.identity.side();
		this.overruns.complete(side.other(), this.outbound.sent()).ifPresent(this.signals::overrun);
		if (there != null) {
			this.overruns.complete(side, there.sent()).ifPresent(this.signals::overrun);
		}
		this.signals.finished(ledger(there));
	}

	private Ledger ledger(@Nullable Counts there) {
		long sent = this.outbound.sent();
		long received = this.inbound.received();
		long consumed = this.inbound.consumed();
		long dropped = this.inbound.dropped();
		Ledger.Direction out = (there != null)
				? new Ledger.Direction(sent, there.consumed(), there.dropped(),
						sent - there.consumed() - there.dropped(), 0)
				: acknowledged(sent, this.outbound.dropped(), this.outbound.released());
		long arrived = (there != null) ? there.sent() : received;
		Ledger.Direction in = new Ledger.Direction(arrived, consumed, dropped, arrived - consumed - dropped, 0);
		return (this.identity.side() == Side.CALLER) ? new Ledger(out, in) : new Ledger(in, out);
	}

	/**
	 * Return what is known of sent messages without the peer's counts: what was dropped
	 * may have been told, or released, first.
	 */
	private static Ledger.Direction acknowledged(long sent, long dropped, long released) {
		long consumed = Math.max(0, released - dropped);
		return new Ledger.Direction(sent, consumed, dropped, 0, sent - dropped - consumed);
	}

	/**
	 * How far one side of a context is.
	 */
	public enum State {

		/**
		 * The callee has not started.
		 */
		OPENING,

		/**
		 * The callee has started, and nothing has ended the context.
		 */
		STARTED,

		/**
		 * The context is to end, and the callee's task is winding up.
		 */
		ENDING,

		/**
		 * The callee's task is over, and the caller has not acknowledged that.
		 */
		DONE,

		/**
		 * Nothing will be read any more, nor written but for a last envelope.
		 */
		ENDED

	}

}
