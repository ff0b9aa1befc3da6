package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

import io.tractor.CalleeContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextRejectedException.Code;
import io.tractor.ContextType;
import io.tractor.EndOfStreamException;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Portal;
import io.tractor.Side;
import io.tractor.engine.BufferLimits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the end of an application does to its contexts.
 */
@Timeout(60)
class ShutdownTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final ContextType<String, String, String, String, String> TALK = new ContextType<>("talk") {
	};

	private static final ContextType<Void, Void, Void, Void, String> PROBE = new ContextType<>("probe") {
	};

	@InEachForm
	@DisplayName("D5 at shutdown openings are refused, and what runs may end; own contexts may still be opened by then")
	void whenShuttingDownThenOpeningsAreRefusedAndContextsMayEnd(Link link, Form form) throws Exception {
		try (Pair pair = pair(link, form, PATIENCE)) {
			CountDownLatch running = new CountDownLatch(1);
			CompletableFuture<String> nested = new CompletableFuture<>();
			pair.there.handle(TALK, (context, argument) -> {
				context.started("started");
				try (MsgStream<String, String> stream = context.openStream()) {
					running.countDown();
					String message = stream.receive();
					Portal back = pair.there.endpoint.connected().iterator().next();
					nested.complete(back.context(TALK).run((ctx) -> ctx.result()));
					return message;
				}
			});
			pair.here.handle(TALK, (context, argument) -> {
				context.started("started");
				return "nested";
			});
			CountDownLatch refused = new CountDownLatch(1);
			CompletableFuture<String> result = Waits.inThread(() -> form.run(pair.portal.context(TALK), (ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					Waits.await(refused);
					stream.send("last");
				}
				return ctx.result();
			}));
			Waits.await(running);
			CompletableFuture<Integer> shutdown = Waits.inThread(() -> pair.there.endpoint.shutdown(PATIENCE));
			assertThatExceptionOfType(ContextRejectedException.class).isThrownBy(() -> {
				while (true) {
					// the shutdown may not have begun yet
					pair.portal.context(PROBE).run((ctx) -> ctx.result());
				}
			}).withMessageContaining("shutting down").withMessageContaining("'probe'").satisfies((ex) -> {
				assertThat(ex.code()).isEqualTo(Code.SHUTDOWN);
				assertThat(ex.retryable()).isTrue();
			});
			assertThat(shutdown).isNotDone();
			refused.countDown();
			assertThat(Waits.await(result)).isEqualTo("last");
			assertThat(Waits.await(nested)).isEqualTo("nested");
			assertThat(Waits.await(shutdown)).isZero();
			assertThat(pair.there.outcomes)
				.allSatisfy((outcome) -> assertThat(outcome).isInstanceOf(Outcome.Completed.class));
			pair.there.endpoint.start();
			assertThat(pair.portal.context(PROBE).<String, RuntimeException>run((ctx) -> ctx.result())).isEqualTo("");
		}
	}

	@InEachForm
	@DisplayName("D5 X3 callees that outlive the grace time are interrupted, and end as cancelled with the reason 'shutdown'")
	void whenGraceIsOverThenCalleesAreCancelled(Link link, Form form) throws Exception {
		try (Pair pair = pair(link, form, PATIENCE)) {
			CompletableFuture<Throwable> seen = new CompletableFuture<>();
			CountDownLatch running = new CountDownLatch(1);
			pair.there.handle(TALK, (context, argument) -> {
				context.started("started");
				running.countDown();
				Waits.awaitInterrupt();
				try {
					context.openStream();
				}
				catch (RuntimeException ex) {
					seen.complete(ex);
				}
				return "";
			});
			CompletableFuture<String> result = Waits
				.inThread(() -> form.run(pair.portal.context(TALK), (ctx) -> ctx.result()));
			Waits.await(running);
			assertThat(pair.there.endpoint.shutdown(Duration.ofMillis(10))).isZero();
			assertCancelled(Waits.await(seen), Side.CALLEE, "there/there-1");
			assertThat(result).failsWithin(PATIENCE)
				.withThrowableThat()
				.havingCause()
				.satisfies((ex) -> assertCancelled(ex, Side.CALLEE, "there/there-1"));
			Waits.until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes).hasSize(1).allMatch(Outcome.Cancelled.class::isInstance);
		}
	}

	@InEachForm
	@DisplayName("D5 X3 callers that outlive the grace time end alike: the body is interrupted, the cancellation is raised, and the callee hears of it")
	void whenGraceIsOverThenCallersAreCancelled(Link link, Form form) throws Exception {
		try (Pair pair = pair(link, form, PATIENCE)) {
			CompletableFuture<Throwable> seen = new CompletableFuture<>();
			pair.there.handle(TALK, (context, argument) -> wait(context, seen));
			CountDownLatch running = new CountDownLatch(1);
			CompletableFuture<String> result = Waits.inThread(() -> form.run(pair.portal.context(TALK), (ctx) -> {
				MsgStream<String, String> stream = ctx.openStream();
				running.countDown();
				form.awaitBroken(stream::poll);
				return "";
			}));
			Waits.await(running);
			assertThat(pair.here.endpoint.shutdown(Duration.ofMillis(10))).isZero();
			assertCancelled(Waits.await(seen), Side.CALLER, "here/here-1");
			if (form != Form.HANDLE) {
				assertThat(result).failsWithin(PATIENCE)
					.withThrowableThat()
					.havingCause()
					.satisfies((ex) -> assertCancelled(ex, Side.CALLER, "here/here-1"));
			}
			else {
				assertThat(result).succeedsWithin(PATIENCE);
			}
			Waits.until(() -> pair.here.outcomes.size() == 1 && pair.there.outcomes.size() == 1);
			for (Node node : List.of(pair.here, pair.there)) {
				assertThat(node.outcomes.get(0)).isInstanceOfSatisfying(Outcome.Cancelled.class,
						(cancelled) -> assertCancelled(cancelled.cancellation(), Side.CALLER, "here/here-1"));
			}
			assertThatExceptionOfType(ContextRejectedException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TALK), (ctx) -> ""))
				.withMessageContaining("this application is shutting down")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(Code.SHUTDOWN));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D5 X3 a caller's body that goes on after its callee has returned is ended alike")
	void whenCalleeHasReturnedThenBodyIsEnded(Link link) throws Exception {
		for (Form form : List.of(Form.SCOPE, Form.REACTIVE)) {
			try (Pair pair = pair(link, form, PATIENCE)) {
				pair.there.handle(TALK, (context, argument) -> {
					context.started("started");
					return "done";
				});
				CountDownLatch returned = new CountDownLatch(1);
				CompletableFuture<String> result = Waits.inThread(() -> form.run(pair.portal.context(TALK), (ctx) -> {
					assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(ctx.openStream()::receive);
					returned.countDown();
					Waits.awaitInterrupt();
					return "";
				}));
				Waits.await(returned);
				assertThat(pair.here.endpoint.shutdown(Duration.ofMillis(10))).isZero();
				assertThat(result).failsWithin(PATIENCE)
					.withThrowableThat()
					.havingCause()
					.satisfies((ex) -> assertCancelled(ex, Side.CALLER, "here/here-1"));
			}
		}
	}

	@InEachForm
	@DisplayName("D5 a callee that ignores its end holds the shutdown up for a limited time only")
	void whenCalleeIgnoresItsEndThenShutdownGoesOn(Link link, Form form) throws Exception {
		// a reactive callee cannot ignore it: its publisher is cancelled
		try (Pair pair = pair(link, Form.SCOPE, Duration.ofMillis(50))) {
			CountDownLatch running = new CountDownLatch(1);
			CountDownLatch over = new CountDownLatch(1);
			pair.there.handle(TALK, (context, argument) -> {
				context.started("started");
				running.countDown();
				boolean waits = true;
				while (waits) {
					try {
						Waits.await(over);
						waits = false;
					}
					catch (InterruptedException ex) {
						// not interested
					}
				}
				return "";
			});
			CompletableFuture<String> result = Waits
				.inThread(() -> form.run(pair.portal.context(TALK), (ctx) -> ctx.result()));
			Waits.await(running);
			assertThat(pair.there.endpoint.shutdown(Duration.ofMillis(10))).isOne();
			over.countDown();
			assertThat(result).failsWithin(PATIENCE);
			Waits.until(() -> pair.there.endpoint.openContexts() == 0);
		}
	}

	private static String wait(CalleeContext<String, String, String> context, CompletableFuture<Throwable> seen)
			throws Exception {
		context.started("started");
		try (MsgStream<String, String> stream = context.openStream()) {
			return stream.receive();
		}
		catch (RuntimeException ex) {
			seen.complete(ex);
			throw ex;
		}
	}

	private static void assertCancelled(Throwable error, Side by, String peer) {
		assertThat(error).isInstanceOfSatisfying(ContextCancelledException.class, (cancellation) -> {
			assertThat(cancellation.reason()).isEqualTo("shutdown");
			assertThat(cancellation.by()).isEqualTo(by);
			assertThat(cancellation.peer()).hasToString(peer);
		});
	}

	private static Pair pair(Link link, Form form, Duration cancelTimeout) {
		Node there = new Node("there", BufferLimits.DEFAULT, cancelTimeout);
		there.handle(PROBE, (context, argument) -> "");
		return new Pair(link, new Node("here", BufferLimits.DEFAULT, cancelTimeout), there, UnaryOperator.identity())
			.use(form);
	}

}
