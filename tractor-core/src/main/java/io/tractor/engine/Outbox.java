package io.tractor.engine;

import java.util.ArrayList;
import java.util.List;

import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.RemoteActorException;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes other than messages that wait to be written: at most one of each kind, but
 * for what is told of messages that were dropped, or could not be read.
 */
final class Outbox {

	private static final int MAX_DROPPED = 16;

	private static final int MAX_UNREADABLE = 16;

	private List<OverrunReport> dropped = List.of();

	private List<Unreadable> unreadable = List.of();

	boolean started;

	byte @Nullable [] startedValue;

	boolean opened;

	boolean stopReceive;

	boolean stopReceiveHeld;

	@Nullable OverrunReport overrun;

	boolean probe;

	int probeBytes;

	boolean endSend;

	boolean endSendHeld;

	boolean returned;

	byte @Nullable [] result;

	RemoteActorException.@Nullable Failure error;

	@Nullable ContextRejectedException rejection;

	Envelopes.@Nullable Cancellation cancelled;

	Envelopes.@Nullable Cancellation cancel;

	boolean end;

	boolean isHeld() {
		return this.endSendHeld || this.stopReceiveHeld;
	}

	boolean hasTerminal() {
		return this.error != null || this.rejection != null || this.cancelled != null || this.cancel != null
				|| this.end;
	}

	boolean hasUrgent() {
		return hasTerminal() || this.started || this.opened || (this.stopReceive && !this.stopReceiveHeld)
				|| this.overrun != null || !this.dropped.isEmpty() || !this.unreadable.isEmpty();
	}

	boolean hasOrdered() {
		return this.probe || (this.endSend && !this.endSendHeld) || this.returned;
	}

	/**
	 * Let a report wait. If too many do, it is merged into the last one.
	 */
	void addDropped(OverrunReport report) {
		if (this.dropped.isEmpty()) {
			this.dropped = new ArrayList<>();
		}
		boolean full = this.dropped.size() == MAX_DROPPED;
		this.dropped.add(full ? this.dropped.remove(MAX_DROPPED - 1).merge(report) : report);
	}

	/**
	 * Let it wait that a message could not be read, unless too many do already.
	 */
	void addUnreadable(long index, String type) {
		if (this.unreadable.isEmpty()) {
			this.unreadable = new ArrayList<>();
		}
		if (this.unreadable.size() < MAX_UNREADABLE) {
			this.unreadable.add(new Unreadable(index, type));
		}
	}

	/**
	 * Drop what counts on the messages before it.
	 */
	void dropOrdered() {
		this.probe = false;
		this.endSend = false;
		this.returned = false;
	}

	void dropData() {
		dropOrdered();
		this.opened = false;
		this.stopReceive = false;
	}

	void clear() {
		clearButReports();
		this.overrun = null;
		this.dropped = List.of();
		this.unreadable = List.of();
	}

	/**
	 * Clear after the peer's end, which must be told even then of what it sent in vain.
	 */
	void clearButReports() {
		dropData();
		this.started = false;
		this.error = null;
		this.rejection = null;
		this.cancelled = null;
		this.cancel = null;
		this.end = false;
	}

	void writeUrgent(Envelopes sink, ContextEngine engine) {
		writeStarted(sink, engine);
		if (this.opened) {
			this.opened = false;
			engine.writeOpened(sink);
		}
		// before the end that the sender might leave by (V19)
		writeReports(sink);
		if (this.stopReceive && !this.stopReceiveHeld) {
			this.stopReceive = false;
			sink.stopReceive();
		}
	}

	private void writeStarted(Envelopes sink, ContextEngine engine) {
		if (this.started) {
			this.started = false;
			engine.writeStarted(sink, this.startedValue);
			this.startedValue = null;
		}
	}

	private void writeReports(Envelopes sink) {
		if (!this.dropped.isEmpty()) {
			this.dropped.forEach(sink::dropped);
			this.dropped = List.of();
		}
		if (!this.unreadable.isEmpty()) {
			this.unreadable.forEach((each) -> sink.decodeFailed(each.index(), each.type()));
			this.unreadable = List.of();
		}
		if (this.overrun != null) {
			sink.overrun(this.overrun);
			this.overrun = null;
		}
	}

	void writeOrdered(Envelopes sink, long sent, Envelopes.Counts counts) {
		if (this.probe) {
			this.probe = false;
			sink.probe(sent, this.probeBytes);
		}
		if (this.endSend && !this.endSendHeld) {
			this.endSend = false;
			sink.endSend(sent);
		}
		if (this.returned) {
			this.returned = false;
			sink.returned(counts, this.result);
			this.result = null;
		}
	}

	void writeTerminal(Envelopes sink, ContextEngine engine, Envelopes.Counts counts) {
		writeStarted(sink, engine);
		writeReports(sink);
		if (this.rejection != null) {
			sink.reject(this.rejection.code(), this.rejection.retryable(), String.valueOf(this.rejection.getMessage()));
		}
		if (this.cancel != null) {
			sink.cancel(counts, this.cancel);
		}
		if (this.error != null) {
			sink.error(counts, this.error);
		}
		if (this.cancelled != null) {
			sink.cancelled(counts, this.cancelled);
		}
		if (this.end) {
			sink.end(counts);
		}
		clear();
	}

	/**
	 * A message of the peer that could not be read.
	 *
	 * @param index its index
	 * @param type what it was expected to be
	 */
	private record Unreadable(long index, String type) {

	}

}
