package io.tractor.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link BufferLoad}: arrivals of which it is known what buffer holds them.
 */
class BufferLoadTests {

	private long now;

	@ParameterizedTest
	@CsvSource({ "100, 10, 40, 75", "100, 10, 20, 50", "1000, 1, 4, 750", "60, 5, 5000, 60" })
	@DisplayName("a burst of n messages, one each a, taken one each s, needs n (1 - a / s)")
	void whenBufferHoldsBurstsThenTheirSizesAreKnown(int messages, long arrivalTime, long serviceTime, long needed) {
		BufferLoad load = run(10_000, 50, messages, arrivalTime, serviceTime);
		assertThat(load.bursts().total()).isEqualTo(50);
		assertThat((double) load.bursts().atShare(0.999)).isCloseTo(needed, within(1 + needed / 16.0));
		assertThat(load.cutShort()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "1000, 10, 40, 64, 750", "1000, 10, 20, 64, 500", "1000, 10, 40, 8, 750", "5000, 1, 3, 256, 3333" })
	@DisplayName("bursts that made the sender wait count as what an unbounded buffer would have held")
	void whenSenderWaitsThenUnboundedSizesAreFound(int messages, long arrivalTime, long serviceTime, int window,
			long needed) {
		BufferLoad load = run(window, 20, messages, arrivalTime, serviceTime);
		assertThat(load.bursts().total()).isEqualTo(20);
		assertThat((double) load.bursts().atShare(0.999)).isCloseTo(needed, within(1 + needed / 8.0));
		assertThat(load.arrivalRate()).isCloseTo(1e6 / arrivalTime, within(1e6 / arrivalTime / 10));
		assertThat(load.serviceRate()).isCloseTo(1e6 / serviceTime, within(1e6 / serviceTime / 5));
	}

	@Test
	@DisplayName("a buffer that nobody reads was needed for all that came, at least")
	void whenNeverTakenThenAllIsNeededAndMore() {
		Inbound buffer = inbound(4);
		IntStream.range(0, 4).forEach((index) -> arrive(buffer));
		buffer.missed();
		buffer.drop();
		BufferLoad load = new BufferLoad();
		buffer.addLoadTo(load);
		assertThat(load.bursts().atShare(1)).isEqualTo(5);
		assertThat(load.cutShort()).isEqualTo(1);
	}

	@Test
	void whenShareIsAskedThenThatManyBurstsFit() {
		BurstSizes sizes = new BurstSizes();
		IntStream.rangeClosed(1, 1000).forEach(sizes::add);
		assertThat(sizes.atShare(0.01)).isEqualTo(10);
		assertThat(sizes.atShare(0.5)).isBetween(500L, 531L);
		assertThat(sizes.atShare(0.999)).isBetween(999L, 1000L);
		assertThat(sizes.max()).isEqualTo(1000);
	}

	@Test
	void whenSizesAreRandomThenSharesAreOffByASixteenthAtMost() {
		Random random = new Random(42);
		for (int round = 0; round < 100; round++) {
			BurstSizes sizes = new BurstSizes();
			long[] all = random.longs(500, 1, 1L << (1 + random.nextInt(40))).sorted().toArray();
			for (long size : all) {
				sizes.add(size);
			}
			long exact = all[449];
			assertThat(sizes.atShare(0.9)).isBetween(exact, exact + exact / 16);
		}
	}

	/**
	 * Let bursts arrive, each after the one before was taken, at a sender that waits for
	 * credit.
	 */
	private BufferLoad run(int window, int bursts, int messages, long arrivalTime, long serviceTime) {
		Inbound buffer = inbound(window);
		for (int burst = 0; burst < bursts; burst++) {
			Deque<Long> due = new ArrayDeque<>();
			long start = this.now;
			IntStream.range(0, messages).forEach((index) -> due.add(start + index * arrivalTime));
			long nextService = start + serviceTime;
			while (!due.isEmpty() || buffer.buffered() > 0) {
				boolean room = buffer.buffered() < window && !due.isEmpty();
				if (room && Math.max(due.element(), this.now) < nextService) {
					this.now = Math.max(due.remove(), this.now);
					arrive(buffer);
				}
				else {
					this.now = nextService;
					buffer.take();
					nextService += serviceTime;
				}
			}
			this.now += 1000 * serviceTime;
		}
		BufferLoad load = new BufferLoad();
		buffer.addLoadTo(load);
		return load;
	}

	private Inbound inbound(int window) {
		return new Inbound(window, Long.MAX_VALUE / 4, 1024, () -> Instant.EPOCH.plusNanos(1000 * this.now));
	}

	private static void arrive(Inbound buffer) {
		buffer.arrive(16);
		buffer.add(new byte[16]);
	}

}
