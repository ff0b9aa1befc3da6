package io.tractor.rows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.tractor.CallerContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.EndOfStreamException;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.MsgSubscription;
import io.tractor.MsgTypeException;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamClosedException;
import io.tractor.engine.BufferLimits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

@Timeout(60)
class StreamTests {

	private static final ContextType<String, String, Integer, Integer, String> NUMBERS = new ContextType<>("numbers") {
	};

	/**
	 * What the caller takes the messages of the same route for.
	 */
	private static final ContextType<String, String, Object, List<String>, String> WORDS = new ContextType<>(
			"numbers") {
	};

	/**
	 * The same route for a side that may send what is no number.
	 */
	private static final ContextType<String, String, Object, Object, String> ANYTHING = new ContextType<>("numbers") {
	};

	static final ContextType<String, String, String, String, String> TEXT = new ContextType<>("stream/text") {
	};

	static final ContextType<String, String, Fragile, Fragile, String> FRAGILE = new ContextType<>("stream/fragile") {
	};

	@FromEachSide
	@DisplayName("M1 either side sends, and order is kept in each direction")
	void whenBothSidesSendThenOrderIsKept(Link link, Form form, Side side) throws Exception {
		List<String> there = new ArrayList<>();
		List<String> back = new ArrayList<>();
		List<String> sent = texts(2000);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					stream.send("open");
					assertThat(stream.receive()).isEqualTo("open too");
					CompletableFuture<Boolean> sender = sendAll(stream, sent);
					stream.forEach(back::add);
					Waits.await(sender);
				}
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					assertThat(stream.receive()).isEqualTo("open");
					stream.send("open too");
					CompletableFuture<Boolean> sender = sendAll(stream, sent);
					stream.forEach(there::add);
					Waits.await(sender);
				}
			});
			assertThat(result).isEqualTo("done");
			assertThat(there).isEqualTo(sent);
			assertThat(back).isEqualTo(sent);
		}
	}

	private static CompletableFuture<Boolean> sendAll(MsgStream<String, String> stream, List<String> messages) {
		return Waits.inThread(() -> {
			messages.forEach(stream::send);
			stream.endSend();
			return true;
		});
	}

	@FromEachSide
	@DisplayName("M2 leaving the stream's scope ends both directions, and the peer's iteration ends after the last message")
	void whenStreamIsLeftThenPeersIterationEnds(Link link, Form form, Side side) throws Exception {
		List<String> received = new ArrayList<>();
		CountDownLatch seen = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					texts(50).forEach(stream::send);
				}
				Waits.await(seen);
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					stream.forEach(received::add);
					assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> stream.send("too late"))
						.withMessageContaining("'talk'")
						.withMessageContaining("closed its stream");
				}
				seen.countDown();
			});
			assertThat(result).isEqualTo("done");
			assertThat(received).isEqualTo(texts(50));
		}
	}

	@FromEachSide
	@DisplayName("M3 receiving after the end reports the end of the stream again, every time")
	void whenStreamHasEndedThenEachReceiveSaysSo(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				stream.send("only");
				stream.endSend();
				assertThat(stream.receive()).isEqualTo("seen");
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					assertThat(stream.receive()).isEqualTo("only");
					for (int i = 0; i < 3; i++) {
						assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive)
							// a Flux completes without a word
							.satisfies((ex) -> assertThat((form == Form.REACTIVE)
									|| ex.getMessage().contains("'talk'") && ex.getMessage().contains(side.toString()))
								.isTrue());
						assertThatExceptionOfType(EndOfStreamException.class)
							.isThrownBy(() -> stream.receive(Duration.ofSeconds(5)));
						assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::poll);
						assertThat(stream.iterator().hasNext()).isFalse();
					}
					stream.send("seen");
				}
			});
			assertThat(result).isEqualTo("done");
		}
	}

	@FromEachSide
	@DisplayName("M4 sending after this side closed its stream, or ended sending, is an illegal state")
	void whenStreamIsClosedThenSendThrows(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			String closed = Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				stream.close();
				assertCannotSend(stream, side);
			}, (party) -> {
			});
			assertThat(closed).isEqualTo("done");
			String ended = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					stream.endSend();
					assertCannotSend(stream, side);
				}
			}, (party) -> {
			});
			assertThat(ended).isEqualTo("done");
		}
	}

	private static void assertCannotSend(MsgStream<String, String> stream, Side side) {
		assertThatIllegalStateException().isThrownBy(() -> stream.send("late"))
			.withMessageContaining("'talk'")
			.withMessageContaining(side.toString());
		assertThatIllegalStateException().isThrownBy(() -> stream.send("late", Duration.ofSeconds(1)));
		assertThatIllegalStateException().isThrownBy(() -> stream.offer("late"));
	}

	@FromEachSide
	@DisplayName("M5 closing twice is harmless, as is ending to send twice")
	void whenClosedTwiceThenNothingHappens(Link link, Form form, Side side) throws Exception {
		AtomicReference<@Nullable MsgStream<String, String>> left = new AtomicReference<>();
		List<String> received = new ArrayList<>();
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					left.set(stream);
					stream.send("only");
					stream.endSend();
					stream.endSend();
					stream.close();
					stream.close();
					stream.endSend();
				}
			}, (party) -> party.openStream().forEach(received::add));
			assertThat(result).isEqualTo("done");
			assertThat(received).containsExactly("only");
			MsgStream<String, String> stream = left.get();
			assertThat(stream).isNotNull();
			stream.close();
			stream.endSend();
		}
	}

	@FromEachSide
	@DisplayName("M6 an end of stream for a side that has no open stream is ignored until it opens one")
	void whenEndComesBeforeOpeningThenStreamIsEmpty(Link link, Form form, Side side) throws Exception {
		CountDownLatch closed = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String unopened = Party.run(pair, form, side, (party) -> party.openStream().close(), (party) -> {
			});
			assertThat(unopened).isEqualTo("done");
			String opened = Party.run(pair, form, side, (party) -> {
				party.openStream().close();
				closed.countDown();
			}, (party) -> {
				Waits.await(closed);
				try (MsgStream<String, String> stream = party.openStream()) {
					assertThat(stream.iterator().hasNext()).isFalse();
				}
			});
			assertThat(opened).isEqualTo("done");
		}
	}

	@FromEachSide
	@DisplayName("M6 ends of stream that cross with the context's end are ignored")
	void whenEndsCrossThenTheyAreIgnored(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			for (int i = 0; i < 100; i++) {
				String result = Party.run(pair, form, side, (party) -> party.openStream().close(),
						(party) -> party.openStream().close());
				assertThat(result).isEqualTo("done");
			}
			assertThat(pair.there.endpoint.connected()).hasSize(1);
		}
	}

	@InEachForm
	@DisplayName("M6 an end of stream from a cancelled callee is ignored")
	void whenEndComesAfterCancelThenItIsIgnored(Link link, Form form) throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (Pair pair = new Pair(link, BufferLimits.DEFAULT, Duration.ofMillis(50))) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				if (argument.equals("second")) {
					return "fine";
				}
				MsgStream<String, String> stream = ctx.openStream();
				Waits.awaitInterrupt();
				Waits.await(over);
				stream.close();
				return "too late";
			});
			form.run(pair.portal.context(TEXT).argument("first"), (ctx) -> {
				ctx.openStream();
				ctx.cancel("enough");
				return null;
			});
			over.countDown();
			String result = form.run(pair.portal.context(TEXT).argument("second"), CallerContext::result);
			assertThat(result).isEqualTo("fine");
			assertThat(pair.there.endpoint.connected()).hasSize(1);
		}
	}

	@InEachForm
	@DisplayName("M7 a known error of the callee beats messages and end of stream that wait, in send and in receive")
	void whenCalleesErrorIsKnownThenItBeatsEndOfStream(Link link, Form form) {
		CountDownLatch received = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				MsgStream<String, String> stream = ctx.openStream();
				stream.send("a");
				stream.send("b");
				stream.endSend();
				Waits.await(received);
				throw new IOException("no disk");
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(TEXT), (ctx) -> {
					MsgStream<String, String> stream = ctx.openStream();
					assertThat(stream.receive()).isEqualTo("a");
					received.countDown();
					form.awaitBroken(() -> stream.offer("ask"));
					assertThatExceptionOfType(RemoteActorException.class).isThrownBy(() -> stream.send("c"));
					assertThatExceptionOfType(RemoteActorException.class).isThrownBy(stream::receive);
					assertThatExceptionOfType(RemoteActorException.class).isThrownBy(stream::poll);
					assertThatExceptionOfType(RemoteActorException.class).isThrownBy(stream.iterator()::hasNext);
					return ctx.result();
				}))
				.withMessageContaining("no disk");
		}
	}

	@InEachForm
	@DisplayName("M7 turned round: a known error of the caller beats messages and end of stream at the callee")
	void whenCallersErrorIsKnownThenItBeatsEndOfStream(Link link, Form form) throws Exception {
		CountDownLatch received = new CountDownLatch(1);
		AtomicReference<@Nullable Throwable> inReceive = new AtomicReference<>();
		AtomicReference<@Nullable Throwable> inSend = new AtomicReference<>();
		CountDownLatch done = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				MsgStream<String, String> stream = ctx.openStream();
				assertThat(stream.receive()).isEqualTo("a");
				received.countDown();
				Waits.awaitInterrupt();
				inReceive.set(catchThrowable(stream::receive));
				inSend.set(catchThrowable(() -> stream.send("c")));
				done.countDown();
				return "not a result any more";
			});
			assertThatThrownBy(() -> form.run(pair.portal.context(TEXT), (ctx) -> {
				MsgStream<String, String> stream = ctx.openStream();
				stream.send("a");
				stream.send("b");
				stream.endSend();
				Waits.await(received);
				throw new IOException("no disk");
			})).isInstanceOf(IOException.class);
			Waits.await(done);
			assertThat(inReceive.get()).isInstanceOf(ContextCancelledException.class).isSameAs(inSend.get());
		}
	}

	@InEachForm
	@DisplayName("M8 when the caller's body fails the callee sees the failure, never a graceful end")
	void whenCallersBodyFailsThenCalleeSeesNoEnd(Link link, Form form) throws Exception {
		AtomicInteger graceful = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try {
					ctx.openStream().forEach((msg) -> {
					});
					graceful.incrementAndGet();
				}
				catch (ContextCancelledException ex) {
					failed.incrementAndGet();
				}
				return "over";
			});
			for (int i = 0; i < 50; i++) {
				assertThatThrownBy(() -> form.run(pair.portal.context(TEXT), (ctx) -> {
					ctx.openStream().send("a");
					throw new IOException("no disk");
				})).isInstanceOf(IOException.class).hasNoSuppressedExceptions();
			}
			Waits.until(() -> graceful.get() + failed.get() == 50);
			assertThat(graceful).hasValue(0);
		}
	}

	@InEachForm
	@DisplayName("M8 when the callee fails the caller sees the failure, never a graceful end")
	void whenCalleeFailsThenCallerSeesNoEnd(Link link, Form form) {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				ctx.openStream().send("a");
				throw new IOException("no disk");
			});
			for (int i = 0; i < 50; i++) {
				assertThatExceptionOfType(RemoteActorException.class)
					.isThrownBy(() -> form.run(pair.portal.context(TEXT), (ctx) -> {
						ctx.openStream().forEach((msg) -> {
						});
						throw new AssertionError("a graceful end");
					}))
					.satisfies((ex) -> assertThat(ex.getSuppressed()).isEmpty());
			}
		}
	}

	@FromEachSide
	@DisplayName("M8 an error that leaves the stream's own scope is no graceful end either")
	void whenStreamsScopeIsLeftByErrorThenPeerSeesNoEnd(Link link, Form form, Side side) {
		AtomicInteger graceful = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		try (Pair pair = new Pair(link, form)) {
			for (int i = 0; i < 50; i++) {
				CountDownLatch begun = new CountDownLatch(1);
				assertThatThrownBy(() -> Party.run(pair, form, side, (party) -> {
					try (MsgStream<String, String> stream = party.openStream()) {
						stream.send("a");
						Waits.await(begun);
						throw new IOException("no disk");
					}
				}, (party) -> {
					begun.countDown();
					try {
						party.openStream().forEach((msg) -> {
						});
						graceful.incrementAndGet();
					}
					catch (ContextCancelledException | RemoteActorException ex) {
						failed.incrementAndGet();
						throw ex;
					}
				})).isInstanceOf((side == Side.CALLER) ? IOException.class : RemoteActorException.class);
			}
			Waits.until(() -> graceful.get() + failed.get() == 50);
			assertThat(graceful).hasValue(0);
		}
	}

	@FromEachSide
	@DisplayName("M8 nor is one that leaves it after the end of sending")
	void whenStreamsScopeIsLeftByErrorAfterEndOfSendingThenPeerSeesTheError(Link link, Form form, Side side) {
		AtomicInteger closed = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		try (Pair pair = new Pair(link)) {
			for (int i = 0; i < 50; i++) {
				assertThatThrownBy(() -> Party.run(pair, form, side, (party) -> {
					try (MsgStream<String, String> stream = party.openStream()) {
						stream.endSend();
						stream.receive();
						throw new IOException("no disk");
					}
				}, (party) -> {
					MsgStream<String, String> stream = party.openStream();
					assertThat(stream.iterator().hasNext()).isFalse();
					sendUntilError(stream, closed, failed);
				})).isInstanceOf((side == Side.CALLER) ? IOException.class : RemoteActorException.class);
			}
			Waits.until(() -> closed.get() + failed.get() == 50);
			assertThat(closed).hasValue(0);
		}
	}

	private static void sendUntilError(MsgStream<String, String> stream, AtomicInteger closed, AtomicInteger failed) {
		while (true) {
			try {
				stream.send("a");
			}
			catch (StreamClosedException ex) {
				closed.incrementAndGet();
				throw ex;
			}
			catch (ContextCancelledException | RemoteActorException ex) {
				failed.incrementAndGet();
				throw ex;
			}
		}
	}

	@FromEachSide
	@DisplayName("M9 closing the stream in one thread ends the waits of the others")
	void whenClosedInOneThreadThenOthersGetOn(Link link, Form form, Side side) throws Exception {
		assertWaitsEnd(link, form, side, (stream, waits) -> {
			stream.close();
			assertThat(Waits.await(waits.sender())).isInstanceOf(IllegalStateException.class);
		});
	}

	@FromEachSide
	@DisplayName("M9 ending to send in one thread ends the other's send, and closing then the others' receives")
	void whenSendIsEndedInOneThreadThenOthersSendEnds(Link link, Form form, Side side) throws Exception {
		assertWaitsEnd(link, form, side, (stream, waits) -> {
			stream.endSend();
			assertThat(Waits.await(waits.sender())).isInstanceOf(IllegalStateException.class);
			assertThat(waits.receiver()).isNotDone();
			stream.close();
		});
	}

	private static void assertWaitsEnd(Link link, Form form, Side side, Closing closing) throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		CountDownLatch opened = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				Waits.await(opened);
				MsgStream<String, String> stream = party.openStream();
				CountDownLatch waiting = new CountDownLatch(3);
				CompletableFuture<@Nullable Throwable> receiver = Waits.inThread(() -> {
					waiting.countDown();
					return catchThrowable(stream::receive);
				});
				CompletableFuture<Boolean> iterator = Waits.inThread(() -> {
					waiting.countDown();
					return stream.iterator().hasNext();
				});
				while (stream.offer("fill")) {
					// until there is no credit
				}
				CompletableFuture<@Nullable Throwable> sender = Waits.inThread(() -> {
					waiting.countDown();
					return catchThrowable(() -> stream.send("waits"));
				});
				Waits.await(waiting);
				closing.close(stream, new Waiting(receiver, sender));
				assertThat(Waits.await(receiver)).isInstanceOf(EndOfStreamException.class);
				assertThat(Waits.await(iterator)).isFalse();
				over.countDown();
			}, (party) -> {
				party.openStream();
				opened.countDown();
				Waits.await(over);
			});
			assertThat(result).isEqualTo("done");
		}
	}

	@InEachForm
	@DisplayName("M10 a message that cannot be read is a type error at its receiver, and ends nothing")
	void whenMessageCannotBeReadThenReceiverGetsTypeError(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(NUMBERS, (ctx, argument) -> {
				ctx.started("started");
				MsgStream<Integer, Integer> stream = ctx.openStream();
				assertReadsSecond(stream);
				stream.send(7);
				assertThat(stream.receive()).isEqualTo(8);
				return "fine";
			});
			String result = form.run(pair.portal.context(WORDS), (ctx) -> {
				MsgStream<List<String>, Object> stream = ctx.openStream();
				stream.send(List.of("seven"));
				stream.send(7);
				assertThatExceptionOfType(MsgTypeException.class).isThrownBy(stream::receive)
					.withMessageContaining("java.util.List<java.lang.String>");
				stream.send(8);
				return ctx.result();
			});
			assertThat(result).isEqualTo("fine");
		}
	}

	@FromEachSide
	@DisplayName("M10 the sender's side is told which message could not be read as what, and it counts as consumed")
	void whenMessageCannotBeReadThenSenderIsTold(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form); Lines log = new Lines(ContextListener.class)) {
			Node sender = (side == Side.CALLER) ? pair.here : pair.there;
			sendUnreadable(pair, form, side, (stream) -> assertReads(stream::receive));
			assertThat(sender.unreadables).containsExactly(new Node.Unreadable("numbers", 1, Integer.class.getName()),
					new Node.Unreadable("numbers", 2, Integer.class.getName()));
			assertThat(((side == Side.CALLER) ? pair.there : pair.here).unreadables).isEmpty();
			// the first of a context is a warning
			assertThat(log.texts()).singleElement()
				.asString()
				.contains("message 1 of the " + side, Integer.class.getName(), "'numbers'",
						(side == Side.CALLER) ? "callee there/there-1" : "caller here/here-1");
			Waits.until(() -> pair.here.outcomes.size() == 1);
			Ledger ledger = pair.here.outcomes.get(0).ledger();
			assertThat((side == Side.CALLER) ? ledger.toCallee() : ledger.toCaller())
				.isEqualTo(new Ledger.Direction(4, 4, 0, 0, 0));
		}
	}

	@FromEachSide
	@DisplayName("M10 each subscription of a shared stream gets the error, and the sender's side is told once")
	void whenMessageOfSharedStreamCannotBeReadThenSenderIsToldOnce(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			sendUnreadable(pair, form, side, (stream) -> {
				List<MsgSubscription<Integer>> subscriptions = List.of(stream.subscribe(), stream.subscribe());
				for (MsgSubscription<Integer> subscription : subscriptions) {
					assertReads(subscription::receive);
				}
			});
			assertThat(((side == Side.CALLER) ? pair.here : pair.there).unreadables).extracting(Node.Unreadable::index)
				.containsExactly(1L, 2L);
		}
	}

	/**
	 * Let one side send four messages, of which the two in the middle cannot be read, and
	 * stay until it is told of both.
	 */
	private static void sendUnreadable(Pair pair, Form form, Side side, Consumer<MsgStream<Integer, Integer>> reading)
			throws Exception {
		CountDownLatch reads = new CountDownLatch(1);
		Node sender = (side == Side.CALLER) ? pair.here : pair.there;
		Consumer<MsgStream<Object, Object>> sending = (stream) -> {
			for (Object msg : List.of(7, List.of("seven"), List.of("eight"), 9)) {
				stream.send(msg);
			}
			Waits.until(() -> sender.unreadables.size() == 2);
			Waits.until(() -> reads.getCount() == 0);
		};
		String result;
		if (side == Side.CALLER) {
			pair.handle(NUMBERS, (ctx, argument) -> {
				ctx.started("started");
				reading.accept(ctx.openStream());
				reads.countDown();
				return "fine";
			});
			result = form.run(pair.portal.context(ANYTHING), (ctx) -> {
				sending.accept(ctx.openStream());
				return ctx.result();
			});
		}
		else {
			pair.handle(ANYTHING, (ctx, argument) -> {
				ctx.started("started");
				sending.accept(ctx.openStream());
				return "fine";
			});
			result = form.run(pair.portal.context(NUMBERS), (ctx) -> {
				reading.accept(ctx.openStream());
				reads.countDown();
				return ctx.result();
			});
		}
		assertThat(result).isEqualTo("fine");
		Waits.until(() -> pair.here.outcomes.size() == 1);
	}

	private static void assertReads(Supplier<Integer> receive) {
		assertThat(receive.get()).isEqualTo(7);
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(MsgTypeException.class).isThrownBy(receive::get)
				.withMessageContaining(Integer.class.getName());
		}
		assertThat(receive.get()).isEqualTo(9);
	}

	@InEachForm
	@DisplayName("M10 uncaught, it is the callee's error, and the caller is told of the message as well")
	void whenCalleeDoesNotCatchThenItFails(Link link, Form form) {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(NUMBERS, (ctx, argument) -> {
				ctx.started("started");
				ctx.openStream().forEach((msg) -> {
				});
				return "over";
			});
			assertThatExceptionOfType(RemoteActorException.class)
				.isThrownBy(() -> form.run(pair.portal.context(ANYTHING), (ctx) -> {
					ctx.openStream().send("no number");
					return ctx.result();
				}))
				.satisfies((ex) -> assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.TYPE))
				.satisfies((ex) -> assertThat(ex.failure().exceptionType()).isEqualTo(MsgTypeException.class.getName()))
				.withMessageContaining(Integer.class.getName());
			Waits.until(() -> pair.here.unreadables
				.equals(List.of(new Node.Unreadable("numbers", 0, Integer.class.getName()))));
		}
	}

	@InEachForm
	@DisplayName("M10 uncaught, it is the caller's error, and cancels a callee that is told of the message as well")
	void whenCallerDoesNotCatchThenItFails(Link link, Form form) {
		AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(ANYTHING, (ctx, argument) -> {
				ctx.started("started");
				MsgStream<Object, Object> stream = ctx.openStream();
				stream.send("no number");
				seen.set(catchThrowable(stream::receive));
				return "over";
			});
			assertThatExceptionOfType(MsgTypeException.class)
				.isThrownBy(() -> form.run(pair.portal.context(NUMBERS), (ctx) -> ctx.openStream().receive()))
				.withMessageContaining(Integer.class.getName());
			Waits.until(() -> seen.get() != null);
			assertThat(seen.get()).isInstanceOf(ContextCancelledException.class);
			Waits.until(() -> pair.there.unreadables
				.equals(List.of(new Node.Unreadable("numbers", 0, Integer.class.getName()))));
		}
	}

	private static void assertReadsSecond(MsgStream<Integer, Integer> stream) {
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(stream::receive)
			.withMessageContaining("java.lang.Integer");
		assertThat(stream.receive()).isEqualTo(7);
	}

	@InEachForm
	@DisplayName("M11 a message that cannot be encoded fails at the send, and the stream stays usable")
	void whenMessageCannotBeEncodedThenSendFails(Link link, Form form) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			pair.handle(FRAGILE, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<Fragile, Fragile> stream = ctx.openStream()) {
					assertCannotEncode(stream);
					stream.send(stream.receive());
				}
				return "fine";
			});
			String result = form.run(pair.portal.context(FRAGILE), (ctx) -> {
				try (MsgStream<Fragile, Fragile> stream = ctx.openStream()) {
					assertCannotEncode(stream);
					stream.send(Fragile.WHOLE);
					assertThat(stream.receive()).isEqualTo(Fragile.WHOLE);
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("fine");
		}
	}

	private static void assertCannotEncode(MsgStream<Fragile, Fragile> stream) {
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> stream.send(Fragile.BROKEN))
			.withMessageContaining(Fragile.class.getName());
		assertThatExceptionOfType(MsgTypeException.class)
			.isThrownBy(() -> stream.send(Fragile.BROKEN, Duration.ofSeconds(1)));
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> stream.offer(Fragile.BROKEN));
	}

	@FromEachSide
	@DisplayName("M12 several threads may send at once, and each message arrives once and whole")
	void whenManyThreadsSendThenEachMessageArrivesOnce(Link link, Form form, Side side) throws Exception {
		int threads = 4;
		int each = 500;
		List<String> received = new ArrayList<>();
		CountDownLatch opened = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				Waits.await(opened);
				try (MsgStream<String, String> stream = party.openStream()) {
					List<CompletableFuture<Boolean>> senders = new ArrayList<>();
					for (int i = 0; i < threads; i++) {
						int sender = i;
						senders.add(Waits.inThread(() -> {
							for (int j = 0; j < each; j++) {
								stream.send(sender + ":" + j + ":" + "x".repeat(j % 100));
							}
							return true;
						}));
					}
					for (CompletableFuture<Boolean> sender : senders) {
						Waits.await(sender);
					}
				}
			}, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				opened.countDown();
				stream.forEach(received::add);
			});
			assertThat(result).isEqualTo("done");
			for (int i = 0; i < threads; i++) {
				String prefix = i + ":";
				assertThat(received.stream().filter((msg) -> msg.startsWith(prefix))).containsExactlyElementsOf(
						IntStream.range(0, each).mapToObj((j) -> prefix + j + ":" + "x".repeat(j % 100)).toList());
			}
			assertThat(received).hasSize(threads * each);
		}
	}

	@FromEachSide
	@DisplayName("M13 timed and non-blocking receive: a timeout leaves the stream usable")
	void whenReceiveTimesOutThenStreamStaysUsable(Link link, Form form, Side side) throws Exception {
		CountDownLatch timedOut = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				assertThat(stream.poll()).isEmpty();
				long begun = System.nanoTime();
				assertThat(stream.receive(Duration.ofMillis(50))).isEmpty();
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
				timedOut.countDown();
				assertThat(stream.receive(Duration.ofSeconds(10))).contains("a");
				Waits.until(() -> stream.poll().filter("b"::equals).isPresent());
				assertThat(stream.poll()).isEmpty();
				stream.close();
			}, (party) -> {
				Waits.await(timedOut);
				MsgStream<String, String> stream = party.openStream();
				stream.send("a");
				stream.send("b");
				stream.forEach((msg) -> {
				});
			});
			assertThat(result).isEqualTo("done");
		}
	}

	@FromEachSide
	@DisplayName("M13 timed and non-blocking send: a timeout leaves the stream usable, and what timed out is not sent")
	void whenSendTimesOutThenStreamStaysUsable(Link link, Form form, Side side) throws Exception {
		CountDownLatch opened = new CountDownLatch(1);
		CountDownLatch timedOut = new CountDownLatch(1);
		List<String> received = new ArrayList<>();
		try (Pair pair = new Pair(link, form)) {
			pair.here.settings = pair.here.settings.with(null, 2, null, pair.here.settings.msgBufferSizeOrigin());
			pair.there.settings = pair.here.settings;
			String result = Party.run(pair, form, side, (party) -> {
				Waits.await(opened);
				MsgStream<String, String> stream = party.openStream();
				stream.receive();
				assertThat(stream.offer("a")).isTrue();
				assertThat(stream.send("b", Duration.ZERO)).isTrue();
				assertThat(stream.offer("not offered")).isFalse();
				assertThat(stream.send("not sent at all", Duration.ZERO)).isFalse();
				long begun = System.nanoTime();
				assertThat(stream.send("not sent in time", Duration.ofMillis(50))).isFalse();
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
				timedOut.countDown();
				assertThat(stream.send("c", Duration.ofSeconds(10))).isTrue();
				Waits.until(() -> stream.offer("d"));
				stream.endSend();
			}, (party) -> {
				MsgStream<String, String> stream = party.openStream();
				stream.send("open");
				opened.countDown();
				Waits.await(timedOut);
				stream.forEach(received::add);
			});
			assertThat(result).isEqualTo("done");
			assertThat(received).containsExactly("a", "b", "c", "d");
		}
	}

	@FromEachSide
	@DisplayName("M14 endSend ends one direction: the peer's iteration ends, and this side goes on receiving")
	void whenSendIsEndedThenReceivingGoesOn(Link link, Form form, Side side) throws Exception {
		List<String> there = new ArrayList<>();
		List<String> back = new ArrayList<>();
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					texts(3).forEach(stream::send);
					stream.endSend();
					stream.forEach(back::add);
				}
			}, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					stream.forEach(there::add);
					texts(500).forEach(stream::send);
				}
			});
			assertThat(result).isEqualTo("done");
			assertThat(there).isEqualTo(texts(3));
			assertThat(back).isEqualTo(texts(500));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("M15 leaving the body without a stream ends the callee's wait in receive")
	void whenBodyIsLeftThenCalleesReceiveEnds(Link link) throws Exception {
		CountDownLatch receiving = new CountDownLatch(1);
		AtomicReference<String> end = new AtomicReference<>("");
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, String> stream = ctx.openStream()) {
					receiving.countDown();
					stream.forEach((msg) -> {
					});
				}
				end.set("iteration ended");
				return "over";
			});
			String value = pair.portal.context(TEXT).run((ctx) -> {
				Waits.await(receiving);
				return "body";
			});
			assertThat(value).isEqualTo("body");
			assertThat(end).hasValue("iteration ended");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("M15 leaving the body ends the callee's wait in send, and quietly")
	void whenBodyIsLeftThenCalleesSendEnds(Link link) throws Exception {
		CountDownLatch full = new CountDownLatch(1);
		AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				MsgStream<String, String> stream = ctx.openStream();
				stream.receive();
				while (stream.offer("fill")) {
					// until there is no credit
				}
				full.countDown();
				end.set(catchThrowable(() -> stream.send("waits")));
				stream.send("uncaught");
				return "not reached";
			});
			String value = pair.portal.context(TEXT).run((ctx) -> {
				ctx.openStream((options) -> options.msgBufferSize(2)).send("open");
				Waits.await(full);
				return "body";
			});
			assertThat(value).isEqualTo("body");
			assertThat(end.get()).isInstanceOf(StreamClosedException.class);
		}
	}

	@InEachForm
	@DisplayName("M15 turned round: a callee that returns ends the caller's waits in receive and in send")
	void whenCalleeReturnsThenCallersWaitsEnd(Link link, Form form) throws Exception {
		CountDownLatch waiting = new CountDownLatch(2);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				ctx.openStream((options) -> options.msgBufferSize(2)).send("open");
				Waits.await(waiting);
				return "over";
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				MsgStream<String, String> stream = ctx.openStream();
				assertThat(stream.receive()).isEqualTo("open");
				while (stream.offer("fill")) {
					// until there is no credit
				}
				CompletableFuture<@Nullable Throwable> sender = Waits.inThread(() -> {
					waiting.countDown();
					return catchThrowable(() -> stream.send("waits"));
				});
				waiting.countDown();
				assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
				assertThat(Waits.await(sender)).isInstanceOf(StreamClosedException.class)
					.hasMessageContaining("returned");
				return ctx.result();
			});
			assertThat(result).isEqualTo("over");
		}
	}

	@InEachForm
	@DisplayName("M15 turned round: a callee that returns without a stream ends the caller's iteration")
	void whenCalleeReturnsWithoutStreamThenCallersIterationEnds(Link link, Form form) throws Exception {
		CountDownLatch receiving = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				Waits.await(receiving);
				return "over";
			});
			String result = form.run(pair.portal.context(TEXT), (ctx) -> {
				MsgStream<String, String> stream = ctx.openStream();
				receiving.countDown();
				assertThat(stream.iterator().hasNext()).isFalse();
				return ctx.result();
			});
			assertThat(result).isEqualTo("over");
		}
	}

	@InEachForm
	@DisplayName("M16 closing stream and context never throws what was thrown before, and suppresses nothing")
	void whenErrorWasSeenThenClosingIsQuiet(Link link, Form form) {
		AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				ctx.openStream().receive();
				throw new IOException("no disk");
			});
			Throwable thrown = catchThrowable(() -> form.run(pair.portal.context(TEXT), (ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send("go");
					seen.set(catchThrowable(stream::receive));
					stream.receive();
				}
				return "not reached";
			}));
			assertThat(thrown).isInstanceOf(RemoteActorException.class)
				.isSameAs(seen.get())
				.hasNoSuppressedExceptions()
				.hasNoCause();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("M16 closing a handle throws an error that nobody saw, once")
	void whenErrorWasNotSeenThenHandleThrowsItOnce(Link link) throws Exception {
		CountDownLatch failing = new CountDownLatch(1);
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				failing.countDown();
				throw new IOException("no disk");
			});
			ContextHandle<String, String, String, String> handle = pair.portal.context(TEXT).open();
			Waits.await(failing);
			Waits.until(() -> pair.there.outcomes.isEmpty());
			assertThatExceptionOfType(RemoteActorException.class).isThrownBy(handle::close)
				.withMessageContaining("no disk");
			handle.close();
		}
	}

	@InEachForm
	@DisplayName("M16 a callee that closes its stream after the context's end sees the end alone")
	void whenCancelWasSeenThenCalleesClosingIsQuiet(Link link, Form form) throws Exception {
		AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
		CountDownLatch receiving = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		try (Pair pair = new Pair(link, form)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, String> stream = ctx.openStream()) {
					receiving.countDown();
					return stream.receive();
				}
				catch (ContextCancelledException ex) {
					seen.set(ex);
					throw ex;
				}
				finally {
					done.countDown();
				}
			});
			form.run(pair.portal.context(TEXT), (ctx) -> {
				Waits.await(receiving);
				ctx.cancel("enough");
				return null;
			});
			Waits.await(done);
			assertThat(seen.get()).isNotNull().hasNoSuppressedExceptions();
		}
	}

	@FromEachSide
	@DisplayName("M17 sending null is refused at the call, and the stream stays usable")
	@SuppressWarnings("NullAway")
	void whenNullIsSentThenCallIsRefused(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, form)) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					assertThatIllegalArgumentException().isThrownBy(() -> stream.send(null));
					assertThatIllegalArgumentException().isThrownBy(() -> stream.send(null, Duration.ofSeconds(1)));
					assertThatIllegalArgumentException().isThrownBy(() -> stream.offer(null));
					stream.send("works");
				}
			}, (party) -> assertThat(party.openStream().iterator()).toIterable().containsExactly("works"));
			assertThat(result).isEqualTo("done");
		}
	}

	@FromEachSide
	@DisplayName("M17 a message above the limit fails at its send, names the limit, and leaves the stream usable")
	void whenMessageIsTooLargeThenSendFails(Link link, Form form, Side side) throws Exception {
		try (Pair pair = new Pair(link, new BufferLimits(4096, 1000, 8), Duration.ofSeconds(10))) {
			String result = Party.run(pair, form, side, (party) -> {
				try (MsgStream<String, String> stream = party.openStream()) {
					String large = "x".repeat(1001);
					assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> stream.send(large))
						.withMessageContaining("1001 bytes")
						.withMessageContaining("1000 bytes")
						.withMessageContaining("'talk'");
					assertThatExceptionOfType(MsgTypeException.class)
						.isThrownBy(() -> stream.send(large, Duration.ofSeconds(1)));
					assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> stream.offer(large));
					stream.send("y".repeat(1000));
				}
			}, (party) -> assertThat(party.openStream().iterator()).toIterable().containsExactly("y".repeat(1000)));
			assertThat(result).isEqualTo("done");
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("M17 a message of just the default limit passes on every link, in either direction")
	void whenMessageIsAtTheLimitThenItPasses(Link link) throws Exception {
		String large = "z".repeat(BufferLimits.DEFAULT.maxMessage());
		try (Pair pair = new Pair(link)) {
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("started");
				try (MsgStream<String, String> stream = ctx.openStream()) {
					for (String msg : stream) {
						stream.send(msg);
					}
				}
				return large;
			});
			String result = pair.portal.context(TEXT).run((ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send(large);
					assertThat(stream.receive().equals(large)).isTrue();
				}
				return ctx.result();
			});
			assertThat(result.equals(large)).isTrue();
		}
	}

	private static List<String> texts(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "message " + i).toList();
	}

	/**
	 * How a stream is closed under others that wait.
	 */
	@FunctionalInterface
	private interface Closing {

		void close(MsgStream<String, String> stream, Waiting waits) throws Exception;

	}

	/**
	 * Threads that wait on a stream.
	 */
	private record Waiting(CompletableFuture<@Nullable Throwable> receiver,
			CompletableFuture<@Nullable Throwable> sender) {

	}

}
