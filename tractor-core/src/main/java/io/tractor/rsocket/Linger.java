package io.tractor.rsocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import reactor.core.scheduler.Schedulers;

/**
 * Callees that are done and wait for the caller to acknowledge that, for a limited time.
 * One timer serves all of them: who came first is due first. Thread-safe.
 */
final class Linger {

	private final Map<CalleeChannel, Long> since = new LinkedHashMap<>();

	private volatile Duration timeout = Duration.ofSeconds(60);

	private boolean scheduled;

	void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	void add(CalleeChannel channel) {
		synchronized (this.since) {
			this.since.put(channel, System.nanoTime());
			if (!this.scheduled) {
				schedule(this.timeout.toNanos());
			}
		}
	}

	void remove(CalleeChannel channel) {
		synchronized (this.since) {
			this.since.remove(channel);
		}
	}

	private void schedule(long nanos) {
		this.scheduled = true;
		Schedulers.parallel().schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
	}

	private void sweep() {
		List<CalleeChannel> due = new ArrayList<>();
		synchronized (this.since) {
			this.scheduled = false;
			long limit = this.timeout.toNanos();
			long now = System.nanoTime();
			Iterator<Map.Entry<CalleeChannel, Long>> entries = this.since.entrySet().iterator();
			while (entries.hasNext() && !this.scheduled) {
				Map.Entry<CalleeChannel, Long> first = entries.next();
				long left = limit - (now - first.getValue());
				if (left > 0) {
					schedule(left);
				}
				else {
					due.add(first.getKey());
					entries.remove();
				}
			}
		}
		due.forEach(CalleeChannel::giveUp);
	}

}
