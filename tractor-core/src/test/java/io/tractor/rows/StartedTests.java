package io.tractor.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextHandle;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.MsgTypeException;
import io.tractor.RemoteActorException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class StartedTests {

	static final ContextType<String, String, String, Integer, String> TEXT = new ContextType<>("started/text") {
	};

	static final ContextType<String, Fragile, String, String, String> FRAGILE = new ContextType<>("started/fragile") {
	};

	@InEachForm
	@DisplayName("S1 a second started throws an illegal state in the callee, and harms nothing if caught")
	void whenStartedTwiceThenSecondThrows(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("first");
				assertThatIllegalStateException().isThrownBy(() -> ctx.started("second"))
					.withMessageContaining("started")
					.withMessageContaining("'started/text'");
				return "fine";
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				assertThat(ctx.started()).isEqualTo("first");
				return ctx.result();
			});
			assertThat(result).isEqualTo("fine");
		}
	}

	@InEachForm
	@DisplayName("S1 uncaught, the illegal state reaches the caller as the callee's error")
	void whenStartedTwiceUncaughtThenCallerGetsIt(Link link, Form form) {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("first");
				ctx.started("second");
				return "not reached";
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TEXT), CallerContext::result))
				.withMessageContaining("'started/text'")
				.withMessageContaining("there/there-1")
				.satisfies((ex) -> assertThat(ex.exceptionType()).isEqualTo(IllegalStateException.class.getName()));
		}
	}

	@Test
	@DisplayName("S2 the caller has no way to call started")
	void whenCallerThenNoMethodTakesStartedValue() {
		assertThat(Stream.<Class<?>>of(CallerContext.class, ContextHandle.class)
			.flatMap((type) -> Stream.of(type.getMethods()))
			.filter((method) -> method.getName().equals("started"))).isNotEmpty()
			.allSatisfy((method) -> assertThat(method.getParameterCount()).isZero());
		assertThat(CalleeContext.class.isAssignableFrom(ContextHandle.class)).isFalse();
	}

	@InEachForm
	@DisplayName("S2 a caller's context is not a callee's in disguise")
	void whenCallerThenContextIsNoCalleeContext(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("first");
				return "fine";
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				assertThat(ctx).isNotInstanceOf(CalleeContext.class);
				return ctx.result();
			});
			assertThat(result).isEqualTo("fine");
		}
	}

	@InEachForm
	@DisplayName("S3 the started value may be absent")
	@SuppressWarnings("NullAway")
	void whenStartedWithNullThenCallerGetsNull(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started(null);
				try (MsgStream<String, Integer> stream = ctx.openStream()) {
					return stream.receive();
				}
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				@Nullable String started = ctx.started();
				assertThat(started).isNull();
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("works");
					return ctx.result();
				}
			});
			assertThat(result).isEqualTo("works");
		}
	}

	@InEachForm
	@DisplayName("S4 a value that cannot be encoded fails at the call, naming the type, and another may follow")
	void whenStartedValueCannotBeEncodedThenCallFails(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(FRAGILE, (ctx, argument) -> {
				assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> ctx.started(Fragile.BROKEN))
					.withMessageContaining(Fragile.class.getName());
				ctx.started(Fragile.WHOLE);
				return "fine";
			});
			String result = form.run(pair.portal.context(FRAGILE), (ctx) -> {
				assertThat(ctx.started()).isEqualTo(Fragile.WHOLE);
				return ctx.result();
			});
			assertThat(result).isEqualTo("fine");
		}
	}

	@InEachForm
	@DisplayName("S4 uncaught, the encoding error fails the opening and names the type")
	void whenStartedValueCannotBeEncodedUncaughtThenOpeningFails(Link link, Form form) {
		AtomicBoolean entered = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(FRAGILE, (ctx, argument) -> {
				ctx.started(Fragile.BROKEN);
				return "not reached";
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(FRAGILE), (ctx) -> {
					entered.set(true);
					return ctx.result();
				}))
				.withMessageContaining(Fragile.class.getName())
				.satisfies((ex) -> {
					assertThat(ex.exceptionType()).isEqualTo(MsgTypeException.class.getName());
					assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.TYPE);
				});
		}
		assertThat(entered).isFalse();
	}

	@InEachForm
	@DisplayName("S5 of many threads that call started at once, one wins and the others get an illegal state")
	void whenManyThreadsStartThenOneWins(Link link, Form form) throws Exception {
		int threads = 8;
		AtomicReference<String> winner = new AtomicReference<>("");
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				CountDownLatch go = new CountDownLatch(1);
				List<CompletableFuture<String>> attempts = new ArrayList<>();
				for (int i = 0; i < threads; i++) {
					String value = "value " + i;
					attempts.add(Waits.inThread(() -> {
						Waits.await(go);
						try {
							ctx.started(value);
							return value;
						}
						catch (IllegalStateException ex) {
							return "";
						}
					}));
				}
				go.countDown();
				List<String> values = new ArrayList<>();
				for (CompletableFuture<String> attempt : attempts) {
					values.add(Waits.await(attempt));
				}
				values.removeIf(String::isEmpty);
				assertThat(values).hasSize(1);
				winner.set(values.get(0));
				return "fine";
			});
			for (int i = 0; i < 20; i++) {
				String result = form.run(pair.portal.context(TEXT), (ctx) -> {
					String started = ctx.started();
					String end = ctx.result();
					assertThat(started).isEqualTo(winner.get());
					return end;
				});
				assertThat(result).isEqualTo("fine");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("S6 racing with started, the stream opens after it or not at all")
	void whenOpeningStreamRacesWithStartedThenOrderIsKept(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			AtomicBoolean early = new AtomicBoolean();
			pair.handle(TEXT, (ctx, argument) -> {
				AtomicBoolean starting = new AtomicBoolean();
				CountDownLatch go = new CountDownLatch(2);
				CompletableFuture<MsgStream<String, Integer>> opened = Waits.inThread(() -> {
					go.countDown();
					Waits.await(go);
					return openWhenPossible(ctx, starting, early);
				});
				go.countDown();
				Waits.await(go);
				starting.set(true);
				ctx.started("started");
				try (MsgStream<String, Integer> stream = Waits.await(opened)) {
					stream.send(1);
					return stream.receive();
				}
			});
			for (int i = 0; i < 300; i++) {
				String result = pair.portal.context(TEXT).run((ctx) -> {
					try (MsgStream<Integer, String> stream = ctx.openStream()) {
						assertThat(stream.receive()).isEqualTo(1);
						stream.send("over");
						return ctx.result();
					}
				});
				assertThat(result).isEqualTo("over");
			}
			assertThat(early).isFalse();
		}
	}

	private static MsgStream<String, Integer> openWhenPossible(CalleeContext<String, String, Integer> ctx,
			AtomicBoolean starting, AtomicBoolean early) {
		while (true) {
			try {
				MsgStream<String, Integer> stream = ctx.openStream();
				if (!starting.get()) {
					early.set(true);
				}
				return stream;
			}
			catch (IllegalStateException ex) {
				Thread.onSpinWait();
			}
		}
	}

}
