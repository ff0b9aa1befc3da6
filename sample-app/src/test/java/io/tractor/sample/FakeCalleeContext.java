package io.tractor.sample;

import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.tractor.CalleeContext;
import io.tractor.MsgStream;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.StreamOptions;

/**
 * The source's view of a context, without a viewer.
 */
final class FakeCalleeContext implements CalleeContext<JvmInfo, Command, JfrEvent> {

	private final CompletableFuture<JvmInfo> started = new CompletableFuture<>();

	private final FakeStream stream = new FakeStream();

	CompletableFuture<JvmInfo> started() {
		return this.started;
	}

	FakeStream stream() {
		return this.stream;
	}

	@Override
	public void started(JvmInfo value) {
		this.started.complete(value);
	}

	@Override
	public MsgStream<Command, JfrEvent> openStream() {
		if (!this.started.isDone()) {
			throw new IllegalStateException("not started");
		}
		return this.stream;
	}

	@Override
	public MsgStream<Command, JfrEvent> openStream(Consumer<StreamOptions> options) {
		return openStream();
	}

	@Override
	public Principal principal() {
		return null;
	}

	@Override
	public String id() {
		return "1";
	}

	@Override
	public String route() {
		return "telemetry";
	}

	@Override
	public Side side() {
		return Side.CALLEE;
	}

	@Override
	public Peer peer() {
		return Peer.UNKNOWN;
	}

	@Override
	public Optional<Duration> remainingTime() {
		return Optional.empty();
	}

	@Override
	public void cancel(String reason) {
		throw new UnsupportedOperationException();
	}

}
