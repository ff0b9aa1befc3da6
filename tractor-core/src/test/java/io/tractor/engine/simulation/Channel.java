package io.tractor.engine.simulation;

import java.util.ArrayDeque;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tractor.Side;
import io.tractor.TransportClosedException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextEngine.State;
import io.tractor.wire.EnvelopeReader;
import io.tractor.wire.EnvelopeWriter;
import org.jspecify.annotations.Nullable;

/**
 * One end of the channel under a context. Does what the transport does: writes only when
 * it was told that there is something to write, and ends both directions in the same
 * order.
 */
final class Channel {

	/**
	 * How many bytes of data an urgent turn takes along.
	 */
	private static final int LITTLE = 1024;

	private static final Frame OPENING = new Frame(Kind.OPENING, null);

	private static final Frame DEMAND = new Frame(Kind.DEMAND, null);

	private static final Frame COMPLETE = new Frame(Kind.COMPLETE, null);

	private static final Frame CANCEL = new Frame(Kind.CANCEL, null);

	private final Half half;

	private final ContextEngine engine;

	private final ArrayDeque<Frame> wire = new ArrayDeque<>();

	private final EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, this::emit);

	private final WrittenEnvelopes written;

	private final ArrivingEnvelopes arriving;

	private boolean urgentQueued;

	private boolean dataQueued;

	private boolean open;

	private boolean demand;

	private boolean outboundOver;

	private boolean inboundOver;

	private boolean over;

	private boolean cut;

	private boolean lingers;

	Channel(Half half) {
		this.half = half;
		this.engine = half.engine;
		this.written = new WrittenEnvelopes(half, this.writer);
		this.arriving = new ArrivingEnvelopes(half);
	}

	WrittenEnvelopes written() {
		return this.written;
	}

	boolean isOpen() {
		return this.open;
	}

	boolean isOver() {
		return this.over;
	}

	boolean isCut() {
		return this.cut;
	}

	// What goes out

	/**
	 * Send the opening.
	 */
	void open() {
		this.open = true;
		emit(OPENING);
	}

	void writable(boolean urgent) {
		if (!this.over) {
			this.urgentQueued |= urgent;
			this.dataQueued |= !urgent;
		}
	}

	boolean isQueued() {
		return this.urgentQueued || this.dataQueued;
	}

	private boolean isMute() {
		return this.outboundOver || !this.demand;
	}

	/**
	 * Take one of the turns that were asked for.
	 * @param preferUrgent which one, if both were
	 * @param maxBytes about how many bytes of messages to write
	 */
	void write(boolean preferUrgent, int maxBytes) {
		boolean urgent = this.urgentQueued && (preferUrgent || !this.dataQueued);
		if (urgent) {
			this.urgentQueued = false;
		}
		else {
			this.dataQueued = false;
		}
		if (this.over || !this.open) {
			return;
		}
		boolean complete;
		if (isMute()) {
			complete = this.engine.state() == State.ENDED;
			if (complete && !this.demand && this.half.side == Side.CALLER && !this.cut) {
				this.half.add(Event.GAVE_UP_BEFORE_DEMAND);
			}
		}
		else {
			boolean little = this.engine.waitingBytes() <= LITTLE;
			this.engine.write(this.written, (urgent && !little) ? 0 : maxBytes);
			this.writer.flush();
			complete = this.engine.isOutboundComplete();
		}
		if (complete) {
			complete();
		}
		else {
			this.lingers |= this.half.side == Side.CALLEE && this.engine.isCalleeDone();
			if (!isMute() && this.engine.hasWaiting()) {
				writable(false);
			}
		}
		this.half.check();
	}

	/**
	 * Wait no longer for the caller's end.
	 * @return whether there was one to wait for
	 */
	boolean stopLingering() {
		if (!this.lingers || this.over) {
			return false;
		}
		this.lingers = false;
		this.half.giveUp();
		writable(true);
		return true;
	}

	private void complete() {
		this.half.note(() -> "completes the channel");
		this.over = true;
		this.urgentQueued = false;
		this.dataQueued = false;
		boolean told = !this.outboundOver;
		if (told) {
			this.outboundOver = true;
			emit(COMPLETE);
		}
		boolean calleeCompletes = told && this.half.side == Side.CALLER && !this.engine.isCalleeLeftBehind();
		if (!calleeCompletes && !this.inboundOver) {
			this.inboundOver = true;
			emit(CANCEL);
		}
	}

	private void emit(ByteBuf envelope) {
		emit(new Frame(Kind.ENVELOPE, envelope));
	}

	private void emit(Frame frame) {
		if (!this.cut) {
			this.wire.add(frame);
		}
	}

	/**
	 * Return whether everything that the engine has to say was or will be fetched.
	 */
	boolean knowsOfAll() {
		if (this.over || !this.open || isMute()) {
			return true;
		}
		return this.urgentQueued || !this.engine.hasUrgent() && (this.dataQueued || !this.engine.hasWaiting());
	}

	// What comes in

	boolean hasArrivals(Channel peer) {
		return !peer.wire.isEmpty();
	}

	/**
	 * Take the next frame off the wire.
	 */
	void deliver(Channel peer) {
		Frame frame = peer.wire.remove();
		if (frame.kind == Kind.ENVELOPE) {
			ByteBuf data = frame.data;
			if (!this.inboundOver && data != null) {
				EnvelopeReader.read(data, this.arriving);
				data.release();
			}
			return;
		}
		this.half.note(() -> "gets the frame " + frame.kind);
		switch (frame.kind) {
			case OPENING -> {
				this.open = true;
				this.demand = true;
				emit(DEMAND);
				this.half.begin();
				writable(true);
			}
			case DEMAND -> {
				this.demand = true;
				writable(true);
			}
			case COMPLETE -> {
				if (!this.inboundOver) {
					this.inboundOver = true;
					disconnectUnlessOver();
				}
			}
			case CANCEL -> {
				this.outboundOver = true;
				if (this.half.side == Side.CALLEE) {
					this.inboundOver = true;
					disconnect();
				}
			}
			default -> throw new AssertionError(frame.kind);
		}
	}

	/**
	 * Let what goes out be lost from now on.
	 */
	void cut() {
		this.cut = true;
	}

	/**
	 * Let this end see that the connection is lost, with what was on its way.
	 */
	void lose(Channel peer) {
		this.half.note(() -> "sees that the connection is lost");
		this.cut = true;
		peer.wire.clear();
		if (this.open) {
			this.outboundOver = true;
			this.inboundOver = true;
			disconnect();
		}
	}

	private void disconnectUnlessOver() {
		if (!this.over) {
			disconnect();
		}
	}

	private void disconnect() {
		this.half.disconnect(new TransportClosedException("lost", null));
		writable(true);
	}

	private enum Kind {

		OPENING, DEMAND, ENVELOPE, COMPLETE, CANCEL

	}

	private record Frame(Kind kind, @Nullable ByteBuf data) {

	}

}
