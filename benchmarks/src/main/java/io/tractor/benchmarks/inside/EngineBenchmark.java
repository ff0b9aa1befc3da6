package io.tractor.benchmarks.inside;

import java.time.InstantSource;

import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.TractorException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.ErrorBoundary;
import io.tractor.engine.Run;
import io.tractor.engine.Signals;
import io.tractor.wire.EnvelopeWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * Both engines of a context in one thread, connected without bytes: the callee sends, the
 * caller receives. The message is the same array each time, so that what is allocated is
 * the engines' alone.
 */
@State(Scope.Thread)
public class EngineBenchmark {

	private static final int MESSAGES = 1024;

	@Param({ "1", "64", "1024" })
	int buffer;

	private final byte[] message = new byte[16];

	@SuppressWarnings("NullAway.Init")
	private ContextEngine receiver;

	@SuppressWarnings("NullAway.Init")
	private ContextEngine sender;

	@Setup
	public void open() {
		this.receiver = engine(Side.CALLER);
		this.sender = engine(Side.CALLEE);
		this.sender.granted(this.receiver.grant());
		this.sender.start(null);
		this.sender.write(this.receiver, EnvelopeWriter.BATCH_BYTES);
		this.receiver.open(true, this.buffer, BufferOverflowStrategy.ERROR);
		this.receiver.write(this.sender, EnvelopeWriter.BATCH_BYTES);
	}

	private ContextEngine engine(Side side) {
		return new ContextEngine(new ContextIdentity(side, "c-1", "source", peer(side)), peer(side.other()),
				this.buffer, BufferLimits.DEFAULT, InstantSource.system(), ErrorBoundary.OPEN, new Unheard());
	}

	private static Peer peer(Side side) {
		return new Peer(side.toString(), "1");
	}

	/**
	 * One message: accepted by the sender's engine, written to the receiver's, taken
	 * there in a run, its credit given back when due. As many go at once as there is
	 * credit for.
	 * @param taken where messages go
	 */
	@Benchmark
	@OperationsPerInvocation(MESSAGES)
	public void message(Blackhole taken) {
		int sent = 0;
		int received = 0;
		while (received < MESSAGES) {
			while (sent < MESSAGES && this.sender.send(this.message, true)) {
				sent++;
			}
			this.sender.write(this.receiver, EnvelopeWriter.BATCH_BYTES);
			received += receive(taken);
		}
	}

	private int receive(Blackhole taken) {
		int count = 0;
		Run run = this.receiver.receiveRun();
		while (run != null) {
			// the first one is taken
			for (int position = 0; position >= 0; position = run.take()) {
				taken.consume(run.message(position));
				count++;
			}
			if (this.receiver.hasUrgent()) {
				this.receiver.write(this.sender, 0);
			}
			run = this.receiver.receiveRun();
		}
		return count;
	}

	/**
	 * Signals that need no answer here, where each engine is asked in turn.
	 */
	private static final class Unheard implements Signals {

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
		}

		@Override
		public void unreadable(long index, String type) {
		}

		@Override
		public void finished(Ledger ledger) {
		}

	}

}
