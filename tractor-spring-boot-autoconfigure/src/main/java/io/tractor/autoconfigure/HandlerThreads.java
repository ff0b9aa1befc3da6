package io.tractor.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that handlers run on, either virtual ones without a bound, or a bounded
 * pool that rejects instead of queueing.
 */
final class HandlerThreads implements HandlerExecutor, AutoCloseable {

	private static final String PREFIX = "tractor-";

	private final Executor executor;

	private final Runnable shutdown;

	private final Supplier<@Nullable Usage> usage;

	private HandlerThreads(Executor executor, Runnable shutdown, Supplier<@Nullable Usage> usage) {
		this.executor = executor;
		this.shutdown = shutdown;
		this.usage = usage;
	}

	static HandlerThreads virtual() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(PREFIX);
		executor.setVirtualThreads(true);
		executor.setCancelRemainingTasksOnClose(true);
		return new HandlerThreads(executor, executor::close, () -> null);
	}

	static HandlerThreads platform(int maxThreads) {
		CustomizableThreadFactory threadFactory = new CustomizableThreadFactory(PREFIX);
		threadFactory.setDaemon(true);
		ThreadPoolExecutor pool = new ThreadPoolExecutor(0, maxThreads, 60, TimeUnit.SECONDS, new SynchronousQueue<>(),
				threadFactory);
		return new HandlerThreads(pool, pool::shutdownNow, () -> new Usage(pool.getActiveCount(), maxThreads));
	}

	@Override
	public void execute(Runnable handler) {
		this.executor.execute(handler);
	}

	@Override
	public @Nullable Usage usage() {
		return this.usage.get();
	}

	/**
	 * Interrupt the handlers that run, and take no more.
	 */
	@Override
	public void close() {
		this.shutdown.run();
	}

}
