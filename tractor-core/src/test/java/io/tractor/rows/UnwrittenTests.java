package io.tractor.rows;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.plugins.RSocketInterceptor;
import io.rsocket.util.RSocketProxy;
import io.tractor.ContextHandle;
import io.tractor.MsgStream;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What cannot be written harms one context alone.
 */
@Timeout(60)
class UnwrittenTests {

	private final AtomicReference<Error> failure = new AtomicReference<>();

	private final RSocketInterceptor failing = FailingRequests::new;

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E7 an error of the virtual machine while an envelope is written ends that context, and others live on")
	void whenEnvelopeCannotBeWrittenThenThatContextEndsAndSiblingLivesOn(Link link) {
		Error error = new OutOfMemoryError("no room for a buffer");
		try (Pair pair = new Pair(link, BufferLimits.DEFAULT, Duration.ofSeconds(10), (builder) -> builder
			.connector((connector) -> connector.interceptors((registry) -> registry.forRequester(this.failing))))) {
			pair.handle(OpeningTests.ECHO, (ctx, argument) -> {
				ctx.started(argument);
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					for (String msg : stream) {
						stream.send(Integer.valueOf(msg));
					}
				}
				return "echoed";
			});
			try (ContextHandle<String, String, Integer, String> sibling = pair.portal.context(OpeningTests.ECHO)
				.open()) {
				MsgStream<Integer, String> stream = sibling.openStream();
				echo(stream, "1", 1);
				assertThat(catchThrowable(() -> pair.portal.context(OpeningTests.ECHO).run((ctx) -> {
					MsgStream<Integer, String> broken = ctx.openStream();
					echo(broken, "2", 2);
					this.failure.set(error);
					broken.send("3");
					return broken.receive();
				}))).isInstanceOf(TransportClosedException.class)
					.hasMessageContaining("an envelope could not be written")
					.hasCause(error);
				Waits.until(() -> pair.there.live.all().size() == 1);
				echo(stream, "4", 4);
				stream.close();
				assertThat(sibling.result()).isEqualTo("echoed");
			}
			assertThat(pair.accepted).hasSize(1);
		}
	}

	private static void echo(MsgStream<Integer, String> stream, String msg, int expected) {
		stream.send(msg);
		assertThat(stream.receive()).isEqualTo(expected);
	}

	/**
	 * Fails to take the next payload after it was told to.
	 */
	private final class FailingRequests extends RSocketProxy {

		FailingRequests(RSocket source) {
			super(source);
		}

		@Override
		public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
			return super.requestChannel(Flux.from(payloads).doOnNext((payload) -> {
				Error error = UnwrittenTests.this.failure.getAndSet(null);
				if (error != null) {
					throw error;
				}
			}));
		}

	}

}
