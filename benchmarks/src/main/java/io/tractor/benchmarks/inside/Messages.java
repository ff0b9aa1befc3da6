package io.tractor.benchmarks.inside;

import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Takes messages, and no other envelope.
 */
final class Messages implements Envelopes {

	private final Blackhole taken;

	Messages(Blackhole taken) {
		this.taken = taken;
	}

	@Override
	public void msg(byte[] payload) {
		this.taken.consume(payload);
	}

	@Override
	public void started(Grant grant, Peer callee, byte @Nullable [] value) {
		throw unexpected();
	}

	@Override
	public void opened(boolean backpressure, long messages, long bytes, long runAhead) {
		throw unexpected();
	}

	@Override
	public void endSend(long sent) {
		throw unexpected();
	}

	@Override
	public void returned(Counts counts, byte @Nullable [] value) {
		throw unexpected();
	}

	@Override
	public void credit(long messages, long bytes) {
		throw unexpected();
	}

	@Override
	public void probe(long index, long bytes) {
		throw unexpected();
	}

	@Override
	public void stopReceive() {
		throw unexpected();
	}

	@Override
	public void overrun(OverrunReport report) {
		throw unexpected();
	}

	@Override
	public void dropped(OverrunReport report) {
		throw unexpected();
	}

	@Override
	public void decodeFailed(long index, String type) {
		throw unexpected();
	}

	@Override
	public void cancel(Counts counts, Cancellation cancellation) {
		throw unexpected();
	}

	@Override
	public void error(Counts counts, RemoteActorException.Failure failure) {
		throw unexpected();
	}

	@Override
	public void reject(ContextRejectedException.Code code, boolean retryable, String message) {
		throw unexpected();
	}

	@Override
	public void cancelled(Counts counts, Cancellation cancellation) {
		throw unexpected();
	}

	@Override
	public void end(Counts counts) {
		throw unexpected();
	}

	private static IllegalStateException unexpected() {
		return new IllegalStateException("Not a message");
	}

}
