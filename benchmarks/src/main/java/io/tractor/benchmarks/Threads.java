package io.tractor.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Threads for those contenders that block, virtual ones if the system property
 * {@code benchmark.virtual} says so.
 */
public final class Threads {

	static final String VIRTUAL = "benchmark.virtual";

	/**
	 * Has no bound.
	 */
	public static final Executor EXECUTOR = Boolean.getBoolean(VIRTUAL) ? new VirtualThreadTaskExecutor("benchmark")
			: Executors.newCachedThreadPool(Threads::create);

	private Threads() {
	}

	private static Thread create(Runnable task) {
		Thread thread = new Thread(task, "benchmark");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Run what may block.
	 */
	public static Future<?> start(Callable<?> task) {
		FutureTask<?> future = new FutureTask<>(task);
		EXECUTOR.execute(future);
		return future;
	}

}
