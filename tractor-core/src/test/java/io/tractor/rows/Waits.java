package io.tractor.rows;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bounded waits, and threads to wait in.
 */
final class Waits {

	private Waits() {
	}

	static void await(CountDownLatch latch) throws InterruptedException {
		assertThat(latch.await(10, TimeUnit.SECONDS)).as("in time").isTrue();
	}

	static <T> T await(CompletableFuture<T> future) throws Exception {
		return future.get(10, TimeUnit.SECONDS);
	}

	static void until(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5)).until(condition);
	}

	/**
	 * Block until the library interrupts this thread.
	 */
	static void awaitInterrupt() {
		try {
			await(new CountDownLatch(1));
		}
		catch (InterruptedException ex) {
			return;
		}
		throw new AssertionError("not interrupted");
	}

	/**
	 * Run something in a thread of its own.
	 */
	static <T> CompletableFuture<T> inThread(Callable<T> task) {
		CompletableFuture<T> future = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				future.complete(task.call());
			}
			catch (Throwable ex) {
				future.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return future;
	}

}
