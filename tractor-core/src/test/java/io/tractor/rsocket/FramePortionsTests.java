package io.tractor.rsocket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What comes together is handed on in portions, in its order, and without a loss.
 */
class FramePortionsTests {

	private static final int COUNT = 3 * FramePortions.FRAMES + 5;

	/**
	 * The frame that cannot be handled.
	 */
	private int failing = -1;

	private final DefaultEventLoop eventLoop = new DefaultEventLoop();

	private final List<String> log = new ArrayList<>();

	private final List<ByteBuf> frames = new ArrayList<>();

	private final FramePortions portions = new FramePortions(new Receiver(),
			(ex) -> this.log.add(String.valueOf(ex.getMessage())));

	@AfterEach
	void stop() throws Exception {
		this.eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).get();
	}

	@Test
	@DisplayName("what the first portion leads to is written and flushed before the second is looked at")
	void whenManyFramesComeThenTasksRunBetweenPortions() throws Exception {
		onEventLoop(() -> {
			this.eventLoop.execute(() -> this.eventLoop.execute(() -> this.log.add("flushed")));
			read(COUNT, Integer.BYTES);
		});
		awaitIdle();
		List<String> expected = new ArrayList<>(numbers(0, FramePortions.FRAMES));
		expected.add("flushed");
		expected.addAll(numbers(FramePortions.FRAMES, COUNT));
		assertThat(this.log).isEqualTo(expected);
		assertThat(this.frames).allMatch((frame) -> frame.refCnt() == 0);
	}

	@Test
	@DisplayName("what came before the connection was closed is handed on before that is known")
	void whenConnectionIsClosedThenNothingIsLost() throws Exception {
		onEventLoop(() -> {
			read(COUNT, Integer.BYTES);
			this.portions.close();
			this.log.add("closed");
		});
		awaitIdle();
		List<String> expected = new ArrayList<>(numbers(0, COUNT));
		expected.add("closed");
		assertThat(this.log).isEqualTo(expected);
		assertThat(this.frames).allMatch((frame) -> frame.refCnt() == 0);
	}

	@Test
	@DisplayName("what came before the end of the input is handed on before it")
	void whenInputCompletesThenNothingIsLost() throws Exception {
		onEventLoop(() -> {
			read(COUNT, Integer.BYTES);
			this.portions.onComplete();
		});
		awaitIdle();
		List<String> expected = new ArrayList<>(numbers(0, COUNT));
		expected.add("completed");
		assertThat(this.log).isEqualTo(expected);
	}

	@Test
	@DisplayName("L3 no more than a number of bytes waits")
	void whenManyBytesComeThenTheyDoNotWait() throws Exception {
		int size = FramePortions.MAX_WAITING / 4 - FramePortions.OVERHEAD;
		onEventLoop(() -> {
			read(FramePortions.FRAMES + 4, size);
			this.log.add("full");
			read(1, size);
			this.log.add("read");
		});
		awaitIdle();
		List<String> expected = new ArrayList<>(numbers(0, FramePortions.FRAMES));
		expected.add("full");
		expected.add(String.valueOf(FramePortions.FRAMES));
		expected.add("read");
		expected.addAll(numbers(FramePortions.FRAMES + 1, FramePortions.FRAMES + 5));
		assertThat(this.log).isEqualTo(expected);
	}

	@Test
	@DisplayName("L3 small frames do not wait in any number")
	void whenManySmallFramesComeThenTheyDoNotWait() throws Exception {
		int most = FramePortions.MAX_WAITING / (FramePortions.OVERHEAD + Integer.BYTES);
		onEventLoop(() -> {
			read(FramePortions.FRAMES + 10 * most, Integer.BYTES);
			this.log.add("read");
		});
		assertThat(this.log.indexOf("read")).isEqualTo(FramePortions.FRAMES + 9 * most);
		awaitIdle();
		assertThat(this.log).hasSize(FramePortions.FRAMES + 10 * most + 1);
	}

	@Test
	@DisplayName("L2 a frame that fails while it is handled later ends the connection, and what waits is let go")
	void whenWaitingFrameFailsThenConnectionEnds() throws Exception {
		this.failing = FramePortions.FRAMES + 1;
		onEventLoop(() -> read(COUNT, Integer.BYTES));
		awaitIdle();
		List<String> expected = new ArrayList<>(numbers(0, this.failing));
		expected.add("malformed");
		assertThat(this.log).isEqualTo(expected);
		assertThat(this.frames).allMatch((frame) -> frame.refCnt() == 0);
	}

	@Test
	@DisplayName("L2 a frame that fails at once ends the connection, and the transport does not see the error")
	void whenFrameFailsAtOnceThenConnectionEnds() throws Exception {
		this.failing = 1;
		onEventLoop(() -> read(2, Integer.BYTES));
		assertThat(this.log).containsExactly("0", "malformed");
		assertThat(this.frames).allMatch((frame) -> frame.refCnt() == 0);
	}

	@Test
	@DisplayName("L2 the transport, which holds the frame that it has just read, does not hear of one that failed before")
	void whenFrameFailsWhileOthersComeThenTransportDoesNotSeeIt() throws Exception {
		this.failing = FramePortions.FRAMES;
		int size = FramePortions.MAX_WAITING / 4;
		onEventLoop(() -> read(FramePortions.FRAMES + 5, size));
		awaitIdle();
		assertThat(this.log).containsOnlyOnce("malformed");
		assertThat(this.frames).allMatch((frame) -> frame.refCnt() == 0);
	}

	@Test
	@DisplayName("without an event loop nothing waits")
	void whenThereIsNoEventLoopThenAllIsHandedOn() {
		read(COUNT, Integer.BYTES);
		assertThat(this.log).isEqualTo(numbers(0, COUNT));
	}

	/**
	 * Hand over frames as one read does: each is released as soon as it was taken.
	 */
	private void read(int count, int size) {
		for (int i = 0; i < count; i++) {
			ByteBuf frame = Unpooled.buffer(size).writeInt(this.frames.size()).writeZero(size - Integer.BYTES);
			this.frames.add(frame);
			this.portions.onNext(frame);
			frame.release();
		}
	}

	private static List<String> numbers(int from, int to) {
		return IntStream.range(from, to).mapToObj(String::valueOf).toList();
	}

	private void onEventLoop(Runnable action) throws Exception {
		this.eventLoop.submit(action).get(10, TimeUnit.SECONDS);
	}

	/**
	 * Wait until the tasks have run that follow each other; there are fewer by far.
	 */
	private void awaitIdle() throws Exception {
		for (int i = 0; i < 1000; i++) {
			onEventLoop(() -> {
			});
		}
	}

	private final class Receiver implements CoreSubscriber<ByteBuf> {

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(ByteBuf frame) {
			int number = frame.getInt(0);
			if (number == FramePortionsTests.this.failing) {
				throw new IllegalArgumentException("malformed");
			}
			FramePortionsTests.this.log.add(String.valueOf(number));
		}

		@Override
		public void onError(Throwable error) {
			FramePortionsTests.this.log.add("failed");
		}

		@Override
		public void onComplete() {
			FramePortionsTests.this.log.add("completed");
		}

	}

}
