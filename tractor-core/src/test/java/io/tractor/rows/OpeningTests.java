package io.tractor.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.MsgTypeException;
import io.tractor.Peer;
import io.tractor.Portal;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import io.tractor.TaskContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

@Timeout(60)
class OpeningTests {

	static final ContextType<String, String, String, Integer, String> ECHO = new ContextType<>("echo") {
	};

	static final ContextType<String, String, String, Integer, String> NOWHERE = new ContextType<>("nowhere") {
	};

	static final ContextType<String, String, String, String, String> TEXT_ARGUMENT = new ContextType<>("argument") {
	};

	static final ContextType<List<Integer>, String, String, String, String> NUMBERS_ARGUMENT = new ContextType<>(
			"argument") {
	};

	static final ContextType<String, Void, Void, Void, Integer> LENGTH = new ContextType<>("length") {
	};

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O1 opening returns after started and hands its value over")
	void whenCalleeStartsThenValueIsHandedOver(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.handle(ECHO, OpeningTests::echo);
			assertEchoes(pair.portal);
		}
	}

	private static String echo(CalleeContext<String, String, Integer> ctx, String argument) {
		ctx.started("hello " + argument);
		try (MsgStream<String, Integer> stream = ctx.openStream()) {
			StringBuilder all = new StringBuilder(stream.receive());
			for (int i = 0; i < 1000; i++) {
				stream.send(i);
			}
			stream.endSend();
			for (String msg : stream) {
				all.append(msg);
			}
			return all.toString();
		}
	}

	private static void assertEchoes(Portal portal) throws Exception {
		for (Form form : Form.values()) {
			List<Integer> received = new ArrayList<>();
			String result = form.run(portal.context(ECHO).argument("you"), (ctx) -> {
				assertThat(ctx.started()).isEqualTo("hello you");
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("a");
					stream.send("b");
					stream.endSend();
					stream.forEach(received::add);
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("ab");
			assertThat(received).hasSize(1000).isSorted();
		}
	}

	@InEachForm
	@DisplayName("O1 opening does not return before started")
	void whenCalleeHasNotStartedThenOpeningWaits(Link link, Form form) throws Exception {
		CountDownLatch opened = new CountDownLatch(1);
		AtomicBoolean wasEarly = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(ECHO, (ctx, argument) -> {
				wasEarly.set(opened.await(200, TimeUnit.MILLISECONDS));
				ctx.started("now");
				Waits.await(opened);
				return "done";
			});
			String result = form.run(pair.portal.context(ECHO), (ctx) -> {
				opened.countDown();
				return ctx.result();
			});
			assertThat(result).isEqualTo("done");
			assertThat(wasEarly).isFalse();
		}
	}

	@InEachForm
	@DisplayName("O2 an error before started fails the opening with that error")
	void whenCalleeFailsBeforeStartedThenOpeningFails(Link link, Form form) {
		AtomicBoolean entered = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(ECHO, (ctx, argument) -> {
				throw new IOException("no disk");
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(ECHO), (ctx) -> {
					entered.set(true);
					return ctx.result();
				}))
				.withMessageContaining("'echo'")
				.withMessageContaining("there/there-1")
				.withMessageContaining("no disk")
				.satisfies((ex) -> {
					Peer there = new Peer("there", "there-1");
					assertThat(ex.exceptionType()).isEqualTo(IOException.class.getName());
					assertThat(ex.exceptionMessage()).isEqualTo("no disk");
					assertThat(ex.origin()).isEqualTo(there);
					assertThat(ex.relayPath()).containsExactly(there);
					assertThat(ex.failure().route()).isEqualTo("echo");
				});
		}
		assertThat(entered).isFalse();
	}

	@InEachForm
	@DisplayName("O3 a callee that returns without started fails the opening with a protocol error that says so")
	void whenCalleeNeverStartsThenOpeningFails(Link link, Form form) {
		AtomicBoolean entered = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(ECHO, (ctx, argument) -> "returned");
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(ECHO), (ctx) -> {
					entered.set(true);
					return ctx.result();
				}))
				.withMessageContaining("'echo'")
				.withMessageContaining("without calling started")
				.satisfies((ex) -> {
					assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.PROTOCOL);
					assertThat(ex.exceptionType()).isEqualTo(ContextProtocolException.class.getName());
				});
		}
		assertThat(entered).isFalse();
	}

	@InEachForm
	@DisplayName("O4 a route without handler is rejected, and the connection's other contexts live on")
	void whenRouteHasNoHandlerThenOpeningIsRejected(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(ECHO, OpeningTests::echo);
			String result = form.run(pair.portal.context(ECHO).argument("you"), (ctx) -> {
				assertThatExceptionOfType(ContextRejectedException.class)
					.isThrownBy(() -> form.run(pair.portal.context(NOWHERE), CallerContext::result))
					.withMessageContaining("'nowhere'")
					.withMessageContaining("there/there-1")
					.satisfies((ex) -> {
						assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.NO_HANDLER);
						assertThat(ex.retryable()).isFalse();
					});
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("alive");
					stream.endSend();
					assertThat(stream).hasSize(1000);
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("alive");
			assertEchoes(pair.portal);
			assertThat(pair.there.endpoint.connected()).hasSize(1);
		}
	}

	@InEachForm
	@DisplayName("O6 an argument that cannot be read fails the opening with a type error, and the handler is never called")
	void whenArgumentCannotBeReadThenOpeningFails(Link link, Form form) throws Exception {
		AtomicBoolean called = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(NUMBERS_ARGUMENT, (ctx, argument) -> {
				called.set(true);
				ctx.started("started");
				return "sum " + argument.stream().mapToInt(Integer::intValue).sum();
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TEXT_ARGUMENT).argument("no numbers"),
						CallerContext::result))
				.withMessageContaining("java.util.List<java.lang.Integer>")
				.withMessageContaining("'argument'")
				.satisfies((ex) -> {
					assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.TYPE);
					assertThat(ex.exceptionType()).isEqualTo(MsgTypeException.class.getName());
				});
			assertThat(called).isFalse();
			String result = form.run(pair.portal.context(NUMBERS_ARGUMENT).argument(List.of(1, 2)),
					CallerContext::result);
			assertThat(result).isEqualTo("sum 3");
		}
	}

	@InEachForm
	@DisplayName("O6 an argument that is too large fails the opening, and the connection's other contexts live on")
	void whenArgumentIsTooLargeThenOpeningFails(Link link, Form form) throws Exception {
		AtomicBoolean called = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT_ARGUMENT, (ctx, argument) -> {
				called.set(true);
				return "not reached";
			});
			pair.handle(ECHO, OpeningTests::echo);
			pair.portal.context(ECHO).argument("you").run((ctx) -> {
				for (int size : new int[] { 1024 * 1024 + 1, 20 * 1024 * 1024 }) {
					assertThatExceptionOfType(ContextRejectedException.class)
						.isThrownBy(() -> form.run(pair.portal.context(TEXT_ARGUMENT).argument("x".repeat(size)),
								CallerContext::result))
						.withMessageContaining("'argument'")
						.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.INVALID));
				}
				try (MsgStream<Integer, String> stream = ctx.openStream()) {
					stream.send("alive");
					stream.endSend();
					assertThat(stream).hasSize(1000);
				}
				assertThat(ctx.result()).isEqualTo("alive");
				return null;
			});
			assertThat(called).isFalse();
			assertThat(pair.there.endpoint.connected()).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("O7 the current context can be looked up in both tasks, and is the innermost of nested ones")
	void whenContextsAreNestedThenCurrentIsInnermost(Link link) {
		AtomicReference<Optional<TaskContext>> outerCallee = new AtomicReference<>(Optional.empty());
		AtomicReference<Optional<TaskContext>> afterNested = new AtomicReference<>(Optional.empty());
		AtomicReference<Optional<TaskContext>> innerCallee = new AtomicReference<>(Optional.empty());
		try (Pair pair = new Pair(link)) {
			pair.there.handle(ECHO, (ctx, argument) -> {
				ctx.started("started");
				outerCallee.set(TaskContext.current());
				assertThat(TaskContext.current()).containsSame(ctx);
				int length = pair.back().context(LENGTH).argument(argument).run((nested) -> {
					assertThat(TaskContext.current()).containsSame(nested);
					return nested.result();
				});
				afterNested.set(TaskContext.current());
				return "length " + length;
			});
			pair.here.handle(LENGTH, (ctx, argument) -> {
				innerCallee.set(TaskContext.current());
				assertThat(TaskContext.current()).containsSame(ctx);
				return argument.length();
			});
			assertThat(TaskContext.current()).isEmpty();
			pair.portal.context(ECHO).argument("four").run((ctx) -> {
				assertThat(TaskContext.current()).containsSame(ctx);
				assertThat(ctx.result()).isEqualTo("length 4");
				assertThatExceptionOfType(ContextRejectedException.class)
					.isThrownBy(() -> pair.portal.context(NOWHERE).run(CallerContext::result));
				assertThat(TaskContext.current()).containsSame(ctx);
				assertThat(outerCallee.get()).map(TaskContext::id).contains(ctx.id());
				return null;
			});
			assertThat(TaskContext.current()).isEmpty();
			assertThat(afterNested).hasValue(outerCallee.get());
			assertThat(innerCallee.get()).map(TaskContext::side).contains(Side.CALLEE);
			assertThat(innerCallee.get()).map(TaskContext::route).contains("length");
		}
	}

	@InEachForm
	@DisplayName("O8 each side knows the peer's identity, the route and the context's id")
	void whenOpenedThenEachSideKnowsThePeer(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(ECHO, (ctx, argument) -> {
				ctx.started(ctx.id());
				assertThat(ctx.peer()).isEqualTo(new Peer("here", "here-1"));
				assertThat(ctx.route()).isEqualTo("echo");
				assertThat(ctx.side()).isEqualTo(Side.CALLEE);
				assertThat(ctx.principal()).isNull();
				return "fine";
			});
			String result = form.run(pair.portal.context(ECHO), (ctx) -> {
				assertThat(ctx.started()).isEqualTo(ctx.id());
				assertThat(ctx.peer()).isEqualTo(new Peer("there", "there-1"));
				assertThat(ctx.route()).isEqualTo("echo");
				assertThat(ctx.side()).isEqualTo(Side.CALLER);
				return ctx.result();
			});
			assertThat(result).isEqualTo("fine");
		}
	}

	@InEachForm
	@DisplayName("O11 a handler that takes no context is a plain call: started is implied, the return value is the result")
	void whenHandlerTakesNoContextThenItIsAPlainCall(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(LENGTH, (ctx, argument) -> {
				if (argument.isEmpty()) {
					throw new IOException("nothing to measure");
				}
				return argument.length();
			});
			int length = form.run(pair.portal.context(LENGTH).argument("four"), (ctx) -> {
				@Nullable Void started = ctx.started();
				assertThat(started).isNull();
				return ctx.result();
			});
			assertThat(length).isEqualTo(4);
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(LENGTH).argument(""), CallerContext::result))
				.withMessageContaining("nothing to measure");
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O12 a server opens contexts on a client that connected to it, while the client does on the server")
	void whenServerOpensContextOnClientThenItWorks(Link link) throws Exception {
		try (Pair pair = new Pair(link)) {
			pair.here.handle(ECHO, OpeningTests::echo);
			pair.there.handle(ECHO, OpeningTests::echo);
			Portal back = pair.back();
			CompletableFuture<Boolean> other = Waits.inThread(() -> {
				assertEchoes(pair.portal);
				return true;
			});
			assertEchoes(back);
			Waits.await(other);
			assertThat(pair.there.endpoint.connected()).hasSize(1);
		}
	}

	@InEachForm
	@DisplayName("O12 a server's context on a client fails as any other")
	void whenClientsHandlerFailsThenServerGetsIt(Link link, Form form) {
		try (Pair pair = new Pair(link, form)) {
			pair.here.handle(ECHO, (ctx, argument) -> {
				ctx.started("started");
				throw new IOException("no disk");
			});
			Portal back = pair.back();
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(back.context(ECHO), CallerContext::result))
				.withMessageContaining("no disk")
				.satisfies((ex) -> assertThat(ex.origin()).isEqualTo(new Peer("here", "here-1")));
			assertThatExceptionOfType(ContextRejectedException.class)
				.isThrownBy(() -> form.run(back.context(NOWHERE), CallerContext::result))
				.withMessageContaining("here/here-1");
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("O13 an application opens a context on itself, with the same behaviour")
	void whenApplicationOpensContextOnItselfThenItWorks(Link link) throws Exception {
		try (Pair self = Pair.withItself(link)) {
			self.handle(ECHO, OpeningTests::echo);
			assertEchoes(self.portal);
			self.handle(LENGTH, (ctx, argument) -> {
				assertThat(ctx.peer()).isEqualTo(new Peer("self", "self-1"));
				return argument.length();
			});
			int length = self.portal.context(LENGTH).argument("four").run((ctx) -> {
				assertThat(ctx.peer()).isEqualTo(new Peer("self", "self-1"));
				return ctx.result();
			});
			assertThat(length).isEqualTo(4);
		}
	}

	@InEachForm
	@DisplayName("O13 an error, a cancellation and an overrun of a context on itself are as on another application")
	void whenContextOnItselfEndsThenBothSidesSeeIt(Link link, Form form) throws Exception {
		AtomicReference<@Nullable Throwable> cancellation = new AtomicReference<>();
		CountDownLatch cancelled = new CountDownLatch(1);
		try (Pair self = Pair.withItself(link)) {
			self.handle(ECHO, (ctx, argument) -> {
				ctx.started("started");
				if (argument.equals("fail")) {
					throw new IOException("no disk");
				}
				Waits.awaitInterrupt();
				cancellation.set(catchThrowable(ctx::openStream));
				cancelled.countDown();
				return "cancelled";
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(self.portal.context(ECHO).argument("fail"), CallerContext::result))
				.withMessageContaining("no disk");
			form.run(self.portal.context(ECHO).argument("wait"), (ctx) -> {
				ctx.cancel("enough");
				return null;
			});
			Waits.await(cancelled);
			assertThat(cancellation.get()).isInstanceOf(ContextCancelledException.class).hasMessageContaining("enough");
			assertThatExceptionOfType(StreamOverrunException.class)
				.isThrownBy(() -> form.run(self.portal.context(ECHO).argument("wait"), (ctx) -> {
					MsgStream<Integer, String> stream = ctx.openStream();
					for (int i = 0; i < 65; i++) {
						stream.send("message");
					}
					return null;
				}));
		}
	}

}
