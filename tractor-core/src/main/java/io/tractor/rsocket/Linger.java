package io.tractor.rsocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Channels that have said all and wait for the peer's last word, for a limited time. One
 * timer serves all of them: who came first is due first. Thread-safe.
 *
 * @param <T> the kind of channel
 */
final class Linger<T> {

	private final Map<T, Long> since = new LinkedHashMap<>();

	private final BooleanSupplier unused;

	private final Consumer<? super T> giveUp;

	private final int limit;

	private volatile Duration timeout;

	private @Nullable Disposable timer;

	/**
	 * Create an empty one.
	 * @param timeout how long to wait
	 * @param limit how many may wait
	 * @param unused says whether there will hardly be more to wait for
	 * @param giveUp told which has waited too long
	 */
	Linger(Duration timeout, int limit, BooleanSupplier unused, Consumer<? super T> giveUp) {
		this.timeout = timeout;
		this.limit = limit;
		this.unused = unused;
		this.giveUp = giveUp;
	}

	void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Let a channel wait.
	 * @return whether it may
	 */
	boolean add(T channel) {
		synchronized (this.since) {
			if (this.since.size() >= this.limit) {
				return false;
			}
			this.since.put(channel, System.nanoTime());
			if (this.timer == null) {
				this.timer = schedule(this.timeout.toNanos());
			}
			return true;
		}
	}

	void remove(T channel) {
		synchronized (this.since) {
			this.since.remove(channel);
		}
		stopIfUnused();
	}

	/**
	 * Leave no timer behind.
	 */
	void stopIfUnused() {
		synchronized (this.since) {
			if (this.timer != null && this.since.isEmpty() && this.unused.getAsBoolean()) {
				this.timer.dispose();
				this.timer = null;
			}
		}
	}

	private Disposable schedule(long nanos) {
		return Schedulers.parallel().schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
	}

	private void sweep() {
		List<T> due = new ArrayList<>();
		synchronized (this.since) {
			this.timer = null;
			long limit = this.timeout.toNanos();
			long now = System.nanoTime();
			Iterator<Map.Entry<T, Long>> entries = this.since.entrySet().iterator();
			while (entries.hasNext() && this.timer == null) {
				Map.Entry<T, Long> first = entries.next();
				long left = limit - (now - first.getValue());
				if (left > 0) {
					this.timer = schedule(left);
				}
				else {
					due.add(first.getKey());
					entries.remove();
				}
			}
		}
		due.forEach(this.giveUp);
	}

}
