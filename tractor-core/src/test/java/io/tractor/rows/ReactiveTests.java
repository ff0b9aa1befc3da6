package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.tractor.ContextCancelledException;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.Outcome;
import io.tractor.ReactiveCallerContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.RemoteActorException;
import io.tractor.StreamOverrunException;
import io.tractor.TaskContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is particular to the reactive form: signals instead of waits, and cancellation
 * instead of interruption.
 */
class ReactiveTests {

	private static final ContextType<String, String, Integer, Integer, String> TYPE = new ContextType<>("reactive") {
	};

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O1 R1 R2 a body is subscribed once the callee has started, and its scope ends after the result")
	void whenBodyCompletesThenScopeEndsWithTheResult(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("started " + argument);
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.sendAll(stream.receive().map((msg) -> msg * 2)).thenReturn("done");
			});
			StepVerifier.create(pair.portal.context(TYPE).argument("a").runFlux((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				// the callee has opened its stream when it answers
				Sinks.Empty<Void> answered = Sinks.empty();
				Mono<Void> sending = stream
					.sendAll(Flux.just(0).concatWith(Flux.range(1, 999).delaySubscription(answered.asMono())))
					.doOnSuccess((nothing) -> stream.endSend());
				return Flux
					.merge(sending.cast(Object.class),
							stream.receive().take(1000).doOnNext((msg) -> answered.tryEmitEmpty()))
					.concatWith(context.result())
					.startWith(context.started());
			}))
				.expectNext("started a")
				.expectNextSequence(IntStream.range(0, 1000).mapToObj((i) -> (Object) (i * 2)).toList())
				.expectNext("done")
				.expectComplete()
				.verify(PATIENCE);
		}
	}

	/**
	 * Where a connection has one event loop, so that the caller's body runs before what
	 * follows is looked at.
	 */
	@ParameterizedTest
	@EnumSource(names = { "TCP", "WEBSOCKET" })
	@DisplayName("V9 a callee that has more to send than fits at once does not overrun a caller that takes what has come")
	void whenMoreIsSentAtOnceThanFitsThenCallerThatTakesItIsNotOverrun(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return context.openStream().sendAll(Flux.range(0, 100)).thenReturn("done");
			});
			StepVerifier
				.create(pair.portal.context(TYPE)
					.runFlux((context) -> context.openStream((options) -> options.backpressure(false)).receive()))
				.expectNextCount(100)
				.expectComplete()
				.verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("V8 V11 the demand of a subscriber is what its sender waits for")
	void whenSubscriberRequestsThenExactlyThatManyAreConsumed(Link link) {
		try (Pair pair = new Pair(link)) {
			List<Integer> sent = new ArrayList<>();
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.receive()
					.next()
					.then(Flux.range(0, 20)
						.concatMap((msg) -> stream.send(msg).doOnSuccess((nothing) -> sent.add(msg)))
						.then(Mono.just("done")));
			});
			Flux<Integer> received = pair.portal.context(TYPE).runFlux((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream((options) -> options.msgBufferSize(4));
				return stream.send(0).thenMany(stream.receive());
			});
			StepVerifier.create(received, 0)
				.thenRequest(3)
				.expectNext(0, 1, 2)
				.then(() -> Waits.until(() -> pair.there.started.size() == 1 && sent.size() >= 7))
				.thenRequest(1)
				.expectNext(3)
				.thenRequest(Long.MAX_VALUE)
				.expectNextCount(16)
				.expectComplete()
				.verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("V4 an overrun cancels what the sender's body is subscribed to, and is the scope's error")
	void whenCalleeNeverOpensThenOverrunCancelsTheBody(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return Mono.never();
			});
			AtomicBoolean cancelled = new AtomicBoolean();
			StepVerifier.create(pair.portal.context(TYPE).runMono((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.sendAll(Flux.range(0, 64)).doOnSuccess((nothing) -> stream.send(64).subscribe((sent) -> {
				}, (error) -> {
				})).then(Mono.never()).doOnCancel(() -> cancelled.set(true));
			})).expectErrorSatisfies((error) -> {
				assertThat(error).isInstanceOf(StreamOverrunException.class).hasMessageContaining("never opened");
				assertThat(cancelled).isTrue();
			}).verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E2 E10 a callee's error fails what the caller waits for, and is what the scope and the outcome have")
	void whenCalleeFailsThenPendingReceiveFails(Link link) {
		try (Pair pair = new Pair(link)) {
			Sinks.Empty<Void> waiting = Sinks.empty();
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return context.openStream().send(1).then(waiting.asMono()).then(Mono.error(new IOException("no disk")));
			});
			AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
			AtomicReference<@Nullable Mono<Outcome<String>>> outcome = new AtomicReference<>();
			Mono<Void> scope = pair.portal.context(TYPE).runMono((context) -> {
				outcome.set(context.outcome());
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.receive().doOnNext((msg) -> waiting.tryEmitEmpty()).doOnError(seen::set).then();
			});
			StepVerifier.create(scope).expectErrorSatisfies((error) -> {
				assertThat(error).isInstanceOf(RemoteActorException.class).hasMessageContaining("no disk");
				assertThat(error).isSameAs(seen.get());
			}).verify(PATIENCE);
			assertThat(outcome.get().block(PATIENCE)).isInstanceOfSatisfying(Outcome.Failed.class,
					(failed) -> assertThat(failed.error()).isSameAs(seen.get()));
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E2 a callee's error fails all calls that wait, before the body is cancelled")
	void whenCalleeFailsThenAllPendingCallsFailBeforeTheBodyIsCancelled(Link link) {
		try (Pair pair = new Pair(link)) {
			Sinks.Empty<Void> waiting = Sinks.empty();
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return context.openStream((options) -> options.msgBufferSize(1))
					.send(1)
					.then(waiting.asMono())
					.then(Mono.error(new IOException("no disk")));
			});
			AtomicReference<@Nullable Throwable> sending = new AtomicReference<>();
			AtomicReference<@Nullable Throwable> receiving = new AtomicReference<>();
			AtomicReference<@Nullable Throwable> sendingAtCancel = new AtomicReference<>();
			AtomicReference<@Nullable Throwable> receivingAtCancel = new AtomicReference<>();
			StepVerifier.create(pair.portal.context(TYPE).runMono((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				stream.receive().subscribe((msg) -> {
					while (stream.offer(msg)) {
						// until there is no credit
					}
					stream.send(2).subscribe((sent) -> {
					}, sending::set);
					waiting.tryEmitEmpty();
				}, receiving::set);
				return Mono.never().doOnCancel(() -> {
					sendingAtCancel.set(sending.get());
					receivingAtCancel.set(receiving.get());
				});
			})).expectErrorSatisfies((error) -> {
				assertThat(error).isInstanceOf(RemoteActorException.class).hasMessageContaining("no disk");
				assertThat(receivingAtCancel.get()).isSameAs(error);
				assertThat(sendingAtCancel.get()).isSameAs(error);
			}).verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E4 an error of clean-up after a remote error is suppressed in that")
	void whenCleanUpFailsAfterRemoteErrorThenItIsSuppressed(Link link) {
		try (Pair pair = new Pair(link)) {
			Sinks.Empty<Void> waiting = Sinks.empty();
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return context.openStream().send(1).then(waiting.asMono()).then(Mono.error(new IOException("no disk")));
			});
			IllegalStateException own = new IllegalStateException("clean-up is broken");
			Mono<Void> scope = pair.portal.context(TYPE).runMono((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.receive().doOnNext((msg) -> waiting.tryEmitEmpty()).then().onErrorMap((error) -> own);
			});
			StepVerifier.create(scope)
				.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(RemoteActorException.class)
					.satisfies((ex) -> assertThat(ex.getSuppressed()).contains(own)))
				.verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E7 what Reactor takes for fatal is delivered, as other errors, when a handler or a body throws it")
	void whenErrorIsFatalThenItIsDelivered(Link link) throws Exception {
		StackOverflowError fatal = new StackOverflowError("deep");
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				if (argument.equals("handler")) {
					throw fatal;
				}
				return Mono.never();
			});
			assertThat(raised(pair, "handler", (context) -> Mono.never())).isInstanceOfSatisfying(
					RemoteActorException.class,
					(error) -> assertThat(error.exceptionType()).isEqualTo(StackOverflowError.class.getName()));
			assertThat(raised(pair, "body", (context) -> {
				throw fatal;
			})).isSameAs(fatal);
			Waits.until(() -> pair.there.outcomes.size() == 2 && pair.here.outcomes.size() == 2);
			assertThat(pair.there.outcomes.get(1)).isInstanceOf(Outcome.Cancelled.class);
			Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.there.endpoint.openContexts() == 0);
			assertThat(pair.accepted).hasSize(1);
		}
	}

	private static Throwable raised(Pair pair, String argument,
			Function<ReactiveCallerContext<String, Integer, Integer, String>, Mono<String>> body) throws Exception {
		CompletableFuture<Throwable> raised = new CompletableFuture<>();
		pair.portal.context(TYPE).argument(argument).runMono(body).subscribe((value) -> {
		}, raised::complete);
		return Waits.await(raised);
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("T4 after the callee failed, opening the stream throws that error")
	void whenCalleeHasFailedThenOpeningThrowsThat(Link link) {
		try (Pair pair = new Pair(link)) {
			Sinks.Empty<Void> inBody = Sinks.empty();
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return inBody.asMono().then(Mono.error(new IOException("no disk")));
			});
			AtomicReference<@Nullable ReactiveCallerContext<String, Integer, Integer, String>> scope = new AtomicReference<>();
			StepVerifier.create(pair.portal.context(TYPE).runMono((context) -> {
				scope.set(context);
				inBody.tryEmitEmpty();
				return context.result();
			}))
				.expectErrorSatisfies((error) -> assertThatThrownBy(() -> scope.get().openStream()).isSameAs(error)
					.hasMessageContaining("no disk"))
				.verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X1 X3 cancelling the subscription cancels the callee's publisher, and the connection lives on")
	void whenSubscriptionIsCancelledThenCalleeIs(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			CountDownLatch cancelled = new CountDownLatch(1);
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return Mono.<String>never().doOnCancel(cancelled::countDown);
			});
			CountDownLatch inBody = new CountDownLatch(1);
			var subscription = pair.portal.context(TYPE).runMono((context) -> {
				inBody.countDown();
				return Mono.never();
			}).subscribe();
			Waits.await(inBody);
			subscription.dispose();
			Waits.await(cancelled);
			Waits.until(() -> pair.there.outcomes.size() == 1 && pair.here.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0)).isInstanceOfSatisfying(Outcome.Cancelled.class,
					(outcome) -> assertThat(outcome.cancellation()).hasMessageContaining("subscriber"));
			Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.there.endpoint.openContexts() == 0);
			assertThat(pair.accepted).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("X1 X2 after its own cancel the body's calls fail, and the scope completes empty, after the callee")
	void whenBodyCancelsThenScopeIsQuiet(Link link) {
		try (Pair pair = new Pair(link)) {
			AtomicBoolean cancelled = new AtomicBoolean();
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return Mono.<String>never().doOnCancel(() -> cancelled.set(true));
			});
			AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
			StepVerifier.create(pair.portal.context(TYPE).runMono((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				context.cancel("enough");
				return stream.receive().next().doOnError(seen::set);
			}).doOnSuccess((nothing) -> assertThat(cancelled).isTrue())).expectComplete().verify(PATIENCE);
			assertThat(seen.get()).isInstanceOf(ContextCancelledException.class);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O1 an opening that is not answered in time fails, and the callee is cancelled")
	void whenCalleeDoesNotStartThenOpeningTimesOut(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			// or the open timeout would be that of connecting
			pair.portal.connect().block(PATIENCE);
			CountDownLatch cancelled = new CountDownLatch(1);
			pair.there.react(TYPE, (context, argument) -> Mono.<String>never().doOnCancel(cancelled::countDown));
			StepVerifier
				.create(pair.portal.context(TYPE)
					.openTimeout(Duration.ofMillis(200))
					.runMono((context) -> Mono.just("never")))
				.expectError(ContextTimeoutException.class)
				.verify(PATIENCE);
			Waits.await(cancelled);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("M3 one subscriber at a time receives, and the next one goes on where it stopped")
	void whenSubscriberCancelsThenTheNextGoesOn(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return context.openStream().sendAll(Flux.range(0, 5)).thenReturn("done");
			});
			StepVerifier.create(pair.portal.context(TYPE).runFlux((context) -> {
				Flux<Integer> messages = context.openStream().receive();
				return Flux.concat(messages.take(2), messages.take(2),
						messages.flatMap(
								(msg) -> messages.onErrorResume(IllegalStateException.class, (error) -> Flux.just(-1))),
						messages.defaultIfEmpty(99));
			})).expectNext(0, 1, 2, 3, -1, 99).expectComplete().verify(PATIENCE);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O7 the current context is in the Reactor context, and bound while a body or handler is called")
	void whenInsideThenCurrentContextIsKnown(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				assertThat(TaskContext.current()).contains(context);
				context.started("");
				return Mono.deferContextual((view) -> Mono.just("" + (view.get(TaskContext.class) == context)));
			});
			StepVerifier.create(pair.portal.context(TYPE).runMono((context) -> {
				assertThat(TaskContext.current()).contains(context);
				return Mono.deferContextual((view) -> Mono.just(view.get(TaskContext.class) == context))
					.zipWith(context.result());
			})).assertNext((both) -> {
				assertThat(both.getT1()).isTrue();
				assertThat(both.getT2()).isEqualTo("true");
			}).expectComplete().verify(PATIENCE);
			assertThat(TaskContext.current()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O7 with automatic context propagation the current context is known to operators, on any thread")
	void whenContextIsPropagatedThenOperatorsKnowIt(Link link) {
		Hooks.enableAutomaticContextPropagation();
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return Mono.just("").publishOn(Schedulers.parallel()).map((value) -> "" + isCurrent(context));
			});
			StepVerifier
				.create(pair.portal.context(TYPE)
					.runMono((context) -> Mono.just("")
						.publishOn(Schedulers.parallel())
						.map((value) -> isCurrent(context))
						.zipWith(context.result())))
				.assertNext((both) -> {
					assertThat(both.getT1()).isTrue();
					assertThat(both.getT2()).isEqualTo("true");
				})
				.expectComplete()
				.verify(PATIENCE);
			assertThat(TaskContext.current()).isEmpty();
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
	}

	private static boolean isCurrent(TaskContext context) {
		return TaskContext.current().filter((current) -> current == context).isPresent();
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("E1 blocking calls are refused on a thread that must not block")
	void whenThreadMustNotBlockThenBlockingCallsAreRefused(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				return Mono.never();
			});
			try (var handle = pair.portal.context(TYPE).open()) {
				StepVerifier.create(Mono.fromCallable(handle::result).subscribeOn(Schedulers.parallel()))
					.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(IllegalStateException.class)
						.hasMessageContaining("must not be blocked"))
					.verify(PATIENCE);
			}
		}
	}

}
