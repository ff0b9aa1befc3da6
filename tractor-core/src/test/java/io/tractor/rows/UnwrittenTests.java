package io.tractor.rows;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.plugins.RSocketInterceptor;
import io.rsocket.util.RSocketProxy;
import io.tractor.ContextHandle;
import io.tractor.EndOfStreamException;
import io.tractor.MsgStream;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import static io.tractor.rows.OpeningTests.ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What cannot be written harms one context alone.
 */
@Timeout(60)
class UnwrittenTests {

	private final Error error = new OutOfMemoryError("no room for a buffer");

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicReference<Error> failure = new AtomicReference<>();

	private final RSocketInterceptor failing = FailingRequests::new;

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E7 an error of the virtual machine while an envelope is written ends that context, and others live on")
	void whenEnvelopeCannotBeWrittenThenThatContextEndsAndSiblingLivesOn(Link link) {
		besideSibling(link, (pair) -> assertThat(catchThrowable(() -> pair.portal.context(ECHO).run((ctx) -> {
			MsgStream<Integer, String> stream = ctx.openStream();
			echo(stream, "2", 2);
			this.failure.set(this.error);
			stream.send("3");
			return stream.receive();
		}))).isInstanceOf(TransportClosedException.class)
			.hasMessageContaining("an envelope could not be written")
			.hasCause(this.error));
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E7 D6 a last envelope that cannot be written is not tried again for ever")
	void whenEndCannotBeWrittenThenItIsLeftAtThat(Link link) {
		besideSibling(link, (pair) -> {
			String result = pair.portal.context(ECHO).run((ctx) -> {
				MsgStream<Integer, String> stream = ctx.openStream();
				echo(stream, "2", 2);
				stream.endSend();
				assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
				this.failure.set(this.error);
				return ctx.result();
			});
			assertThat(result).isEqualTo("echoed");
		});
	}

	private void besideSibling(Link link, Consumer<Pair> failing) {
		try (Pair pair = new Pair(link, BufferLimits.DEFAULT, Duration.ofSeconds(10), (builder) -> builder
			.connector((connector) -> connector.interceptors((registry) -> registry.forRequester(this.failing))))) {
			pair.handle(ECHO, (ctx, argument) -> {
				ctx.started(argument);
				MsgStream<String, Integer> stream = ctx.openStream();
				for (String msg : stream) {
					stream.send(Integer.valueOf(msg));
				}
				return "echoed";
			});
			try (ContextHandle<String, String, Integer, String> sibling = pair.portal.context(ECHO).open()) {
				MsgStream<Integer, String> stream = sibling.openStream();
				echo(stream, "1", 1);
				failing.accept(pair);
				Waits.until(() -> pair.there.live.all().size() == 1);
				echo(stream, "4", 4);
				assertThat(this.failures).hasValue(1);
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
	 * Has a channel take nothing more from when it was told to.
	 */
	private final class FailingRequests extends RSocketProxy {

		FailingRequests(RSocket source) {
			super(source);
		}

		@Override
		public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
			AtomicReference<Error> permanent = new AtomicReference<>();
			return super.requestChannel(Flux.from(payloads).doOnNext((payload) -> {
				permanent.compareAndSet(null, UnwrittenTests.this.failure.getAndSet(null));
				Error error = permanent.get();
				if (error != null) {
					UnwrittenTests.this.failures.incrementAndGet();
					throw error;
				}
			}));
		}

	}

}
