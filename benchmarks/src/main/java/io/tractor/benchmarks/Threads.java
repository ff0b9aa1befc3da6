package io.tractor.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads for what blocks.
 */
public final class Threads {

	/**
	 * Has no bound.
	 */
	public static final ExecutorService EXECUTOR = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "benchmark");
		thread.setDaemon(true);
		return thread;
	});

	private Threads() {
	}

	/**
	 * Run what may block.
	 */
	public static Future<?> start(Callable<?> task) {
		return EXECUTOR.submit(task);
	}

}
