package io.tractor.task;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import io.tractor.ContextType;
import io.tractor.Peer;
import io.tractor.ReactiveMsgStream;
import io.tractor.Side;
import io.tractor.StreamSettings;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Envelopes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much a reactive stream emits in one go.
 */
class PortionTests {

	private static final int BUFFER = 256;

	private static final ContextType<String, String, String, String, String> TYPE = new ContextType<>("portions") {
	};

	private static final Envelopes.Grant GRANT = new Envelopes.Grant(64, 4096, 1024);

	private final UnsentOutlet outlet = new UnsentOutlet();

	private final CallerTask<String, String, String, String> caller = caller();

	private final List<String> received = new ArrayList<>();

	private final List<Throwable> errors = new ArrayList<>();

	private CallerTask<String, String, String, String> caller() {
		TaskSetup setup = new TaskSetup(new Peer("here", "here-1"), BufferLimits.DEFAULT,
				new ContextListeners(List.of()), new TextCodecs(), RemoteErrors.DEFAULT, InstantSource.system());
		return new CallerTask<>(TYPE, MimeTypeUtils.TEXT_PLAIN,
				new ContextIdentity(Side.CALLER, "id", "portions", new Peer("here", "here-1")),
				StreamSettings.DEFAULT.with(null, BUFFER, null, StreamSettings.Origin.CALL),
				new CallerTask.Options("portions", Deadline.in(Duration.ofSeconds(10), "open-timeout"), null,
						Duration.ofSeconds(10), true),
				setup, ContextObservation.NONE, this.outlet);
	}

	@BeforeEach
	void fillBuffer() {
		this.caller.monitor().update((engine) -> engine.started(GRANT, Peer.UNKNOWN, null));
		ReactiveMsgStream<String, String> stream = this.caller.openReactiveStream((options) -> {
		});
		this.caller.monitor().update((engine) -> {
			for (int i = 0; i < BUFFER; i++) {
				engine.msg(new byte[] { 'a' });
			}
		});
		this.outlet.urgent = false;
		stream.receive().subscribe(this.received::add, this.errors::add);
	}

	@Test
	@DisplayName("the peer gets credit before the second half of a buffer is emitted")
	void whenBufferIsFullThenConnectionWritesAfterTheFirstHalf() {
		assertThat(this.received).hasSize(BUFFER / 2);
		assertThat(this.outlet.urgent).as("credit waits to be written").isTrue();
		assertThat(this.outlet.afterwards).hasSize(1);
		this.outlet.afterwards.remove().run();
		assertThat(this.received).hasSize(BUFFER);
	}

	@Test
	@DisplayName("E2 an error does not wait until the connection has written")
	void whenContextBreaksBetweenPortionsThenErrorComesAtOnce() {
		this.caller.monitor()
			.update((engine) -> engine.disconnect(new TransportClosedException("cut", new Exception("cut"))));
		assertThat(this.errors).hasSize(1);
		this.outlet.afterwards.forEach(Runnable::run);
		assertThat(this.received).hasSize(BUFFER / 2);
		assertThat(this.errors).hasSize(1);
	}

}
