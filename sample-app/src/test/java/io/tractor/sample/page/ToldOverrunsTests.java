package io.tractor.sample.page;

import java.time.Instant;

import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.TaskContext;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ToldOverruns}.
 */
class ToldOverrunsTests {

	private final ToldOverruns overruns = new ToldOverruns();

	@Test
	void whenManyMessagesAreDroppedThenAnOverrunStays() {
		OverrunReport overrun = report(0, BufferOverflowStrategy.ERROR, true);
		tell(overrun);
		for (int episode = 1; episode <= 100; episode++) {
			tell(report(episode, BufferOverflowStrategy.DROP_OLDEST, false));
		}
		assertThat(this.overruns.all()).hasSizeLessThan(20).endsWith(overrun);
		assertThat(this.overruns.all().get(0).firstUndelivered()).isEqualTo(100);
	}

	@Test
	void whenReportIsFinalThenItTakesThePlaceOfTheProvisionalOne() {
		OverrunReport provisional = report(64, BufferOverflowStrategy.ERROR, true);
		tell(provisional);
		tell(provisional.complete(70));
		assertThat(this.overruns.all()).containsExactly(provisional.complete(70));
	}

	private void tell(OverrunReport report) {
		this.overruns.overrun(mock(TaskContext.class), report);
	}

	private static OverrunReport report(long first, BufferOverflowStrategy overflow, boolean provisional) {
		return new OverrunReport(OverrunReport.Reason.SLOW_CONSUMER, Side.CALLER, "telemetry", "1", Peer.UNKNOWN,
				Peer.UNKNOWN, 64, overflow, first, first, 64, 0, 1, Instant.EPOCH.plusSeconds(first), provisional);
	}

}
