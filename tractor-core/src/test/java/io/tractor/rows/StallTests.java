package io.tractor.rows;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tractor.MsgStream;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.engine.BufferLimits;
import io.tractor.task.RemoteErrors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A side that waits for too long says for whom, for what and since when.
 */
class StallTests {

	private static final Duration SOON = Duration.ofMillis(100);

	static Stream<Case> callers() {
		return Case.callers();
	}

	private static Duet duet(Case how) {
		return new Duet(how, new Pair(how.link(), node("here"), node("there"), (builder) -> builder));
	}

	private static Node node(String name) {
		return new Node(name, BufferLimits.DEFAULT, Duration.ofMillis(300), RemoteErrors.DEFAULT, SOON);
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("V24 a sender that waits for credit for too long says once who does not read, and goes on")
	void whenPeerDoesNotReadThenThatIsReported(Case how) throws Exception {
		try (Duet duet = duet(how)) {
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch reported = new CountDownLatch(1);
			Instant begun = Instant.now();
			Future<?> watcher = duet.aside(() -> {
				Duet.eventually(() -> assertThat(duet.senders().stalls).isNotEmpty());
				reported.countDown();
			});
			Duet.Ends ends = duet.play((party) -> {
				Duet.await(opened);
				MsgStream<Integer, Integer> stream = party.open();
				stream.receive();
				// the last one alone has to wait, whatever delays the receiver later
				for (int i = 0; i < 65; i++) {
					stream.send(i);
				}
			}, (party) -> {
				MsgStream<Integer, Integer> stream = party.open();
				opened.countDown();
				stream.send(0);
				Duet.await(reported);
				for (int i = 0; i < 65; i++) {
					assertThat(stream.receive()).isEqualTo(i);
				}
			});
			watcher.get(10, TimeUnit.SECONDS);
			ends.areQuiet();
			// a caller may have to wait for the result as well
			assertThat(duet.senders().stalls).filteredOn((stall) -> stall.reason() == StallReport.Reason.DOES_NOT_READ)
				.singleElement()
				.satisfies((stall) -> {
					assertThat(stall.side()).isEqualTo(how.side());
					assertThat(stall.route()).isEqualTo("duet");
					assertThat(stall.peer().application()).isEqualTo((how.side() == Side.CALLER) ? "there" : "here");
					assertThat(stall.since()).isBetween(begun, Instant.now());
					assertThat(stall.describe(stall.since().plusSeconds(40))).contains("has not read for 40.0 s",
							"'duet'", "msg-buffer-size");
				});
			Duet.eventually(() -> assertThat(duet.senders().live.all()).isEmpty());
		}
	}

	@ParameterizedTest
	@MethodSource("callers")
	@DisplayName("V24 a caller that waits for the result for too long says who does not return")
	void whenCalleeDoesNotReturnThenThatIsReported(Case how) throws Exception {
		try (Duet duet = duet(how)) {
			CountDownLatch reported = new CountDownLatch(1);
			Future<?> watcher = duet.aside(() -> {
				Duet.eventually(() -> assertThat(duet.pair.here.stalls).isNotEmpty());
				reported.countDown();
			});
			duet.play((party) -> {
			}, (party) -> Duet.await(reported)).areQuiet();
			watcher.get(10, TimeUnit.SECONDS);
			assertThat(duet.pair.here.stalls).singleElement().satisfies((stall) -> {
				assertThat(stall.reason()).isEqualTo(StallReport.Reason.DOES_NOT_RETURN);
				assertThat(stall.describe(stall.since().plusSeconds(1))).contains("there",
						"has not returned for 1.0 s");
			});
			assertThat(duet.pair.there.stalls).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("callers")
	@DisplayName("X12 a callee that ignores its cancellation is reported, here and there")
	void whenCalleeIgnoresCancellationThenThatIsReported(Case how) throws Exception {
		try (Duet duet = duet(how)) {
			duet.pair.use(Form.SCOPE);
			CountDownLatch reported = new CountDownLatch(1);
			Future<?> watcher = duet.aside(() -> {
				Duet.eventually(() -> assertThat(duet.pair.there.stalls).isNotEmpty());
				Duet.eventually(() -> assertThat(duet.pair.here.stalls).isNotEmpty());
				reported.countDown();
			});
			duet.play((party) -> party.cancel("enough"), (party) -> {
				while (reported.getCount() > 0) {
					try {
						Duet.await(reported);
					}
					catch (InterruptedException ex) {
						// ignored, as the row says
					}
				}
			});
			watcher.get(10, TimeUnit.SECONDS);
			assertThat(duet.pair.here.stalls).singleElement()
				.satisfies((stall) -> assertThat(stall.reason()).isEqualTo(StallReport.Reason.IGNORES_CANCELLATION));
			assertThat(duet.pair.there.stalls).singleElement().satisfies((stall) -> {
				assertThat(stall.reason()).isEqualTo(StallReport.Reason.IGNORES_CANCELLATION);
				assertThat(stall.describe(Instant.now())).contains("handler was cancelled", "heed interruption");
			});
		}
	}

}
