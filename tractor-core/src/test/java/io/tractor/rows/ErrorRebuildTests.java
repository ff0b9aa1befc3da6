package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

import io.tractor.CallerContext;
import io.tractor.ContextHandle;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.RemoteActorException;
import io.tractor.StreamOverrunException;
import io.tractor.engine.BufferLimits;
import io.tractor.task.RemoteErrors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Which errors of peers become exceptions of their own type.
 */
@Timeout(60)
class ErrorRebuildTests {

	private static final ContextType<String, String, Integer, Integer, String> OUTER = new ContextType<>("outer") {
	};

	private static final RemoteErrors REBUILDING = new RemoteErrors(null, false,
			Set.of(OutOfStock.class, WithCause.class, Bare.class, Failing.class, StackOverflowError.class));

	private static Node node(String name, RemoteErrors errors) {
		return new Node(name, BufferLimits.DEFAULT, Duration.ofSeconds(10), errors);
	}

	private static Pair pair(Link link, RemoteErrors here) {
		return new Pair(link, node("here", here), node("there", RemoteErrors.DEFAULT), (builder) -> builder);
	}

	private static RemoteActorException failWith(Pair pair, Form form, Throwable error) {
		pair.handle(Duet.TYPE, (ctx, argument) -> {
			ctx.started("");
			throw ErrorRebuildTests.<RuntimeException>sneak(error);
		});
		return catchThrowableOfType(RemoteActorException.class,
				() -> form.run(pair.portal.context(Duet.TYPE), CallerContext::result));
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <X extends Throwable> X sneak(Throwable error) throws X {
		throw (X) error;
	}

	@InEachForm
	@DisplayName("E9 an error of a type that is registered is rebuilt as the cause of the remote error")
	void whenTypeIsRegisteredThenErrorIsRebuilt(Link link, Form form) {
		try (Pair pair = pair(link, REBUILDING)) {
			RemoteActorException ex = failWith(pair, form, new OutOfStock("no more bolts"));
			assertThat(ex).hasMessageContainingAll("OutOfStock", "no more bolts", "there/there-1");
			assertThat(ex.exceptionType()).isEqualTo(OutOfStock.class.getName());
			assertThat(ex.getCause()).isInstanceOf(OutOfStock.class).hasMessage("no more bolts");
			assertThat(ex.getCause().getStackTrace()).isEmpty();
			assertThat(failWith(pair, form, new WithCause("why", new IOException("no disk"))).getCause())
				.isInstanceOf(WithCause.class)
				.hasMessage("why")
				.hasNoCause();
			assertThat(failWith(pair, form, new Bare()).getCause()).isInstanceOf(Bare.class).hasMessage("bare");
			assertThat(failWith(pair, form, new StackOverflowError()).getCause())
				.isInstanceOf(StackOverflowError.class);
		}
	}

	@InEachForm
	@DisplayName("E9 an error of any other type is known by its name alone, though the class is there")
	void whenTypeIsNotRegisteredThenErrorIsNotRebuilt(Link link, Form form) {
		try (Pair pair = pair(link, REBUILDING)) {
			RemoteActorException ex = failWith(pair, form, new IllegalStateException("broken"));
			assertThat(ex.exceptionType()).isEqualTo("java.lang.IllegalStateException");
			assertThat(ex).hasNoCause();
			assertThat(failWith(pair, form, new OutOfStock("") {
			})).hasNoCause();
		}
		try (Pair pair = pair(link, RemoteErrors.DEFAULT)) {
			assertThat(failWith(pair, form, new OutOfStock("no more bolts"))).hasNoCause();
		}
	}

	@InEachForm
	@DisplayName("E9 E7 a type whose constructor fails does no harm")
	void whenConstructorFailsThenNameIsKept(Link link, Form form) throws Exception {
		try (Pair pair = pair(link, REBUILDING); Lines lines = new Lines(RemoteErrors.class)) {
			pair.handle(OpeningTests.ECHO, (ctx, argument) -> {
				ctx.started(argument);
				return "echoed " + ctx.openStream().receive();
			});
			try (ContextHandle<String, String, Integer, String> sibling = pair.portal.context(OpeningTests.ECHO)
				.open()) {
				MsgStream<Integer, String> stream = sibling.openStream();
				RemoteActorException ex = failWith(pair, form, new Failing());
				assertThat(ex.exceptionType()).isEqualTo(Failing.class.getName());
				assertThat(ex).hasNoCause();
				assertThat(lines.texts()).singleElement().asString().contains(Failing.class.getName());
				stream.send("all the same");
				assertThat(sibling.result()).isEqualTo("echoed all the same");
			}
			assertThat(pair.accepted).hasSize(1);
		}
	}

	@InEachForm
	@DisplayName("E9 E10 what is raised, with the rebuilt error as its cause, is what the outcome has")
	void whenErrorIsRebuiltThenOutcomeHasTheSame(Link link, Form form) {
		try (Pair pair = pair(link, REBUILDING)) {
			RemoteActorException ex = failWith(pair, form, new OutOfStock("no more bolts"));
			Waits.until(() -> pair.here.outcomes.size() == 1);
			assertThat(pair.here.outcomes).singleElement()
				.isInstanceOfSatisfying(Outcome.Failed.class, (failed) -> assertThat(failed.error()).isSameAs(ex));
		}
	}

	@InEachForm
	@DisplayName("E9 E11 an error that is passed on is rebuilt on each hop that registered its type")
	void whenErrorIsPassedOnThenEachHopRebuildsIt(Link link, Form form) {
		Node between = node("between", REBUILDING);
		try (Pair last = new Pair(link, between, node("there", RemoteErrors.DEFAULT), (builder) -> builder);
				Pair first = new Pair(link, node("here", REBUILDING), between, (builder) -> builder)) {
			last.handle(Duet.TYPE, (ctx, argument) -> {
				throw new OutOfStock("no more bolts");
			});
			first.handle(OUTER, (ctx, argument) -> {
				try {
					return form.run(last.portal.context(Duet.TYPE), CallerContext::result);
				}
				catch (RemoteActorException ex) {
					assertThat(ex.getCause()).isInstanceOf(OutOfStock.class);
					throw ex;
				}
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(first.portal.context(OUTER), CallerContext::result))
				.satisfies((ex) -> {
					assertThat(ex.relayPath()).hasSize(2);
					assertThat(ex.getCause()).isInstanceOf(OutOfStock.class).hasMessage("no more bolts");
				});
		}
	}

	@Test
	@DisplayName("E9 a type that cannot be rebuilt is refused when it is registered")
	void whenTypeHasNoUsableConstructorThenItIsRefused() {
		for (Class<? extends Throwable> type : Set.of(StreamOverrunException.class, NoConstructor.class, Abstract.class,
				Inner.class)) {
			assertThatIllegalArgumentException().isThrownBy(() -> new RemoteErrors(null, false, Set.of(type)))
				.withMessageContaining(type.getName())
				.withMessageContaining("(String)");
		}
	}

	/**
	 * An application's error.
	 */
	@SuppressWarnings("serial")
	static class OutOfStock extends RuntimeException {

		OutOfStock(@Nullable String message) {
			super(message);
		}

	}

	@SuppressWarnings("serial")
	private static final class WithCause extends Exception {

		WithCause(String message, @Nullable Throwable cause) {
			super(message, cause);
		}

	}

	@SuppressWarnings("serial")
	private static final class Bare extends Exception {

		Bare() {
			super("bare");
		}

	}

	@SuppressWarnings("serial")
	static class Failing extends RuntimeException {

		Failing() {
			super("fails when rebuilt");
		}

		Failing(String message) {
			throw new StackOverflowError(message);
		}

	}

	@SuppressWarnings("serial")
	static class NoConstructor extends RuntimeException {

		NoConstructor(int code) {
			super("code " + code);
		}

	}

	@SuppressWarnings("serial")
	private abstract static class Abstract extends RuntimeException {

	}

	@SuppressWarnings("serial")
	private final class Inner extends RuntimeException {

	}

}
