package io.tractor.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that handlers run on, either virtual ones without a bound, or a bounded
 * pool that rejects instead of queueing.
 */
final class HandlerThreads implements HandlerExecutor, AutoCloseable {

	private static final String PREFIX = "tractor-";

	private final Executor executor;

	private final @Nullable ThreadPoolExecutor pool;

	private HandlerThreads(Executor executor, @Nullable ThreadPoolExecutor pool) {
		this.executor = executor;
		this.pool = pool;
	}

	static HandlerThreads virtual() {
		return new HandlerThreads(new VirtualThreadTaskExecutor(PREFIX), null);
	}

	static HandlerThreads platform(int maxThreads) {
		CustomizableThreadFactory threadFactory = new CustomizableThreadFactory(PREFIX);
		threadFactory.setDaemon(true);
		ThreadPoolExecutor pool = new ThreadPoolExecutor(0, maxThreads, 60, TimeUnit.SECONDS, new SynchronousQueue<>(),
				threadFactory);
		return new HandlerThreads(pool, pool);
	}

	@Override
	public void execute(Runnable handler) {
		this.executor.execute(handler);
	}

	/**
	 * Interrupt the handlers that run on platform threads.
	 */
	@Override
	public void close() {
		if (this.pool != null) {
			this.pool.shutdownNow();
		}
	}

}
