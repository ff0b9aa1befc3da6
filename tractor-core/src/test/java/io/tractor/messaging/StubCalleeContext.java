package io.tractor.messaging;

import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import io.tractor.CalleeContext;
import io.tractor.MsgStream;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.StreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * A context that only is one.
 */
class StubCalleeContext implements CalleeContext<Object, Object, Object> {

	@Override
	public String id() {
		return "id";
	}

	@Override
	public String route() {
		return "route";
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

	@Override
	public void started(@Nullable Object value) {
		// nobody to be told
	}

	@Override
	public MsgStream<Object, Object> openStream() {
		throw new UnsupportedOperationException();
	}

	@Override
	public MsgStream<Object, Object> openStream(Consumer<StreamOptions> options) {
		throw new UnsupportedOperationException();
	}

	@Override
	public @Nullable Principal principal() {
		return null;
	}

}
