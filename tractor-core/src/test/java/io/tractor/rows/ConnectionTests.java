package io.tractor.rows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.rsocket.RSocket;
import io.tractor.ContextHandle;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Portal;
import io.tractor.TransportClosedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a lost connection does to contexts.
 */
@Timeout(60)
class ConnectionTests {

	private static final ContextType<Void, Integer, Integer, Integer, Integer> WAIT = new ContextType<>("wait") {
	};

	@ParameterizedTest(name = "{0} {1} by the {2}")
	@CsvSource({ "MEMORY,SCOPE,server", "MEMORY,HANDLE,client", "TCP,SCOPE,server", "TCP,SCOPE,client",
			"TCP,HANDLE,server", "TCP,HANDLE,client", "WEBSOCKET,SCOPE,server", "WEBSOCKET,SCOPE,client" })
	@DisplayName("D1 a broken connection ends its contexts on both sides, and the callee is interrupted")
	void whenConnectionBreaksThenBothSidesEnd(Link link, Form form, String breaker) {
		try (Pair pair = new Pair(link, form)) {
			CompletableFuture<Throwable> calleeEnd = new CompletableFuture<>();
			pair.handle(WAIT, (context, argument) -> {
				context.started(1);
				try {
					Waits.awaitInterrupt();
					context.openStream();
				}
				catch (Throwable ex) {
					calleeEnd.complete(ex);
					throw ex;
				}
				return 0;
			});
			assertThatExceptionOfType(TransportClosedException.class)
				.isThrownBy(() -> form.run(pair.portal.context(WAIT), (context) -> {
					breakBy(pair, breaker);
					try (MsgStream<Integer, Integer> stream = context.openStream()) {
						return stream.receive();
					}
				}))
				.withMessageContaining("'wait'")
				.withMessageContaining("there/there-1");
			assertThat(calleeEnd).succeedsWithin(Duration.ofSeconds(10))
				.satisfies((ex) -> assertThat(ex).isInstanceOf(TransportClosedException.class)
					.hasMessageContaining("here/here-1"));
			Waits.until(() -> pair.there.outcomes.size() == 1 && pair.here.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOf(Outcome.Failed.class);
			assertThat(pair.here.outcomes.get(0)).isInstanceOf(Outcome.Failed.class);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D3 closing a stream and a context after a break is quiet")
	void whenConnectionBrokeThenClosingIsQuiet(Link link) {
		try (Pair pair = new Pair(link)) {
			CountDownLatch over = new CountDownLatch(1);
			pair.handle(WAIT, (context, argument) -> {
				context.started(1);
				over.await();
				return 0;
			});
			ContextHandle<Integer, Integer, Integer, Integer> handle = pair.portal.context(WAIT).open();
			MsgStream<Integer, Integer> stream = handle.openStream();
			breakBy(pair, "server");
			assertThatExceptionOfType(TransportClosedException.class).isThrownBy(stream::receive);
			stream.close();
			handle.close();
			stream.close();
			handle.close();
			over.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D4 a portal connects again for the next opening, and what was open is not started again")
	void whenConnectionBrokeThenNextOpeningConnects(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.handle(WAIT, (context, argument) -> {
				context.started(1);
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					return stream.receive();
				}
			});
			try (ContextHandle<Integer, Integer, Integer, Integer> lost = pair.portal.context(WAIT).open()) {
				breakBy(pair, "server");
				assertThatExceptionOfType(TransportClosedException.class).isThrownBy(lost::result);
			}
			Waits.until(() -> !pair.portal.isConnected());
			int result = pair.portal.context(WAIT).run((context) -> {
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					stream.send(7);
				}
				return context.result();
			});
			assertThat(result).isEqualTo(7);
			Waits.until(() -> pair.there.outcomes.size() == 2);
			assertThat(pair.there.started).hasSize(2);
			assertThat(pair.accepted).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D6 after contexts of every kind of end, nothing is left on either side")
	void whenContextsEndedThenNothingIsLeft(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(WAIT, (context, argument) -> {
				context.started(1);
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					int first = stream.receive();
					if (first == 2) {
						throw new IllegalStateException("no");
					}
					return first;
				}
			});
			Portal back = pair.back();
			assertThat(back).isNotNull();
			for (int i = 0; i < 30; i++) {
				int kind = i % 3;
				pair.portal.context(WAIT).runForOutcome((context) -> {
					MsgStream<Integer, Integer> stream = context.openStream();
					if (kind == 0) {
						context.cancel("enough");
						return null;
					}
					stream.send(kind);
					return context.result();
				});
			}
			Waits.until(() -> pair.there.outcomes.size() == 30 && pair.here.outcomes.size() == 30);
			Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.there.endpoint.openContexts() == 0);
		}
	}

	private static void breakBy(Pair pair, String breaker) {
		if ("server".equals(breaker)) {
			pair.accepted.forEach(RSocket::dispose);
		}
		else {
			pair.portal.close();
		}
	}

}
