package io.tractor.rows;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Side;
import io.tractor.observation.BufferAdvice;
import io.tractor.observation.BufferAdvisor;
import io.tractor.task.MeasuredTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Advice on buffers from bursts of known sizes over a real pair. The consumer takes
 * nothing before a burst is complete, so that its size is what the buffer had to hold,
 * however fast either side is.
 */
class BufferAdviceTests {

	private static final ContextType<Void, Void, Integer, Integer, Void> BURSTS = new ContextType<>("bursts") {
	};

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("bursts of one size need exactly that, and the advice is the same while the context runs and after")
	void whenBurstsAreOfOneSizeThenThatIsNeeded(Link link) throws Exception {
		BufferAdvice advice = play(link, Collections.nCopies(20, 40));
		assertThat(advice.bursts()).isEqualTo(20);
		assertThat(List.of(advice.p50(), advice.p99(), advice.p999(), advice.max())).containsOnly(40L);
		assertThat(advice.cutShort()).isZero();
		assertThat(advice.msgBufferSize()).isEqualTo(64);
		assertThat(advice.verdict()).isEqualTo(BufferAdvice.Verdict.ENOUGH);
	}

	@Test
	@DisplayName("one large burst among many small ones decides what 99.9 % need, and not what half of them do")
	void whenOneBurstIsLargeThenSharesDiffer() throws Exception {
		List<Integer> sizes = Stream.concat(Collections.nCopies(199, 3).stream(), Stream.of(64)).toList();
		BufferAdvice advice = play(Link.MEMORY, sizes);
		assertThat(advice.bursts()).isEqualTo(200);
		assertThat(advice.p50()).isEqualTo(3);
		assertThat(advice.p99()).isEqualTo(3);
		assertThat(advice.p999()).isEqualTo(64);
		assertThat(advice.max()).isEqualTo(64);
	}

	private static BufferAdvice play(Link link, List<Integer> sizes) throws Exception {
		try (Pair pair = new Pair(link)) {
			BufferAdvisor advisor = new BufferAdvisor(pair.there.live);
			pair.handle(BURSTS, (context, argument) -> {
				MeasuredTask task = (MeasuredTask) context;
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					for (int size : sizes) {
						Waits.until(() -> task.receiving().buffered() == size);
						IntStream.range(0, size).forEach((index) -> stream.receive());
						stream.send(size);
					}
				}
				return null;
			});
			BufferAdvice running = pair.portal.context(BURSTS).run((context) -> {
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					for (int size : sizes) {
						IntStream.range(0, size).forEach(stream::send);
						assertThat(stream.receive()).isEqualTo(size);
					}
					return advice(advisor);
				}
			});
			Waits.until(() -> !pair.there.contexts.isEmpty() && pair.there.live.all().isEmpty());
			advisor.ended(pair.there.contexts.get(0), pair.there.outcomes.get(0));
			assertThat(advice(advisor)).isEqualTo(running);
			return running;
		}
	}

	private static BufferAdvice advice(BufferAdvisor advisor) {
		return advisor.advice().stream().filter((advice) -> advice.side() == Side.CALLEE).findFirst().orElseThrow();
	}

}
