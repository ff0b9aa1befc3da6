package io.tractor.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

/**
 * Two engines that are connected through bytes, in one thread: nothing moves unless the
 * test says so.
 */
final class EnginePair {

	final Map<Side, ContextEngine> engines = new EnumMap<>(Side.class);

	final Map<Side, Ledger> ledgers = new EnumMap<>(Side.class);

	final List<OverrunReport> reported = new ArrayList<>();

	/**
	 * What of those each side was told.
	 */
	final Map<Side, List<OverrunReport>> told = new EnumMap<>(Side.class);

	/**
	 * Indexes of its messages that each side was told the other could not read.
	 */
	final Map<Side, List<Long>> unreadable = new EnumMap<>(Side.class);

	private final Map<Side, Deque<byte[]>> written = new EnumMap<>(Side.class);

	EnginePair(int msgBufferSize, BufferLimits limits) {
		this(msgBufferSize, limits, 0);
	}

	/**
	 * Create a pair that has started.
	 * @param index where both directions begin to count
	 */
	EnginePair(int msgBufferSize, BufferLimits limits, long index) {
		for (Side side : Side.values()) {
			Peer self = peer(side);
			this.engines.put(side, new ContextEngine(new ContextIdentity(side, "c-1", "jobs", self), peer(side.other()),
					msgBufferSize, limits, () -> Instant.EPOCH, ErrorBoundary.OPEN, new Recorder(side)));
			this.written.put(side, new ArrayDeque<>());
			this.told.put(side, new ArrayList<>());
			this.unreadable.put(side, new ArrayList<>());
		}
		engine(Side.CALLEE).granted(engine(Side.CALLER).grant());
		for (Side side : Side.values()) {
			engine(side).startAt(index);
		}
		engine(Side.CALLEE).start(null);
		settle();
	}

	private static Peer peer(Side side) {
		return new Peer(side.toString(), side + "-1");
	}

	ContextEngine engine(Side side) {
		return this.engines.get(side);
	}

	/**
	 * Let a side write what waits, as the transport would, without delivering it.
	 */
	boolean write(Side side) {
		List<ByteBuf> out = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, out::add);
		engine(side).write(writer, EnvelopeWriter.BATCH_BYTES);
		writer.flush();
		out.forEach((envelope) -> this.written.get(side).add(ByteBufUtil.getBytes(envelope)));
		return !out.isEmpty();
	}

	/**
	 * Deliver one envelope that a side has written.
	 */
	boolean deliver(Side from) {
		byte[] envelope = this.written.get(from).poll();
		if (envelope == null) {
			return false;
		}
		try {
			EnvelopeReader.read(Unpooled.wrappedBuffer(envelope), engine(from.other()));
		}
		catch (MalformedEnvelopeException ex) {
			engine(from.other()).violate(String.valueOf(ex.getMessage()));
		}
		return true;
	}

	/**
	 * Write and deliver until nothing moves.
	 */
	void settle() {
		boolean moved = true;
		while (moved) {
			moved = false;
			for (Side side : Side.values()) {
				moved |= write(side);
				moved |= deliver(side);
			}
		}
	}

	/**
	 * Send messages of a size until there is no credit, delivering as it goes.
	 * @return how many were accepted
	 */
	int fill(Side sender, int size, boolean eager) {
		int sent = 0;
		while (sent < 1_000_000 && engine(sender).send(new byte[size], eager)) {
			sent++;
			settle();
		}
		settle();
		return sent;
	}

	private final class Recorder implements Signals {

		private final Side side;

		Recorder(Side side) {
			this.side = side;
		}

		@Override
		public void writable(boolean urgent) {
		}

		@Override
		public void changed() {
		}

		@Override
		public void broken(TractorException cause) {
		}

		@Override
		public void overrun(OverrunReport report) {
			EnginePair.this.reported.add(report);
			EnginePair.this.told.get(this.side).add(report);
		}

		@Override
		public void unreadable(long index, String type) {
			EnginePair.this.unreadable.get(this.side).add(index);
		}

		@Override
		public void finished(Ledger ledger) {
			EnginePair.this.ledgers.put(this.side, ledger);
		}

	}

}
