package io.tractor.rows;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.StreamOverrunException;
import io.tractor.engine.BufferLimits;
import io.tractor.task.RemoteErrors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Texts of peers that would be lines of their own in a log.
 */
@Timeout(60)
class ForgedTextTests {

	private static final String FORGED = "\n2026-01-01 ERROR all is lost";

	private static final ContextType<String, String, Integer, Integer, String> OUTER = new ContextType<>("outer") {
	};

	private static final ContextType<String, String, String, String, String> VARIABLE = new ContextType<>(
			"orders.{id}") {
	};

	private static Node node(String name) {
		return new Node(name, BufferLimits.DEFAULT, Duration.ofSeconds(10),
				new RemoteErrors(null, false, Set.of(IllegalStateException.class)));
	}

	private static Pair pair(Link link) {
		return new Pair(link, node("here" + FORGED), node("there" + FORGED), (builder) -> builder);
	}

	@InEachForm
	@DisplayName("E7 E8 a peer's name, reasons and messages make no lines of their own in a log")
	void whenTextsHaveLineBreaksThenNoLogLineHas(Link link, Form form) throws Exception {
		try (Lines lines = new Lines("io.tractor"); Pair pair = pair(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				switch (argument) {
					case "fail" -> throw new IllegalStateException("broken" + FORGED);
					case "cancel" -> ctx.cancel("enough" + FORGED);
					default -> Waits.awaitInterrupt();
				}
				return "";
			});
			pair.handle(OUTER, (ctx, argument) -> form.run(pair.portal.context(Duet.TYPE).argument("fail"),
					CallerContext::result));
			RemoteActorException failure = catchThrowableOfType(RemoteActorException.class,
					() -> form.run(pair.portal.context(OUTER), CallerContext::result));
			assertThat(failure.exceptionMessage()).isEqualTo("broken" + FORGED);
			assertThat(failure.relayPath().get(0)).isEqualTo(new Peer("there" + FORGED, "there" + FORGED + "-1"));
			assertThat(failure.getMessage()).contains("broken\\n2026", "there\\n2026").doesNotContain("\n");
			assertThat(failure.getCause()).isInstanceOf(IllegalStateException.class);
			assertThat(failure.getCause().getMessage()).contains("broken\\n2026").doesNotContain("\n");
			ContextCancelledException cancelled = catchThrowableOfType(ContextCancelledException.class,
					() -> form.run(pair.portal.context(Duet.TYPE).argument("cancel"), CallerContext::result));
			assertThat(cancelled.reason()).isEqualTo("enough" + FORGED);
			assertThat(cancelled.getMessage()).contains("enough\\n2026").doesNotContain("\n");
			StreamOverrunException overrun = catchThrowableOfType(StreamOverrunException.class,
					() -> form.run(pair.portal.context(Duet.TYPE).argument("stay"), (ctx) -> {
						try (MsgStream<Integer, Integer> stream = ctx.openStream()) {
							while (true) {
								stream.send(1);
							}
						}
					}));
			assertThat(overrun.getMessage()).contains("there\\n2026").doesNotContain("\n");
			CountDownLatch mayEnd = new CountDownLatch(1);
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				Waits.await(mayEnd);
				return "";
			});
			form.run(pair.portal.context(Duet.TYPE).cancelTimeout(Duration.ofMillis(50)), (ctx) -> {
				ctx.cancel("enough");
				return null;
			});
			mayEnd.countDown();
			Waits.until(() -> pair.there.outcomes.size() == 5);
			Waits.until(() -> lines.texts().size() > 6);
			assertThat(lines.texts()).allSatisfy((line) -> assertThat(line).doesNotContain("\n"));
			assertThat(lines.texts()).anySatisfy((line) -> assertThat(line).contains("there\\n2026"));
			// the application's own error is logged where it was thrown, as it is
			assertThat(lines.errors()).filteredOn((message) -> message.contains("\n"))
				.containsExactly("broken" + FORGED);
		}
	}

	@InEachForm
	@DisplayName("L2 a route with line breaks in it is refused")
	void whenRouteHasLineBreaksThenOpeningIsRejected(Link link, Form form) {
		try (Pair pair = pair(link)) {
			AtomicReference<String> route = new AtomicReference<>();
			pair.handle(new ContextType<String, String, String, String, String>("orders.1" + FORGED) {
			}, (ctx, argument) -> {
				route.set(ctx.route());
				return "";
			});
			ContextRejectedException rejected = catchThrowableOfType(ContextRejectedException.class,
					() -> form.run(pair.portal.context(VARIABLE).variables("1" + FORGED), CallerContext::result));
			assertThat(rejected.code()).isEqualTo(ContextRejectedException.Code.INVALID);
			assertThat(rejected).hasMessageContaining("control characters");
			assertThat(route).hasNullValue();
		}
	}

}
