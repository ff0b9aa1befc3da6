package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextType;
import io.tractor.ErrorRedactor;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.engine.BufferLimits;
import io.tractor.task.RemoteErrors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What leaves a process of the errors in it.
 */
@Timeout(60)
class ErrorRedactionTests {

	private static final ContextType<String, String, Integer, Integer, String> OUTER = new ContextType<>("outer") {
	};

	private static final ErrorRedactor CENSOR = (error, message) -> message.replace("secret", "***");

	private static final ErrorRedactor BROKEN = (error, message) -> {
		throw new IllegalStateException("no idea");
	};

	private static Pair pair(Link link, RemoteErrors here, RemoteErrors there) {
		return new Pair(link, node("here", here), node("there", there), (builder) -> builder);
	}

	private static Node node(String name, RemoteErrors errors) {
		return new Node(name, BufferLimits.DEFAULT, Duration.ofSeconds(10), errors);
	}

	static Stream<Arguments> redactions() {
		return Cases.linkAndForm()
			.flatMap((each) -> Stream.of(
					Arguments.of(each.get()[0], each.get()[1], "none", new RemoteErrors(null, true, Set.of()),
							"a secret plan"),
					Arguments.of(each.get()[0], each.get()[1], "all",
							new RemoteErrors(ErrorRedactor.HIDE_ALL, true, Set.of()), ""),
					Arguments.of(each.get()[0], each.get()[1], "own", new RemoteErrors(CENSOR, true, Set.of()),
							"a *** plan"),
					Arguments.of(each.get()[0], each.get()[1], "broken", new RemoteErrors(BROKEN, true, Set.of()),
							"")));
	}

	@ParameterizedTest(name = "{0} {1} {2}")
	@MethodSource("redactions")
	@DisplayName("E8 a handler's error says no more than its application lets it, and its stack trace neither")
	void whenMessagesAreRedactedThenCallerLearnsTheRest(Link link, Form form, String what, RemoteErrors errors,
			String message) {
		try (Pair pair = pair(link, RemoteErrors.DEFAULT, errors)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				IOException error = new IOException("a secret plan", new IllegalStateException("another secret"));
				error.addSuppressed(new IllegalArgumentException("a third secret"));
				throw error;
			});
			RemoteActorException ex = catchThrowableOfType(RemoteActorException.class,
					() -> form.run(pair.portal.context(Duet.TYPE), CallerContext::result));
			assertThat(ex.exceptionType()).isEqualTo(IOException.class.getName());
			assertThat(ex.exceptionMessage()).isEqualTo(message);
			assertThat(ex.relayPath()).containsExactly(new Peer("there", "there-1"));
			assertThat(ex).hasMessageContainingAll("java.io.IOException", ex.failure().contextId(), "'duet'");
			assertThat(ex.failure().stackTrace())
				.contains("java.io.IOException", "Caused by: java.lang.IllegalStateException",
						"Suppressed: java.lang.IllegalArgumentException", "\tat " + getClass().getName())
				.matches((trace) -> trace.contains("secret") == what.equals("none"),
						"has secrets if they are not redacted");
		}
	}

	@InEachForm
	@DisplayName("E8 E3 a caller's error tells the callee no more than its application lets it")
	void whenMessagesAreRedactedThenCalleeLearnsTheTypeAlone(Link link, Form form) {
		try (Pair pair = pair(link, new RemoteErrors(ErrorRedactor.HIDE_ALL, false, Set.of()), RemoteErrors.DEFAULT)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				return "";
			});
			IOException ex = catchThrowableOfType(IOException.class,
					() -> form.run(pair.portal.context(Duet.TYPE), (ctx) -> {
						throw new IOException("a secret plan");
					}));
			assertThat(ex).hasMessage("a secret plan");
			Waits.until(() -> pair.there.outcomes.size() == 1);
			ContextCancelledException cancelled = ((Outcome.Cancelled<?>) pair.there.outcomes.get(0)).cancellation();
			assertThat(cancelled.getMessage()).doesNotContain("secret");
			if (form == Form.SCOPE) {
				assertThat(cancelled.causeType()).isEqualTo(IOException.class.getName());
				assertThat(cancelled.causeMessage()).isEmpty();
			}
		}
	}

	static Stream<Arguments> relays() {
		return Cases.linkAndForm()
			.flatMap((each) -> Stream.of(
					Arguments.of(each.get()[0], each.get()[1], new RemoteErrors(null, true, Set.of()), "a secret plan",
							true),
					Arguments.of(each.get()[0], each.get()[1], new RemoteErrors(null, false, Set.of()), "a secret plan",
							false),
					Arguments.of(each.get()[0], each.get()[1], new RemoteErrors(CENSOR, true, Set.of()), "a *** plan",
							false),
					Arguments.of(each.get()[0], each.get()[1], new RemoteErrors(ErrorRedactor.HIDE_ALL, true, Set.of()),
							"", false)));
	}

	@ParameterizedTest(name = "{0} {1} {3} {4}")
	@MethodSource("relays")
	@DisplayName("E8 E11 an error that is passed on keeps its source and path, but goes through each hop's redaction")
	void whenErrorIsPassedOnThenItIsRedactedOnTheWay(Link link, Form form, RemoteErrors relay, String message,
			boolean traced) {
		Node between = node("between", relay);
		try (Pair last = new Pair(link, between, node("there", new RemoteErrors(null, true, Set.of())),
				(builder) -> builder);
				Pair first = new Pair(link, node("here", RemoteErrors.DEFAULT), between, (builder) -> builder)) {
			last.handle(Duet.TYPE, (ctx, argument) -> {
				throw new IOException("a secret plan");
			});
			first.handle(OUTER, (ctx, argument) -> form.run(last.portal.context(Duet.TYPE), CallerContext::result));
			RemoteActorException ex = catchThrowableOfType(RemoteActorException.class,
					() -> form.run(first.portal.context(OUTER), CallerContext::result));
			assertThat(ex.exceptionType()).isEqualTo(IOException.class.getName());
			assertThat(ex.exceptionMessage()).isEqualTo(message);
			assertThat(ex.failure().route()).isEqualTo("duet");
			assertThat(ex.relayPath()).extracting(Peer::application).containsExactly("there", "between");
			assertThat(ex.failure().stackTrace() != null).isEqualTo(traced);
		}
	}

}
