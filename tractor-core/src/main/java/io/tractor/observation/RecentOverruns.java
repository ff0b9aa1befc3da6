package io.tractor.observation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.tractor.ContextListener;
import io.tractor.OverrunReport;
import io.tractor.TaskContext;

import org.springframework.util.Assert;

/**
 * Keeps the last overruns that this application was told of, the final report of an
 * overrun in the place of its provisional one. Thread-safe.
 */
public final class RecentOverruns implements ContextListener {

	private final Deque<OverrunReport> reports = new ArrayDeque<>();

	private final int max;

	/**
	 * Create a list.
	 * @param max how many overruns are kept, at least 1
	 */
	public RecentOverruns(int max) {
		Assert.isTrue(max > 0, "'max' must be at least 1");
		this.max = max;
	}

	@Override
	public synchronized void overrun(TaskContext context, OverrunReport report) {
		if (report.provisional() && this.reports.stream().anyMatch((known) -> isSame(known, report))) {
			return;
		}
		this.reports.removeIf((known) -> isSame(known, report));
		this.reports.addFirst(report);
		if (this.reports.size() > this.max) {
			this.reports.removeLast();
		}
	}

	private static boolean isSame(OverrunReport one, OverrunReport other) {
		return one.contextId().equals(other.contextId()) && one.receiver() == other.receiver()
				&& one.firstUndelivered() == other.firstUndelivered();
	}

	/**
	 * Return the reports.
	 * @return the reports, the last one first
	 */
	public synchronized List<OverrunReport> all() {
		return new ArrayList<>(this.reports);
	}

}
