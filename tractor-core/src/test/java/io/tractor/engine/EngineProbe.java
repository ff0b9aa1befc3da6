package io.tractor.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.TractorException;
import io.tractor.wire.EnvelopeReader;
import io.tractor.wire.EnvelopeWriter;
import io.tractor.wire.MalformedEnvelopeException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * An engine that is driven through bytes, and what can be seen of it. Its buffer holds 4
 * messages and 100 bytes, and it takes messages of 50 bytes.
 */
final class EngineProbe implements Signals {

	static final Peer CALLER = new Peer("shop", "shop-1");

	static final Peer CALLEE = new Peer("stock", "stock-1");

	final ContextEngine engine;

	final Side side;

	private int messages;

	private int changes;

	private int unreadable;

	private @Nullable Ledger ledger;

	EngineProbe(Side side) {
		this.side = side;
		this.engine = new ContextEngine(
				new ContextIdentity(side, "c-1", "jobs", (side == Side.CALLER) ? CALLER : CALLEE),
				(side == Side.CALLER) ? CALLEE : CALLER, 4, new BufferLimits(100, 50, 8), () -> Instant.EPOCH,
				ErrorBoundary.OPEN, this);
	}

	/**
	 * Let envelopes of the peer arrive.
	 */
	void arrive(Consumer<Envelopes> envelopes) {
		encode(envelopes).forEach(this::arrive);
	}

	/**
	 * Let the bytes of one envelope arrive, as the transport does.
	 */
	void arrive(byte[] envelope) {
		try {
			EnvelopeReader.read(Unpooled.wrappedBuffer(envelope), this.engine);
		}
		catch (MalformedEnvelopeException ex) {
			this.engine.violate(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Write everything that waits.
	 * @return the envelopes
	 */
	List<byte[]> written() {
		return encode((sink) -> this.engine.write(sink, EnvelopeWriter.BATCH_BYTES));
	}

	static List<byte[]> encode(Consumer<Envelopes> envelopes) {
		List<ByteBuf> out = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, out::add);
		envelopes.accept(writer);
		writer.flush();
		return out.stream().map(ByteBufUtil::getBytes).toList();
	}

	OverrunReport report(Side receiver, long firstUndelivered) {
		return new OverrunReport(OverrunReport.Reason.NEVER_OPENED, receiver, "jobs", "c-1",
				(receiver == Side.CALLER) ? CALLEE : CALLER, (receiver == Side.CALLER) ? CALLER : CALLEE, 4,
				BufferOverflowStrategy.ERROR, firstUndelivered, firstUndelivered, 4, 0, 1, Instant.EPOCH, true);
	}

	OverrunReport dropped(Side receiver, long firstUndelivered, long lastUndelivered) {
		return dropped(receiver, firstUndelivered, lastUndelivered, lastUndelivered - firstUndelivered + 1);
	}

	OverrunReport dropped(Side receiver, long firstUndelivered, long lastUndelivered, long undelivered) {
		OverrunReport report = report(receiver, firstUndelivered);
		return new OverrunReport(OverrunReport.Reason.SLOW_CONSUMER, receiver, report.route(), report.contextId(),
				report.sentBy(), report.receivedBy(), report.msgBufferSize(), BufferOverflowStrategy.DROP_OLDEST,
				firstUndelivered, lastUndelivered, report.buffered(), report.consumed(), undelivered,
				report.detectedAt(), false);
	}

	/**
	 * Receive and send.
	 * @return what came of it
	 */
	List<Object> attempts() {
		return List.of(attempt(() -> (this.engine.receive() != null) ? "received" : "nothing"),
				attempt(() -> this.engine.send(new byte[1], true)), written().size());
	}

	private static Object attempt(Supplier<Object> action) {
		try {
			return action.get();
		}
		catch (RuntimeException ex) {
			return ex.getClass();
		}
	}

	int changes() {
		return this.changes;
	}

	int unreadable() {
		return this.unreadable;
	}

	/**
	 * Wait no longer for the peer.
	 * @return the ledger, by what is known
	 */
	@Nullable Ledger giveUp() {
		this.engine.giveUp();
		return this.ledger;
	}

	/**
	 * Return everything that can be seen.
	 */
	Seen seen() {
		return new Seen(this.engine.state(), this.engine.cause(), this.engine.lateError(), this.engine.peer(),
				this.engine.isStarted(), this.engine.hasReturned(), this.engine.result(), this.engine.isLeft(),
				this.engine.overruns(), this.engine.sent(), this.engine.consumed(), this.engine.buffered(),
				this.engine.hasWaiting(), this.engine.maxMessage(), this.messages, this.ledger);
	}

	@Override
	public void writable(boolean urgent) {
	}

	@Override
	public void changed() {
		this.changes++;
	}

	@Override
	public void broken(TractorException cause) {
		this.messages++;
	}

	@Override
	public void overrun(OverrunReport report) {
		this.messages++;
	}

	@Override
	public void unreadable(long index, String type) {
		this.unreadable++;
	}

	@Override
	public void finished(Ledger result) {
		this.ledger = result;
	}

	/**
	 * What can be seen of an engine.
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Seen(ContextEngine.State state, @Nullable TractorException cause, @Nullable TractorException lateError,
			Peer peer, boolean started, boolean returned, byte @Nullable [] result, boolean left,
			List<OverrunReport> overruns, long sent, long consumed, int buffered, boolean waiting, long maxMessage,
			int signals, @Nullable Ledger ledger) {

		/**
		 * Return the same with other overruns, so many of which were told.
		 */
		Seen reported(List<OverrunReport> known, int told) {
			return new Seen(this.state, this.cause, this.lateError, this.peer, this.started, this.returned, this.result,
					this.left, known, this.sent, this.consumed, this.buffered, this.waiting, this.maxMessage,
					this.signals + told, this.ledger);
		}

	}

}
