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
 * compute, as many a second as configured. May be used from several threads.
 */
@Component
@Profile("source | !viewer")
public class WorkGenerator implements SmartLifecycle {

	private static final long TICK_MILLIS = 10;

	private static final int ITEM_SIZE = 64 * 1024;

	private static final double MAX_BACKLOG_SECONDS = 0.1;

	private volatile int eventsPerSecond;

	private volatile @Nullable CountDownLatch stop;

	WorkGenerator(SampleProperties properties) {
		this.eventsPerSecond = properties.source().eventsPerSecond();
		FlightRecorder.register(Work.class);
	}

	/**
	 * Return how much work there is.
	 * @return events per second
	 */
	public int eventsPerSecond() {
		return this.eventsPerSecond;
	}

	/**
	 * Change how much work there is, from now on.
	 * @param eventsPerSecond events per second, 0 for none
	 */
	public void setEventsPerSecond(int eventsPerSecond) {
		this.eventsPerSecond = eventsPerSecond;
	}

	@Override
	public void start() {
		CountDownLatch stop = new CountDownLatch(1);
		this.stop = stop;
		Thread thread = new Thread(() -> work(stop), "work");
		thread.setDaemon(true);
		thread.start();
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
		long before = System.nanoTime();
		long items = 0;
		double due = 0;
		try {
			while (!stop.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
				long now = System.nanoTime();
				int rate = this.eventsPerSecond;
				due += rate * (now - before) / (double) Duration.ofSeconds(1).toNanos();
				// after a pause it does not catch up on more than that
				due = Math.min(due, Math.max(1, rate * MAX_BACKLOG_SECONDS));
				before = now;
				for (; due >= 1; due--) {
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
