package io.tractor.sample.page;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.tractor.ContextListener;
import io.tractor.OverrunReport;
import io.tractor.TaskContext;
import io.tractor.observation.RecentOverruns;

/**
 * Keeps the last overruns that this application was told of, where the many episodes of a
 * dropping policy do not push out what ended a context. Thread-safe.
 */
final class ToldOverruns implements ContextListener {

	private static final int MAX_ENDING = 6;

	private static final int MAX_DROPPING = 3;

	private final RecentOverruns ending = new RecentOverruns(MAX_ENDING);

	private final RecentOverruns dropping = new RecentOverruns(MAX_DROPPING);

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		(report.isDropping() ? this.dropping : this.ending).overrun(context, report);
	}

	/**
	 * Return the reports.
	 * @return the reports, the last one first
	 */
	List<OverrunReport> all() {
		return Stream.concat(this.ending.all().stream(), this.dropping.all().stream())
			.sorted(Comparator.comparing(OverrunReport::detectedAt).reversed())
			.toList();
	}

}
