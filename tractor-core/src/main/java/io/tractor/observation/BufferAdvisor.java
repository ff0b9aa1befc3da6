package io.tractor.observation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.tractor.ContextListener;
import io.tractor.Outcome;
import io.tractor.Side;
import io.tractor.TaskContext;
import io.tractor.engine.BufferLoad;
import io.tractor.engine.BurstSizes;
import io.tractor.task.LiveContexts;
import io.tractor.task.MeasuredTask;

import org.springframework.util.Assert;

/**
 * Finds for each route and side the buffer that would have held the bursts of messages,
 * in contexts that are over and in those that run. Thread-safe.
 */
public final class BufferAdvisor implements ContextListener {

	private static final double MOST = 0.999;

	/**
	 * The largest buffer that is ever advised, in messages.
	 */
	private static final long MAX_ADVISED = 65_536;

	private static final int MAX_ROUTES = 200;

	private final Map<Key, Load> ofEnded = new HashMap<>();

	private final LiveContexts live;

	/**
	 * Create an advisor.
	 * @param live the contexts that run
	 */
	public BufferAdvisor(LiveContexts live) {
		Assert.notNull(live, "'live' must not be null");
		this.live = live;
	}

	@Override
	public void ended(TaskContext context, Outcome<?> outcome) {
		if (context instanceof MeasuredTask task) {
			synchronized (this) {
				add(this.ofEnded, task);
			}
		}
	}

	private static void add(Map<Key, Load> loads, MeasuredTask task) {
		Key key = new Key(task.pattern(), task.side());
		if (loads.containsKey(key) || loads.size() < MAX_ROUTES) {
			loads.computeIfAbsent(key, (absent) -> new Load()).add(task);
		}
	}

	/**
	 * Return the advice for all routes and sides that have had contexts.
	 * @return the advice, by route
	 */
	public List<BufferAdvice> advice() {
		Map<Key, Load> loads = new HashMap<>();
		synchronized (this) {
			this.ofEnded.forEach((key, load) -> loads.put(key, load.copy()));
		}
		this.live.all().forEach((task) -> add(loads, task));
		List<BufferAdvice> advice = new ArrayList<>();
		loads.forEach((key, load) -> advice.add(load.advise(key)));
		advice.sort(Comparator.comparing(BufferAdvice::pattern).thenComparing(BufferAdvice::side));
		return advice;
	}

	private record Key(String pattern, Side side) {

	}

	/**
	 * What the buffers of one route and side had to hold.
	 */
	private static final class Load {

		private final BufferLoad load = new BufferLoad();

		private long msgBufferSize;

		void add(MeasuredTask task) {
			task.addLoadTo(this.load);
			this.msgBufferSize = Math.max(this.msgBufferSize, task.receiving().msgBufferSize());
		}

		Load copy() {
			Load copy = new Load();
			copy.load.addAll(this.load);
			copy.msgBufferSize = this.msgBufferSize;
			return copy;
		}

		BufferAdvice advise(Key key) {
			BurstSizes bursts = this.load.bursts();
			return new BufferAdvice(key.pattern(), key.side(), this.msgBufferSize, bursts.total(), this.load.cutShort(),
					bursts.atShare(0.5), bursts.atShare(0.99), bursts.atShare(MOST), bursts.max(),
					this.load.arrivalRate(), this.load.serviceRate(), verdict(bursts));
		}

		private BufferAdvice.Verdict verdict(BurstSizes bursts) {
			long most = bursts.atShare(MOST);
			if (bursts.total() == 0) {
				return BufferAdvice.Verdict.NO_MESSAGES;
			}
			if (most > MAX_ADVISED) {
				return BufferAdvice.Verdict.CONSUMER_TOO_SLOW;
			}
			return (most <= this.msgBufferSize) ? BufferAdvice.Verdict.ENOUGH : BufferAdvice.Verdict.ENLARGE;
		}

	}

}
