package io.tractor.task;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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

	private static final int SMALL_BUFFER = 16;

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
		receive(this.caller, BUFFER, this.received::add);
	}

	private void receive(CallerTask<String, String, String, String> task, int buffer, Consumer<String> consumer) {
		task.monitor().update((engine) -> engine.started(GRANT, Peer.UNKNOWN, null));
		ReactiveMsgStream<String, String> stream = task.openReactiveStream((options) -> options.msgBufferSize(buffer));
		task.monitor().update((engine) -> {
			for (int i = 0; i < buffer; i++) {
				engine.msg(new byte[] { 'a' });
			}
		});
		this.outlet.urgent = false;
		stream.receive().subscribe(consumer, this.errors::add);
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
	@DisplayName("a portion of a small buffer is half of it if that takes long")
	void whenSmallBufferIsEmittedSlowlyThenConnectionWritesAfterTheFirstHalf() {
		List<String> slowly = new ArrayList<>();
		CallerTask<String, String, String, String> slow = caller();
		receive(slow, SMALL_BUFFER, (msg) -> {
			slowly.add(msg);
			long until = System.nanoTime() + 20_000;
			while (System.nanoTime() < until) {
				Thread.onSpinWait();
			}
		});
		assertThat(slowly).hasSize(SMALL_BUFFER / 2);
		this.outlet.afterwards.removeLast().run();
		assertThat(slowly).hasSize(SMALL_BUFFER);
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
