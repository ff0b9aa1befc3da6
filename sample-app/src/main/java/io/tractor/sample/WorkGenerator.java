package io.tractor.sample;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Gives the source's JVM something to do: items of {@link Work} that allocate and
 * compute, as many a second as configured.
 */
@Component
@Profile("source | !viewer")
class WorkGenerator implements SmartLifecycle {

	private static final long TICK_MILLIS = 10;

	private static final int ITEM_SIZE = 64 * 1024;

	private final int eventsPerSecond;

	private volatile @Nullable CountDownLatch stop;

	WorkGenerator(SampleProperties properties) {
		this.eventsPerSecond = properties.source().eventsPerSecond();
		FlightRecorder.register(Work.class);
	}

	@Override
	public void start() {
		CountDownLatch stop = new CountDownLatch(1);
		this.stop = stop;
		if (this.eventsPerSecond > 0) {
			Thread thread = new Thread(() -> work(stop), "work");
			thread.setDaemon(true);
			thread.start();
		}
	}

	@Override
	public void stop() {
		CountDownLatch stop = this.stop;
		if (stop != null) {
			stop.countDown();
			this.stop = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.stop != null;
	}

	private void work(CountDownLatch stop) {
		long begin = System.nanoTime();
		long items = 0;
		try {
			while (!stop.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
				double seconds = (System.nanoTime() - begin) / (double) Duration.ofSeconds(1).toNanos();
				// after a pause it does not catch up on more than a second
				long due = (long) (seconds * this.eventsPerSecond);
				items = Math.max(items, due - this.eventsPerSecond);
				while (items < due) {
					work(items++);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void work(long item) {
		Work event = new Work(item);
		event.begin();
		byte[] bytes = new byte[ITEM_SIZE];
		Arrays.fill(bytes, (byte) item);
		CRC32 checksum = new CRC32();
		checksum.update(bytes);
		event.checksum = checksum.getValue();
		event.commit();
	}

}
