package io.tractor.sample;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WorkGenerator}.
 */
@Timeout(120)
class WorkGeneratorTests {

	@Test
	void whenItsWorkIsChangedThenItDoesAsMuchWhileItRuns() {
		WorkGenerator generator = new WorkGenerator(new SampleProperties(false, null, new SampleProperties.Source(0)));
		AtomicLong events = new AtomicLong();
		try (RecordingStream recording = new RecordingStream()) {
			recording.enable(Work.NAME);
			recording.onEvent(Work.NAME, (event) -> events.incrementAndGet());
			recording.startAsync();
			generator.start();
			generator.setEventsPerSecond(1000);
			await().atMost(60, TimeUnit.SECONDS).until(() -> events.get() > 100);
			generator.setEventsPerSecond(0);
			await().atMost(60, TimeUnit.SECONDS).until(() -> {
				long before = events.get();
				recording.awaitTermination(Duration.ofSeconds(2));
				return events.get() == before;
			});
			assertThat(generator.isRunning()).isTrue();
		}
		finally {
			generator.stop();
		}
	}

}
