package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextHandle;
import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.MsgTypeException;
import io.tractor.Outcome;
import io.tractor.RemoteActorException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class ResultTests {

	static final ContextType<String, String, String, Integer, List<String>> LIST = new ContextType<>("result/list") {
	};

	static final ContextType<String, String, String, Integer, String> TEXT = new ContextType<>("result/text") {
	};

	static final ContextType<String, String, String, String, Fragile> FRAGILE = new ContextType<>("result/fragile") {
	};

	@InEachForm
	@DisplayName("R1 the return value reaches the caller, and asking again gives the same")
	void whenCalleeReturnsThenResultCanBeAskedAgain(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(LIST, (ctx, argument) -> {
				ctx.started("started");
				return List.of(argument, "and more");
			});
			List<String> result = form.run(pair.portal.context(LIST).argument("this"), (ctx) -> {
				List<String> first = ctx.result();
				assertThat(ctx.result()).isSameAs(first);
				assertThat(ctx.outcome()).isInstanceOfSatisfying(Outcome.Completed.class,
						(completed) -> assertThat(completed.value()).isSameAs(first));
				return first;
			});
			assertThat(result).containsExactly("this", "and more");
		}
	}

	@InEachForm
	@DisplayName("R1 a result may be null")
	@SuppressWarnings("NullAway")
	void whenCalleeReturnsNullThenResultIsNull(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				return null;
			});
			@Nullable String result = form.run(pair.portal.context(TEXT), CallerContext::result);
			assertThat(result).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("R1 the outcome of a scope carries the result")
	void whenCalleeReturnsThenOutcomeHasResult(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				return "value";
			});
			Outcome<String> outcome = pair.portal.context(TEXT).runForOutcome(CallerContext::started);
			assertThat(outcome).isEqualTo(new Outcome.Completed<>("value", Ledger.EMPTY, List.of()));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("R2 leaving the scope waits for the result, however long that takes")
	void whenBodyIsLeftThenResultIsAwaited(Link link) throws Exception {
		CountDownLatch left = new CountDownLatch(1);
		AtomicBoolean returned = new AtomicBoolean();
		AtomicBoolean wasEarly = new AtomicBoolean();
		CountDownLatch ended = new CountDownLatch(1);
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				Waits.await(left);
				wasEarly.set(ended.await(200, TimeUnit.MILLISECONDS));
				returned.set(true);
				return "value";
			});
			ContextSpec<String, String, String, Integer, String> spec = pair.portal.context(TEXT)
				.cancelTimeout(Duration.ofMillis(20));
			Outcome<String> outcome = spec.runForOutcome((ctx) -> {
				left.countDown();
				return "left";
			});
			ended.countDown();
			assertThat(returned).isTrue();
			assertThat(wasEarly).isFalse();
			assertThat(outcome).isInstanceOfSatisfying(Outcome.Completed.class,
					(completed) -> assertThat(completed.value()).isEqualTo("value"));
		}
	}

	@InEachForm
	@DisplayName("R2 asking for the result waits for it")
	void whenResultIsAskedThenItIsAwaited(Link link, Form form) throws Exception {
		CountDownLatch asking = new CountDownLatch(1);
		CountDownLatch given = new CountDownLatch(1);
		AtomicBoolean wasEarly = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				Waits.await(asking);
				wasEarly.set(given.await(200, TimeUnit.MILLISECONDS));
				return "value";
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				asking.countDown();
				String value = ctx.result();
				given.countDown();
				return value;
			});
			assertThat(result).isEqualTo("value");
			assertThat(wasEarly).isFalse();
		}
	}

	@InEachForm
	@DisplayName("R3 waiting for the result passes over messages in transit, which the ledger counts as discarded")
	void whenResultIsAwaitedThenMessagesArePassedOver(Link link, Form form) throws Exception {
		int messages = 1000;
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					assertThat(stream.receive()).isEqualTo("open");
					for (int i = 0; i < messages; i++) {
						stream.send(i);
					}
				}
				return "all sent";
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("open");
					assertThat(stream.receive()).isZero();
					assertThat(stream.receive()).isEqualTo(1);
					assertThat(ctx.result()).isEqualTo("all sent");
				}
				assertThat(ctx.outcome().ledger().toCaller())
					.isEqualTo(new Ledger.Direction(messages, 2, 0, messages - 2, 0));
				return null;
			});
			Waits.until(() -> pair.there.outcomes.size() == 1);
			assertThat(pair.there.outcomes.get(0).ledger().toCaller())
				.isEqualTo(new Ledger.Direction(messages, 2, 0, messages - 2, 0));
		}
	}

	@InEachForm
	@DisplayName("R3 messages to a stream that the caller never opened do not stand in the way of the result")
	void whenStreamIsNeverOpenedThenResultComes(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					for (int i = 0; i < 64; i++) {
						stream.send(i);
					}
				}
				return "all sent";
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				assertThat(ctx.result()).isEqualTo("all sent");
				assertThat(ctx.outcome().ledger().toCaller()).isEqualTo(new Ledger.Direction(64, 0, 0, 64, 0));
				return null;
			});
		}
	}

	@InEachForm
	@DisplayName("R3 a result that is there before its messages are read leaves them readable")
	void whenCalleeHasReturnedThenMessagesAreStillRead(Link link, Form form) throws Exception {
		CountDownLatch returning = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					for (int i = 0; i < 50; i++) {
						stream.send(i);
					}
				}
				returning.countDown();
				return "all sent";
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				Waits.await(returning);
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					assertThat(stream.iterator()).toIterable().containsExactlyElementsOf(numbers(50));
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("all sent");
		}
	}

	@Test
	@DisplayName("R4 the callee has no way to ask for a result")
	void whenCalleeThenNoMethodGivesResult() {
		assertThat(Stream.of(CalleeContext.class.getMethods()).map((method) -> method.getName()))
			.doesNotContain("result", "outcome")
			.contains("started");
		assertThat(CallerContext.class.isAssignableFrom(CalleeContext.class)).isFalse();
	}

	@InEachForm
	@DisplayName("R4 a callee's context is not a caller's in disguise")
	void whenCalleeThenContextIsNoCallerContext(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				assertThat(ctx).isNotInstanceOfAny(CallerContext.class, ContextHandle.class);
				return "fine";
			});
			String result = form.run(pair.portal.context(TEXT), CallerContext::result);
			assertThat(result).isEqualTo("fine");
		}
	}

	@InEachForm
	@DisplayName("R5 a result that cannot be encoded reaches the caller as an error that names the type")
	void whenResultCannotBeEncodedThenCallerGetsError(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(FRAGILE, (ctx, argument) -> {
				ctx.started("started");
				return argument.equals("broken") ? Fragile.BROKEN : Fragile.WHOLE;
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(FRAGILE).argument("broken"), CallerContext::result))
				.withMessageContaining(Fragile.class.getName())
				.withMessageContaining("'result/fragile'")
				.satisfies((ex) -> {
					assertThat(ex.exceptionType()).isEqualTo(MsgTypeException.class.getName());
					assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.TYPE);
				});
			Fragile result = form.run(pair.portal.context(FRAGILE).argument("whole"), CallerContext::result);
			assertThat(result).isEqualTo(Fragile.WHOLE);
		}
	}

	private static List<Integer> numbers(int count) {
		return IntStream.range(0, count).boxed().toList();
	}

}
