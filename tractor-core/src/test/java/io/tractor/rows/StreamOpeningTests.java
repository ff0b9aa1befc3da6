package io.tractor.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class StreamOpeningTests {

	static final ContextType<String, String, String, String, String> TEXT = new ContextType<>("stream/text") {
	};

	@InEachForm
	@DisplayName("T1 the callee opening its stream before started gets an illegal state, and harms nothing if caught")
	void whenOpenedBeforeStartedThenThrows(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				assertThatIllegalStateException().isThrownBy(ctx::openStream)
					.withMessageContaining("started")
					.withMessageContaining("'stream/text'");
				ctx.started("now");
				try (MsgStream<String, String> stream = ctx.openStream()) {
					return stream.receive();
				}
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send("works");
					return ctx.result();
				}
			});
			assertThat(result).isEqualTo("works");
		}
	}

	@InEachForm
	@DisplayName("T1 uncaught, the illegal state fails the opening")
	void whenOpenedBeforeStartedUncaughtThenOpeningFails(Link link, Form form) {
		AtomicBoolean entered = new AtomicBoolean();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.openStream();
				return "not reached";
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TEXT), (ctx) -> {
					entered.set(true);
					return ctx.result();
				}))
				.withMessageContaining("started")
				.satisfies((ex) -> assertThat(ex.exceptionType()).isEqualTo(IllegalStateException.class.getName()));
		}
		assertThat(entered).isFalse();
	}

	@InEachForm
	@DisplayName("T2 the caller may open its stream at once")
	void whenCallerOpensAtOnceThenStreamWorks(Link link, Form form) throws Exception {
		CountDownLatch opened = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				Waits.await(opened);
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send("back " + stream.receive());
				}
				return "done";
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send("a");
					opened.countDown();
					assertThat(stream.receive()).isEqualTo("back a");
				}
				return ctx.result();
			});
		}
	}

	@InEachForm
	@DisplayName("T2 the caller may open its stream when the callee has long been using its own")
	void whenCallerOpensLateThenStreamWorks(Link link, Form form) throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send("early");
					sent.countDown();
					return stream.receive();
				}
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				Waits.await(sent);
				try (MsgStream<String, String> stream = ctx.openStream()) {
					assertThat(stream.receive()).isEqualTo("early");
					stream.send("late");
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("late");
		}
	}

	@InEachForm
	@DisplayName("T3 after its own cancel, not acknowledged yet, opening the stream throws the cancellation")
	void whenCallerHasCancelledThenOpeningThrows(Link link, Form form) throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				awaitUninterruptibly(release);
				return "done";
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				ctx.cancel("enough");
				assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(ctx::openStream)
					.withMessageContaining("'stream/text'")
					.withMessageContaining("enough")
					.satisfies((ex) -> assertThat(ex.by()).isEqualTo(Side.CALLER));
				release.countDown();
				return null;
			});
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("T3 after its own cancel, acknowledged, opening the stream throws the cancellation")
	void whenCancelIsAcknowledgedThenOpeningThrows(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				Waits.await(new CountDownLatch(1));
				return "not reached";
			});
			try (ContextHandle<String, String, String, String> handle = pair.portal.context(TEXT).open()) {
				handle.cancel("enough");
				handle.outcome();
				assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(handle::openStream)
					.withMessageContaining("enough")
					.satisfies((ex) -> assertThat(ex.by()).isEqualTo(Side.CALLER));
			}
		}
	}

	@InEachForm
	@DisplayName("T3 turned round: after the callee's own cancel its opening throws the cancellation")
	void whenCalleeHasCancelledThenOpeningThrows(Link link, Form form) throws Exception {
		AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				ctx.cancel("enough");
				thrown.set(catchThrowableOfType(ContextCancelledException.class, ctx::openStream));
				return "done";
			});
			assertThatExceptionOfType(ContextCancelledException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TEXT), CallerContext::result));
			Waits.until(() -> thrown.get() != null);
			assertThat(thrown.get()).isInstanceOfSatisfying(ContextCancelledException.class,
					(ex) -> assertThat(ex.by()).isEqualTo(Side.CALLEE));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Cases#goingOn")
	@DisplayName("T4 E10 after the callee failed, opening the stream throws that error")
	void whenCalleeHasFailedThenOpeningThrowsThat(Link link, Form form) {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				throw new IllegalArgumentException("no good");
			});
			AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
			AtomicReference<@Nullable Throwable> second = new AtomicReference<>();
			Throwable thrown = catchThrowableOfType(RemoteActorException.class,
					() -> form.run(pair.portal.context(TEXT), (ctx) -> {
						first.set(catchThrowableOfType(RemoteActorException.class, ctx::result));
						second.set(catchThrowableOfType(RemoteActorException.class, ctx::openStream));
						return ctx.result();
					}));
			assertThat(thrown).hasMessageContaining("no good").isSameAs(first.get()).isSameAs(second.get());
		}
	}

	@InEachForm
	@DisplayName("T4 after the result, opening the stream says that the context has returned")
	void whenContextHasReturnedThenOpeningThrows(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				return "done";
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				ctx.result();
				assertThatIllegalStateException().isThrownBy(ctx::openStream)
					.withMessageContaining("'stream/text'")
					.withMessageContaining("returned");
				assertThat(ctx.result()).isEqualTo("done");
				return null;
			});
		}
	}

	@InEachForm
	@DisplayName("T4 turned round: after the caller cancelled, the callee's opening throws the cancellation")
	void whenCallerEndedContextThenCalleesOpeningThrows(Link link, Form form) throws Exception {
		AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
		CountDownLatch done = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				Waits.awaitInterrupt();
				thrown.set(catchThrowableOfType(ContextCancelledException.class, ctx::openStream));
				done.countDown();
				return "done";
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				ctx.cancel("enough");
				return null;
			});
			Waits.await(done);
			assertThat(thrown.get()).hasMessageContaining("enough")
				.isInstanceOfSatisfying(ContextCancelledException.class,
						(ex) -> assertThat(ex.by()).isEqualTo(Side.CALLER));
		}
	}

	@FromEachSide
	@DisplayName("T5 a second opening throws an illegal state, and the first stream and the result are unharmed")
	void whenOpenedTwiceThenSecondThrows(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					assertOpenedBefore(party, side);
					stream.send("still works");
					assertThat(stream.receive()).isEqualTo("indeed");
				}
				assertOpenedBefore(party, side);
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					assertThat(stream.receive()).isEqualTo("still works");
					stream.send("indeed");
				}
			});
			assertThat(result).isEqualTo("done");
		}
	}

	private static void assertOpenedBefore(Party party, Side side) {
		assertThatIllegalStateException().isThrownBy(party::openStream)
			.withMessageContaining("'talk'")
			.withMessageContaining(side.toString())
			.withMessageContaining("opened before");
	}

	@FromEachSide
	@DisplayName("T6 opening a stream and not using it is harmless")
	void whenOpenedAndNotUsedThenNothingHappens(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, Party::openStream, (party) -> {
			});
			assertThat(result).isEqualTo("done");
			String both = Party.run(pair, form, side, Party::openStream, Party::openStream);
			assertThat(both).isEqualTo("done");
		}
	}

	@FromEachSide
	@DisplayName("T7 a buffer full of messages sent before the peer opens arrives whole and in order")
	void whenSentBeforeOpeningThenAllArrives(Link link, Form form, Side side) throws Exception {
		List<String> sent = texts(64);
		List<String> received = new ArrayList<>();
		CountDownLatch allSent = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					sent.forEach(stream::send);
					stream.endSend();
					allSent.countDown();
					assertThat(stream.receive()).isEqualTo("got it");
				}
			}, (party) -> {
				Waits.await(allSent);
				try (MsgStream<String, String> stream = party.openStream()) {
					stream.forEach(received::add);
					stream.send("got it");
				}
			});
			assertThat(result).isEqualTo("done");
			assertThat(received).isEqualTo(sent);
		}
	}

	@FromEachSide
	@DisplayName("T8 one side may never open its stream, as long as nothing overruns")
	void whenOneSideNeverOpensThenContextCompletes(Link link, Form form, Side side) throws Exception {
		CountDownLatch allSent = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					texts(64).forEach(stream::send);
				}
				allSent.countDown();
			}, (party) -> Waits.await(allSent));
			assertThat(result).isEqualTo("done");
			Waits.until(() -> pair.here.outcomes.size() == 1 && pair.there.outcomes.size() == 1);
			assertThat(pair.here.overruns).isEmpty();
			assertThat(pair.there.overruns).isEmpty();
		}
	}

	@FromEachSide
	@DisplayName("T9 what the call sets wins over the settings of the route, and each tells where it came from")
	void whenCallSetsOptionsThenTheyWin(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			StreamSettings route = StreamSettings.DEFAULT.with(null, 7, null, StreamSettings.Origin.ROUTE);
			pair.here.settings = route;
			pair.there.settings = route;
			String result = Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream((options) -> options.backpressure(false));
				assertThat(stream.settings()).isEqualTo(new StreamSettings(false, StreamSettings.Origin.CALL, 7,
						StreamSettings.Origin.ROUTE, BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
			}, (party) -> {
				MsgStream<String, String> stream = party.openStream((options) -> options.msgBufferSize(3));
				assertThat(stream.settings()).isEqualTo(new StreamSettings(true, StreamSettings.Origin.DEFAULT, 3,
						StreamSettings.Origin.CALL, BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
			});
			assertThat(result).isEqualTo("done");
		}
	}

	@FromEachSide
	@DisplayName("T9 without options the route's settings hold, and decide how much the peer may send")
	void whenCallSetsNothingThenRouteSettingsHold(Link link, Form form, Side side) throws Exception {
		CountDownLatch opened = new CountDownLatch(1);
		CountDownLatch tried = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			StreamSettings route = StreamSettings.DEFAULT.with(null, 7, null, StreamSettings.Origin.APPLICATION);
			pair.here.settings = route;
			pair.there.settings = route;
			String result = Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				assertThat(stream.settings()).isEqualTo(route);
				opened.countDown();
				Waits.await(tried);
			}, (party) -> {
				Waits.await(opened);
				MsgStream<String, String> stream = party.openStream();
				int sent = 0;
				while (stream.offer("message")) {
					sent++;
				}
				tried.countDown();
				assertThat(sent).isEqualTo(7);
			});
			assertThat(result).isEqualTo("done");
		}
	}

	private static List<String> texts(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "message " + i).toList();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean released = false;
		while (!released) {
			try {
				Waits.await(latch);
				released = true;
			}
			catch (InterruptedException ex) {
				// this callee ignores that it is cancelled
			}
		}
	}

}
