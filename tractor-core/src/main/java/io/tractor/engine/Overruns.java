package io.tractor.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.tractor.OverrunReport;
import io.tractor.Side;
import org.jspecify.annotations.Nullable;

/**
 * What one side knows of overruns in both directions, in the order in which it learned of
 * them: those that ended the context, and the last ones of the episodes of a dropping
 * policy.
 */
final class Overruns {

	private static final int MAX_EPISODES = 64;

	private List<OverrunReport> reports = List.of();

	private int episodes;

	void add(OverrunReport report) {
		if (this.reports.isEmpty()) {
			this.reports = new ArrayList<>();
		}
		if (report.isDropping()) {
			if (this.episodes == MAX_EPISODES) {
				this.reports.remove(indexOfFirstEpisode());
				this.episodes--;
			}
			this.episodes++;
		}
		this.reports.add(report);
	}

	private int indexOfFirstEpisode() {
		int index = 0;
		while (!this.reports.get(index).isDropping()) {
			index++;
		}
		return index;
	}

	/**
	 * Return the overrun of a side's buffer that ended the context.
	 */
	Optional<OverrunReport> terminal(Side receiver) {
		for (OverrunReport report : this.reports) {
			if (report.receiver() == receiver && !report.isDropping()) {
				return Optional.of(report);
			}
		}
		return Optional.empty();
	}

	/**
	 * Make the overrun of a side's buffer that ended the context final.
	 * @param receiver the side
	 * @param sent how many messages its peer sent
	 * @return the final report, if there was an overrun
	 */
	Optional<OverrunReport> complete(Side receiver, long sent) {
		return terminal(receiver).map((report) -> {
			OverrunReport complete = report.complete(sent);
			this.reports.set(this.reports.indexOf(report), complete);
			return complete;
		});
	}

	@Nullable OverrunReport last() {
		return this.reports.isEmpty() ? null : this.reports.get(this.reports.size() - 1);
	}

	List<OverrunReport> all() {
		return List.copyOf(this.reports);
	}

}
