package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextSpec;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import io.tractor.TaskContext;
import io.tractor.engine.BufferLimits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Contexts nested over three hops, between four applications.
 */
@Timeout(60)
class ChainTests {

	private static final ContextType<String, String, Integer, Integer, String> FIRST = new ContextType<>("first") {
	};

	private static final ContextType<String, String, Integer, Integer, String> SECOND = new ContextType<>("second") {
	};

	private static final ContextType<String, String, Integer, Integer, String> THIRD = new ContextType<>("third") {
	};

	@InEachForm
	@DisplayName("E11 an error over three nested hops keeps its source and path")
	void whenLastOfThreeHopsFailsThenErrorKeepsSourceAndPath(Link link, Form form) {
		try (Chain chain = new Chain(link, form)) {
			chain.c.handle(THIRD, (ctx, argument) -> {
				chain.ids.put("third", ctx.id());
				ctx.started("");
				throw new IOException("the disk is full");
			});
			RemoteActorException ex = catchThrowableOfType(RemoteActorException.class,
					() -> form.run(chain.open(), CallerContext::result));
			assertThat(ex.exceptionType()).isEqualTo(IOException.class.getName());
			assertThat(ex.exceptionMessage()).isEqualTo("the disk is full");
			assertThat(ex.relayPath()).containsExactly(peer("c"), peer("b"), peer("a"));
			assertThat(ex.origin()).isEqualTo(peer("c"));
			assertThat(ex.failure().route()).isEqualTo("third");
			assertThat(ex.failure().contextId()).isEqualTo(chain.ids.get("third"));
			assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.APPLICATION);
			assertThat(ex).hasMessageContainingAll("'third'", "a/a-1", "first at c/c-1",
					"IOException: the disk is full");
			chain.assertOver();
		}
	}

	@InEachForm
	@DisplayName("E11 V7 an overrun over three nested hops stays the root, with the path of the error")
	void whenLastOfThreeHopsOverrunsThenOverrunIsTheRoot(Link link, Form form) {
		try (Chain chain = new Chain(link, form)) {
			chain.c.handle(THIRD, (ctx, argument) -> {
				chain.ids.put("third", ctx.id());
				ctx.started("");
				try (MsgStream<Integer, Integer> stream = ctx.openStream()) {
					while (true) {
						stream.send(1);
					}
				}
			});
			RemoteActorException ex = catchThrowableOfType(RemoteActorException.class,
					() -> form.run(chain.open(), CallerContext::result));
			assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.OVERRUN);
			assertThat(ex.relayPath()).containsExactly(peer("b"), peer("c"), peer("b"), peer("a"));
			assertThat(ex.getCause()).isInstanceOfSatisfying(StreamOverrunException.class, (overrun) -> {
				assertThat(overrun.report().sentBy()).isEqualTo(peer("c"));
				assertThat(overrun.report().receivedBy()).isEqualTo(peer("b"));
				assertThat(overrun.report().contextId()).isEqualTo(chain.ids.get("third"));
			});
			chain.assertOver();
		}
	}

	@InEachForm
	@DisplayName("E11 E3 an error of the first caller cancels all three callees, each with its reason")
	void whenFirstCallerFailsThenAllCalleesAreCancelled(Link link, Form form) {
		try (Chain chain = new Chain(link, form)) {
			CountDownLatch ready = chain.stay();
			Throwable raised = catchThrowable(() -> form.run(chain.open(), (ctx) -> {
				Waits.await(ready);
				throw new IOException("the disk is full");
			}));
			assertThat(raised).isInstanceOf(IOException.class).hasMessage("the disk is full");
			chain.assertOver();
			assertThat(chain.outcome("first")).isInstanceOfSatisfying(Outcome.Cancelled.class, (cancelled) -> {
				ContextCancelledException cancellation = cancelled.cancellation();
				assertThat(cancellation.peer()).isEqualTo(peer("here"));
				assertThat(form == Form.HANDLE || IOException.class.getName().equals(cancellation.causeType()))
					.isTrue();
			});
			assertThat(chain.outcome("second")).isInstanceOf(Outcome.Cancelled.class);
			assertThat(chain.outcome("third")).isInstanceOf(Outcome.Cancelled.class);
		}
	}

	@InEachForm
	@DisplayName("O9 a deadline is inherited over three hops, and past it all of them end, the opener's with its own timeout")
	void whenDeadlinePassesThenThreeHopsEnd(Link link, Form form) {
		try (Chain chain = new Chain(link, form)) {
			chain.connect();
			chain.stay();
			Duration deadline = Duration.ofSeconds(1);
			Throwable raised = catchThrowable(() -> form.run(chain.open().deadline(deadline), CallerContext::result));
			assertThat(raised).isInstanceOf(ContextTimeoutException.class)
				.hasMessageContainingAll("'first'", "a/a-1", "within its deadline of PT1S");
			chain.assertOver();
			// the thread of a reactive callee's test may note it after the end
			Waits.until(() -> chain.remaining.size() == 3);
			List<Duration> remaining = List.of(deadline.plusMillis(1), chain.remaining.get("first").plusMillis(1),
					chain.remaining.get("second").plusMillis(1));
			assertThat(chain.remaining.get("first")).isPositive().isLessThanOrEqualTo(remaining.get(0));
			assertThat(chain.remaining.get("second")).isPositive().isLessThanOrEqualTo(remaining.get(1));
			assertThat(chain.remaining.get("third")).isPositive().isLessThanOrEqualTo(remaining.get(2));
			// its own deadline may end what a hop waits for before the cancellation
			// arrives
			for (String route : List.of("first", "second")) {
				if (chain.outcome(route) instanceof Outcome.Failed<?> failed) {
					assertThat(failed.error()).isInstanceOf(ContextTimeoutException.class);
				}
				else {
					assertThat(chain.outcome(route)).isInstanceOf(Outcome.Cancelled.class);
				}
			}
			assertThat(chain.outcome("third")).isInstanceOfSatisfying(Outcome.Cancelled.class,
					(cancelled) -> assertThat(cancelled.cancellation().by()).isEqualTo(Side.CALLER));
		}
	}

	private static Peer peer(String name) {
		return new Peer(name, name + "-1");
	}

	/**
	 * The handler of each application but the last opens a context on the next one.
	 */
	private static final class Chain implements AutoCloseable {

		private final Map<String, String> ids = new ConcurrentHashMap<>();

		private final Map<String, Duration> remaining = new ConcurrentHashMap<>();

		private final Node here = node("here");

		private final Node a = node("a");

		private final Node b = node("b");

		private final Node c = node("c");

		private final Pair first;

		private final Pair second;

		private final Pair third;

		Chain(Link link, Form form) {
			this.first = new Pair(link, this.here, this.a, (builder) -> builder);
			this.second = new Pair(link, this.a, this.b, (builder) -> builder);
			this.third = new Pair(link, this.b, this.c, (builder) -> builder);
			this.a.handle(FIRST, (ctx, argument) -> {
				ctx.started("");
				note(ctx);
				return form.run(this.second.portal.context(SECOND), CallerContext::result);
			});
			this.b.handle(SECOND, (ctx, argument) -> {
				ctx.started("");
				note(ctx);
				return form.run(this.third.portal.context(THIRD), CallerContext::result);
			});
		}

		private static Node node(String name) {
			return new Node(name, BufferLimits.DEFAULT, Duration.ofSeconds(10));
		}

		private void note(TaskContext context) {
			context.remainingTime().ifPresent((time) -> this.remaining.put(context.route(), time));
		}

		ContextSpec<String, String, Integer, Integer, String> open() {
			return this.first.portal.context(FIRST);
		}

		/**
		 * Connect all, so that no time is lost with it later.
		 */
		void connect() {
			List.of(this.first, this.second, this.third).forEach((pair) -> pair.portal.connect().block(Duet.PATIENCE));
		}

		/**
		 * Let the last one stay until it is interrupted.
		 * @return open once it is there
		 */
		CountDownLatch stay() {
			CountDownLatch ready = new CountDownLatch(1);
			this.c.handle(THIRD, (ctx, argument) -> {
				ctx.started("");
				note(ctx);
				ready.countDown();
				Waits.awaitInterrupt();
				return "";
			});
			return ready;
		}

		/**
		 * Return how the callee on a route ended.
		 */
		Outcome<?> outcome(String route) {
			return List.of(this.a, this.b, this.c)
				.stream()
				.flatMap((node) -> node.contexts.stream()
					.filter((context) -> context.side() == Side.CALLEE && context.route().equals(route))
					.map((context) -> node.outcomes.get(node.contexts.indexOf(context))))
				.findFirst()
				.orElseThrow();
		}

		void assertOver() {
			Waits.until(() -> this.here.outcomes.size() == 1 && this.a.outcomes.size() == 2
					&& this.b.outcomes.size() == 2 && this.c.outcomes.size() == 1);
			Waits.until(() -> List.of(this.here, this.a, this.b, this.c)
				.stream()
				.allMatch((node) -> node.endpoint.openContexts() == 0));
		}

		@Override
		public void close() {
			this.first.close();
			this.second.close();
			this.third.close();
		}

	}

}
