package io.tractor.sample.page;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

import io.tractor.OverrunReport;
import io.tractor.sample.Viewer;
import io.tractor.sample.ViewerSettings;
import io.tractor.sample.WorkGenerator;
import io.tractor.task.ContextSnapshot;
import io.tractor.task.LiveContexts;
import io.tractor.task.MeasuredTask;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows at one time.
 *
 * @param time that time
 * @param contexts the contexts that are not over, the oldest first
 * @param overruns the last overruns, the last one first
 * @param ended the last contexts that are over, the last one first
 * @param viewer the viewer, if it is in this process
 * @param source the source, if it is in this process
 */
record Frame(Instant time, List<LiveContext> contexts, List<Overrun> overruns, List<EndedContexts.EndedContext> ended,
		@Nullable ViewerState viewer, @Nullable SourceState source) {

	/**
	 * A context that is not over.
	 *
	 * @param figures its figures
	 * @param stall what it waits for, for people, or {@code null} if for nothing
	 */
	record LiveContext(ContextSnapshot figures, @Nullable String stall) {

		static List<LiveContext> of(LiveContexts contexts, Instant now) {
			return contexts.all()
				.stream()
				.map(MeasuredTask::snapshot)
				.sorted(Comparator.comparing(ContextSnapshot::since).thenComparing(ContextSnapshot::side))
				.map((figures) -> of(figures, now))
				.toList();
		}

		private static LiveContext of(ContextSnapshot figures, Instant now) {
			return new LiveContext(figures, (figures.stall() != null) ? figures.stall().describe(now) : null);
		}

	}

	/**
	 * An overrun.
	 *
	 * @param report the report
	 * @param text the report in a sentence
	 */
	record Overrun(OverrunReport report, String text) {

		static Overrun of(OverrunReport report) {
			return new Overrun(report, report.describe());
		}

	}

	/**
	 * The viewer.
	 *
	 * @param running whether it has a context, or opens one
	 * @param settings how it behaves
	 * @param delayMillis how long it idles after each event, in milliseconds
	 */
	record ViewerState(boolean running, ViewerSettings settings, double delayMillis) {

		static ViewerState of(Viewer viewer) {
			ViewerSettings settings = viewer.settings();
			return new ViewerState(viewer.isRunning(), settings, settings.delay().toNanos() / 1e6);
		}

	}

	/**
	 * The source.
	 *
	 * @param eventsPerSecond how much work it is given
	 */
	record SourceState(int eventsPerSecond) {

		static SourceState of(WorkGenerator generator) {
			return new SourceState(generator.eventsPerSecond());
		}

	}

}
