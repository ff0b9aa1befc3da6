package io.tractor.rows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextType;
import io.tractor.EndOfStreamException;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOptions;
import io.tractor.StreamSettings;
import io.tractor.engine.BufferLimits;
import io.tractor.rows.Duet.Ends;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(60)
class BackpressureTests {

	private static final ContextType<String, String, String, String, String> TEXT = new ContextType<>("text") {
	};

	private static void buffers(Node node, int msgBufferSize) {
		node.settings = settings(msgBufferSize);
	}

	private static StreamSettings settings(int msgBufferSize) {
		return StreamSettings.DEFAULT.with(null, msgBufferSize, null, StreamSettings.Origin.ROUTE);
	}

	/**
	 * Send without waiting for as long as there is credit, until so many were accepted in
	 * all, and see that there is credit for no more.
	 */
	private static void fill(MsgStream<Integer, Integer> stream, AtomicInteger sent, int expected) {
		Duet.eventually(() -> {
			while (stream.offer(sent.get())) {
				sent.incrementAndGet();
			}
			assertThat(sent).hasValue(expected);
		});
		for (int i = 0; i < 100; i++) {
			assertThat(stream.offer(-1)).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V1 by default a buffer holds 64 messages on each side, and an opened stream has backpressure")
	void whenNothingIsSetThenBufferHolds64WithBackpressure(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch full = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				Duet.await(opened);
				fill(stream, new AtomicInteger(), 64);
				full.countDown();
				stream.send(64);
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				assertThat(stream.settings().msgBufferSize()).isEqualTo(64);
				assertThat(stream.settings().backpressure()).isTrue();
				opened.countDown();
				Duet.await(full);
				for (int i = 0; i < 65; i++) {
					assertThat(stream.receive()).isEqualTo(i);
				}
			});
			ends.areQuiet();
			assertThat(ends.direction().consumed()).isEqualTo(65);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V2 the buffer's size is what the route or the call says")
	void whenSizeIsSetThenBufferHoldsThatMany(Case how) throws Exception {
		for (int route : new int[] { 1, 5 }) {
			for (int call : new int[] { 0, 8 }) {
				int size = (call > 0) ? call : route;
				try (Duet duet = new Duet(how)) {
					buffers(duet.receivers(), route);
					CountDownLatch filled = new CountDownLatch(1);
					CountDownLatch full = new CountDownLatch(1);
					Ends ends = duet.play((party) -> {
						MsgStream<Integer, Integer> stream = party.open();
						AtomicInteger sent = new AtomicInteger();
						fill(stream, sent, route);
						filled.countDown();
						fill(stream, sent, size);
						full.countDown();
					}, (party) -> {
						Duet.await(filled);
						MsgStream<Integer, Integer> stream = (call > 0) ? party.openWith(call) : party.open();
						Duet.await(full);
						for (int i = 0; i < size; i++) {
							assertThat(stream.receive()).isEqualTo(i);
						}
					});
					ends.areQuiet();
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V2 a size of 0 or less is refused with a clear error, and the stream can still be opened")
	void whenSizeIsNotPositiveThenItIsRefused(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			Ends ends = duet.play((party) -> {
				for (int size : new int[] { 0, -1, Integer.MIN_VALUE }) {
					assertThatIllegalArgumentException().isThrownBy(() -> party.openWith(size))
						.withMessage("'msgBufferSize' must be at least 1 message, but is " + size);
				}
				party.open().send(1);
			}, (party) -> assertThat(party.open().receive()).isEqualTo(1));
			ends.areQuiet();
		}
	}

	@Test
	@DisplayName("V2 settings and options refuse a size of 0 or less")
	void whenSizeIsNotPositiveThenSettingsAndOptionsRefuseIt() {
		for (int size : new int[] { 0, -1, Integer.MIN_VALUE }) {
			assertThatIllegalArgumentException().isThrownBy(() -> settings(size))
				.withMessage("'msgBufferSize' must be at least 1 message, but is " + size);
			assertThatIllegalArgumentException().isThrownBy(() -> new StreamOptions().msgBufferSize(size))
				.withMessage("'msgBufferSize' must be at least 1 message, but is " + size);
		}
	}

	static Stream<Arguments> speeds() {
		return Case.all()
			.flatMap((how) -> Stream.of(1, 3, 64)
				.flatMap((size) -> Stream.of(0, 20_000).map((pause) -> Arguments.of(how, size, pause))));
	}

	@ParameterizedTest
	@MethodSource("speeds")
	@DisplayName("V8 opened with backpressure, the sender waits, and nothing is lost at any ratio of speeds")
	void whenOpenedWithBackpressureThenNothingIsLost(Case how, int size, int nanosToReceive) throws Exception {
		int count = (nanosToReceive > 0) ? 500 : 1_000;
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			List<Integer> received = new ArrayList<>();
			Ends ends = duet.play((party) -> {
				Duet.await(opened);
				try (MsgStream<Integer, Integer> stream = party.open()) {
					for (int i = 0; i < count; i++) {
						stream.send(i);
						if (nanosToReceive == 0 && i % 100 == 99) {
							// a sender slower than its receiver
							spin(200_000);
						}
					}
					stream.endSend();
					assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
				}
			}, (party) -> {
				try (MsgStream<Integer, Integer> stream = party.openWith(size)) {
					opened.countDown();
					for (int msg : stream) {
						received.add(msg);
						spin(nanosToReceive);
					}
				}
			});
			ends.areQuiet();
			assertThat(received).hasSize(count).isSorted().doesNotHaveDuplicates();
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(count, count, 0, 0, 0));
			assertThat(duet.receivers().overruns).isEmpty();
		}
	}

	private static void spin(long nanos) {
		long until = System.nanoTime() + nanos;
		while (nanos > 0 && System.nanoTime() < until) {
			Thread.onSpinWait();
		}
	}

	static Stream<Arguments> combinations() {
		return Case.all()
			.flatMap((how) -> Stream.of(true, false)
				.flatMap(
						(senders) -> Stream.of(true, false).map((receivers) -> Arguments.of(how, senders, receivers))));
	}

	@ParameterizedTest
	@MethodSource("combinations")
	@DisplayName("V10 the receiving side's setting decides, in each direction on its own")
	void whenOneSideIsSlowThenItsOwnSettingDecides(Case how, boolean senders, boolean receivers) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch opened = new CountDownLatch(2);
			CountDownLatch full = new CountDownLatch(1);
			AtomicInteger sent = new AtomicInteger();
			Ends ends = duet.play((party) -> {
				try (MsgStream<Integer, Integer> stream = party
					.open((options) -> options.backpressure(senders).msgBufferSize(4))) {
					opened.countDown();
					Duet.await(opened);
					if (receivers) {
						fill(stream, sent, 64);
						full.countDown();
					}
					for (int i = sent.get(); i < 2_000; i++) {
						stream.send(i);
					}
					stream.endSend();
					assertThat(stream).containsExactly(1, 2);
				}
			}, (party) -> {
				try (MsgStream<Integer, Integer> stream = party
					.open((options) -> options.backpressure(receivers).msgBufferSize(64))) {
					opened.countDown();
					Duet.await(opened);
					// the other direction is not slow
					stream.send(1);
					stream.send(2);
					if (receivers) {
						Duet.await(full);
						int next = 0;
						for (int msg : stream) {
							assertThat(msg).isEqualTo(next++);
						}
						assertThat(next).isEqualTo(2_000);
					}
					else {
						duet.stayForOverrun(party);
					}
				}
			});
			if (receivers) {
				ends.areQuiet();
				assertThat(duet.receivers().overruns).isEmpty();
			}
			else {
				assertThat(ends.overrun().report().reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
				assertThat(ends.overrun().report().receiver()).isEqualTo(how.side().other());
			}
		}
	}

	static Stream<Arguments> sizes() {
		return Case.all().flatMap((how) -> Stream.of(1, 2, 3, 7, 64).map((size) -> Arguments.of(how, size)));
	}

	@ParameterizedTest
	@MethodSource("sizes")
	@DisplayName("V27 consuming k messages lets exactly k more be sent")
	void whenMessagesAreConsumedThenExactlyAsManyMoreCanBeSent(Case how, int size) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), size);
			AtomicInteger sent = new AtomicInteger();
			AtomicReference<MsgStream<Integer, Integer>> sender = new AtomicReference<>();
			CountDownLatch ready = new CountDownLatch(1);
			CountDownLatch done = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				sender.set(party.open());
				ready.countDown();
				Duet.await(done);
			}, (party) -> {
				Duet.await(ready);
				MsgStream<Integer, Integer> stream = party.open();
				int received = 0;
				for (int round = 0; round < 30; round++) {
					fill(sender.get(), sent, received + size);
					int consumed = 1 + (round * 5) % size;
					for (int i = 0; i < consumed; i++) {
						assertThat(stream.receive()).isEqualTo(received++);
					}
				}
				fill(sender.get(), sent, received + size);
				done.countDown();
			});
			ends.areQuiet();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V11 a side holds no more than its buffer's size or what it had granted already")
	void whenBufferIsMadeSmallerThenWhatWasGrantedIsHeldAndNoMore(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			buffers(duet.receivers(), 10);
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch full = new CountDownLatch(1);
			CountDownLatch shrunk = new CountDownLatch(1);
			CountDownLatch more = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				AtomicInteger sent = new AtomicInteger();
				Duet.await(opened);
				fill(stream, sent, 10);
				full.countDown();
				Duet.await(shrunk);
				fill(stream, sent, 12);
				more.countDown();
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.openWith(3);
				opened.countDown();
				Duet.await(full);
				for (int i = 0; i < 9; i++) {
					assertThat(stream.receive()).isEqualTo(i);
				}
				shrunk.countDown();
				Duet.await(more);
			});
			ends.areQuiet();
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(12, 9, 0, 3, 0));
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V8 a stream opened at once with another size than the route's does not stall")
	void whenOpenedAtOnceWithAnotherSizeThenNothingStalls(Case how) throws Exception {
		for (int size : new int[] { 1, 3, 200 }) {
			try (Duet duet = new Duet(how)) {
				Ends ends = duet.play((party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					assertThat(stream.receive()).isZero();
					for (int i = 0; i < 500; i++) {
						assertThat(stream.send(i, Duet.PATIENCE)).isTrue();
					}
				}, (party) -> {
					MsgStream<Integer, Integer> stream = party.openWith(size);
					stream.send(0);
					for (int i = 0; i < 500; i++) {
						assertThat(stream.receive()).isEqualTo(i);
					}
				});
				ends.areQuiet();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V11 without backpressure what is in flight is bounded by the buffer and the run-ahead")
	void whenWithoutBackpressureThenSenderIsBounded(Case how) throws Exception {
		try (Duet duet = new Duet(how, new BufferLimits(1 << 20, 1 << 10, 6))) {
			AtomicInteger sent = new AtomicInteger();
			Ends ends = duet.play((party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				// with it has come how the receiver opened its stream
				assertThat(stream.receive()).isZero();
				while (stream.offer(0)) {
					assertThat(sent.incrementAndGet()).isLessThanOrEqualTo(64 + 6);
				}
				// not having credit is no overrun, but to insist on sending is
				stream.send(1);
			}, (party) -> {
				party.openWithout(64).send(0);
				duet.stayForOverrun(party);
			});
			assertThat(ends.overrun().report().firstUndelivered()).isEqualTo(64);
			assertThat(ends.overrun().report().buffered()).isEqualTo(64);
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("V28 buffered bytes are bounded, and one message always passes when nothing is outstanding")
	void whenMessagesAreLargeThenBytesAreBounded(Link link) throws Exception {
		String text = "x".repeat(300);
		String large = "y".repeat(4_000);
		try (Pair pair = new Pair(link, new BufferLimits(1_000, 5_000, 1_024), Duet.PATIENCE)) {
			CountDownLatch full = new CountDownLatch(1);
			CountDownLatch again = new CountDownLatch(1);
			CountDownLatch over = new CountDownLatch(1);
			pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("");
				try (MsgStream<String, String> stream = ctx.openStream()) {
					Duet.await(full);
					assertThat(stream.receive()).isEqualTo(text);
					Duet.await(again);
					for (int i = 0; i < 3; i++) {
						assertThat(stream.receive()).isEqualTo(text);
					}
					assertThat(stream.receive()).isEqualTo(large);
					assertThat(stream.receive()).isEqualTo("small");
					assertThat(stream.receive()).isEqualTo(large);
					assertThat(stream.receive()).isEqualTo(large);
					Duet.await(over);
				}
				return "all";
			});
			String result = pair.portal.context(TEXT).run((ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					AtomicInteger sent = new AtomicInteger();
					fillText(stream, text, sent, 3);
					full.countDown();
					fillText(stream, text, sent, 4);
					again.countDown();
					Duet.eventually(() -> assertThat(stream.offer(large)).isTrue());
					Duet.eventually(() -> assertThat(stream.offer("small")).isTrue());
					Duet.eventually(() -> assertThat(stream.offer(large)).isTrue());
					stream.send(large);
				}
				finally {
					over.countDown();
				}
				return ctx.result();
			});
			assertThat(result).isEqualTo("all");
		}
	}

	private static void fillText(MsgStream<String, String> stream, String text, AtomicInteger sent, int expected) {
		Duet.eventually(() -> {
			while (stream.offer(text)) {
				sent.incrementAndGet();
			}
			assertThat(sent).hasValue(expected);
		});
		for (int i = 0; i < 100; i++) {
			assertThat(stream.offer(text)).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V29 a buffer full to the brim takes an end of stream")
	void whenBufferIsFullThenEndOfStreamPasses(Case how) throws Exception {
		for (boolean early : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				CountDownLatch opened = new CountDownLatch(1);
				CountDownLatch ended = new CountDownLatch(1);
				CountDownLatch received = new CountDownLatch(1);
				Ends ends = duet.play((party) -> {
					Duet.await(opened);
					MsgStream<Integer, Integer> stream = party.open();
					for (int i = 0; i < 64; i++) {
						stream.send(i);
					}
					stream.endSend();
					ended.countDown();
					Duet.await(received);
				}, (party) -> {
					MsgStream<Integer, Integer> stream = early ? party.openWithout(64) : null;
					opened.countDown();
					Duet.await(ended);
					if (!early) {
						stream = party.openWithout(64);
					}
					for (int i = 0; i < 64; i++) {
						assertThat(stream.receive()).isEqualTo(i);
					}
					assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(stream::receive);
					received.countDown();
				});
				ends.areQuiet();
				assertThat(duet.receivers().overruns).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#callees")
	@DisplayName("V29 a buffer full to the brim takes the result")
	void whenBufferIsFullThenResultPasses(Case how) throws Exception {
		try (Duet duet = new Duet(how)) {
			CountDownLatch over = new CountDownLatch(1);
			Ends ends = duet.play((party) -> {
				fill(party.open(), new AtomicInteger(), 64);
				over.countDown();
			}, (party) -> Duet.await(over));
			ends.areQuiet();
			assertThat(((Outcome.Completed<?>) ends.caller()).value()).isEqualTo("returned");
			assertThat(ends.direction()).isEqualTo(new Ledger.Direction(64, 0, 0, 64, 0));
			assertThat(duet.receivers().overruns).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V13 an error gets through, either way, while the buffer is full and the sender has no credit")
	void whenBufferIsFullThenErrorPasses(Case how) throws Exception {
		for (boolean senderFails : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				CountDownLatch opened = new CountDownLatch(1);
				CountDownLatch full = new CountDownLatch(1);
				Ends ends = duet.play((party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					Duet.await(opened);
					fill(stream, new AtomicInteger(), 64);
					full.countDown();
					if (senderFails) {
						throw new IllegalStateException("broken");
					}
					stream.send(64);
				}, (party) -> {
					party.open();
					opened.countDown();
					Duet.await(full);
					if (!senderFails) {
						throw new IllegalStateException("broken");
					}
					party.stay();
				});
				boolean callerFails = senderFails == (how.side() == Side.CALLER);
				if (callerFails) {
					assertThat(ends.raised()).isInstanceOf(IllegalStateException.class).hasMessage("broken");
					assertThat(ends.callee()).isInstanceOf(Outcome.Cancelled.class);
				}
				else {
					assertThat(ends.raised()).isInstanceOf(RemoteActorException.class).hasMessageContaining("broken");
				}
				assertThat(duet.receivers().overruns).isEmpty();
				assertThat(ends.direction()).isEqualTo(new Ledger.Direction(64, 0, 0, 64, 0));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V13 a cancel gets through, either way, while the buffer is full and the sender has no credit")
	void whenBufferIsFullThenCancelPasses(Case how) throws Exception {
		for (boolean senderCancels : new boolean[] { true, false }) {
			try (Duet duet = new Duet(how)) {
				CountDownLatch opened = new CountDownLatch(1);
				CountDownLatch full = new CountDownLatch(1);
				Ends ends = duet.play((party) -> {
					MsgStream<Integer, Integer> stream = party.open();
					Duet.await(opened);
					fill(stream, new AtomicInteger(), 64);
					full.countDown();
					if (senderCancels) {
						party.cancel("enough");
					}
					else {
						stream.send(64);
					}
				}, (party) -> {
					party.open();
					opened.countDown();
					Duet.await(full);
					if (senderCancels) {
						party.stay();
					}
					else {
						party.cancel("enough");
					}
				});
				Side by = senderCancels ? how.side() : how.side().other();
				for (Outcome<?> end : List.of(ends.caller(), ends.callee())) {
					assertThat(end).isInstanceOf(Outcome.Cancelled.class);
					ContextCancelledException cancelled = ((Outcome.Cancelled<?>) end).cancellation();
					assertThat(cancelled.by()).isEqualTo(by);
					assertThat(cancelled.reason()).isEqualTo("enough");
				}
				assertThat(duet.receivers().overruns).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V12 with one context stalled, its sibling completes, and the stalled one is cancelled at once")
	void whenOneContextIsStalledThenSiblingRunsAndCancelIsImmediate(Case how) throws Exception {
		int count = 20_000;
		try (Duet duet = new Duet(how)) {
			CountDownLatch stalled = new CountDownLatch(1);
			duet.pair.handle(TEXT, (ctx, argument) -> {
				ctx.started("");
				MsgStream<String, String> stream = ctx.openStream();
				if (how.side() == Side.CALLEE) {
					stall(stream, stalled);
				}
				else {
					stream.send("opened");
					new CountDownLatch(1).await(40, TimeUnit.SECONDS);
				}
				return "";
			});
			ContextHandle<String, String, String, String> context = duet.pair.portal.context(TEXT).open();
			MsgStream<String, String> stream = context.openStream();
			Future<?> sender = duet.aside(() -> {
				if (how.side() == Side.CALLER) {
					stall(stream, stalled);
				}
				else {
					stream.send("opened");
				}
			});
			Duet.await(stalled);
			AtomicInteger received = new AtomicInteger();
			Ends ends = duet.play((party) -> {
				try (MsgStream<Integer, Integer> sibling = party.open()) {
					assertThat(sibling.receive()).isZero();
					for (int i = 0; i < count; i++) {
						sibling.send(i);
					}
					sibling.endSend();
					assertThat(sibling).isEmpty();
				}
			}, (party) -> {
				try (MsgStream<Integer, Integer> sibling = party.open()) {
					sibling.send(0);
					for (int msg : sibling) {
						assertThat(msg).isEqualTo(received.getAndIncrement());
					}
				}
			});
			ends.areQuiet();
			assertThat(received).hasValue(count);
			context.cancel("stalled");
			context.close();
			assertThat(((Outcome.Cancelled<?>) context.outcome()).cancellation().reason()).isEqualTo("stalled");
			Duet.eventually(() -> {
				assertThat(sender).isDone();
				assertThat(duet.pair.there.outcomes).hasSize(2);
			});
			sender.get();
			assertThat(duet.pair.there.outcomes.get(1)).isInstanceOf(Outcome.Cancelled.class);
			assertThat(duet.pair.accepted).hasSize(1);
		}
	}

	private static void stall(MsgStream<String, String> stream, CountDownLatch stalled) {
		assertThat(stream.receive()).isEqualTo("opened");
		assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(() -> {
			String text = "z".repeat(10_000);
			Duet.eventually(() -> {
				while (stream.offer(text)) {
					// for as long as there is credit
				}
				assertThat(stream.send(text, Duration.ofMillis(20))).isFalse();
			});
			stalled.countDown();
			stream.send(text);
		}).satisfies((ex) -> assertThat(ex.reason()).isEqualTo("stalled"));
	}

}
