package io.tractor.rsocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Channels that have said all and wait for the peer's last word, for a limited time: a
 * callee for END, and a caller for the completion that follows it. One timer serves all
 * of them: who came first is due first. Thread-safe.
 */
final class Linger {

	private final Map<ContextChannel, Long> since = new LinkedHashMap<>();

	private final BooleanSupplier unused;

	private volatile Duration timeout = Duration.ofSeconds(60);

	private @Nullable Disposable timer;

	/**
	 * Create an empty one.
	 * @param unused says whether there will hardly be more to wait for
	 */
	Linger(BooleanSupplier unused) {
		this.unused = unused;
	}

	void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	void add(ContextChannel channel) {
		synchronized (this.since) {
			this.since.put(channel, System.nanoTime());
			if (this.timer == null) {
				this.timer = schedule(this.timeout.toNanos());
			}
		}
	}

	void remove(ContextChannel channel) {
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
		List<ContextChannel> due = new ArrayList<>();
		synchronized (this.since) {
			this.timer = null;
			long limit = this.timeout.toNanos();
			long now = System.nanoTime();
			Iterator<Map.Entry<ContextChannel, Long>> entries = this.since.entrySet().iterator();
			while (entries.hasNext() && this.timer == null) {
				Map.Entry<ContextChannel, Long> first = entries.next();
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
		due.forEach(ContextChannel::giveUp);
	}

}
