package io.tractor.engine.simulation;

import java.util.List;

import io.tractor.OverrunReport;

/**
 * What an engine reports of overruns and dropped messages, each of which must be told
 * once, and nothing else.
 */
final class Reports {

	private final Half half;

	private int overrunsHere;

	private int overrunsThere;

	private int finals;

	private int episodesBegun;

	private int episodesEnded;

	private long droppedThere;

	Reports(Half half) {
		this.half = half;
	}

	private boolean isHere(OverrunReport report) {
		return report.receiver() == this.half.side;
	}

	private Flow flow(OverrunReport report) {
		return isHere(report) ? this.half.in : this.half.out;
	}

	/**
	 * Take a report that the engine signals.
	 */
	void told(OverrunReport report) {
		if (report.isDropping()) {
			toldOfDropped(report);
		}
		else if (report.provisional()) {
			toldOfOverrun(report);
		}
		else {
			this.finals++;
			checkFinal(report);
		}
	}

	private void toldOfDropped(OverrunReport report) {
		Flow flow = flow(report);
		Check.equal(report.reason(), OverrunReport.Reason.SLOW_CONSUMER, "the reason of an episode");
		Check.equal(report.overflow(), flow.mode().overflow, "the policy of an episode");
		if (!isHere(report)) {
			Check.that(!report.provisional(), "an episode is told before its end");
			this.droppedThere += report.undelivered();
		}
		else if (report.provisional()) {
			Check.equal(report.msgBufferSize(), flow.receiving.window, "the buffer size of an episode");
			flow.episode(this.episodesBegun).checkBegin(report);
			this.half.add((flow.mode() == Mode.DROP_LATEST) ? Event.DROPPED_LATEST : Event.DROPPED_OLDEST);
			this.episodesBegun++;
		}
		else {
			flow.episode(this.episodesEnded).checkEnd(report);
			this.episodesEnded++;
			if (this.episodesEnded < flow.episodesBegun()) {
				this.half.add(Event.DROPPED_WITH_GAP);
			}
		}
	}

	private void toldOfOverrun(OverrunReport report) {
		Flow flow = flow(report);
		Check.that(flow.isOverrun(), "an overrun is reported that is none");
		Check.equal(report.reason(), flow.overrunReason(), "the reason of an overrun");
		Check.equal(report.firstUndelivered(), flow.firstUndelivered(), "the first undelivered message");
		if (isHere(report)) {
			this.overrunsHere++;
			Check.equal(report.msgBufferSize(), flow.receiving.window, "the buffer size of an overrun");
			Check.equal(report.buffered(), flow.buffered(), "the messages held at an overrun");
			Check.equal(report.consumed(), flow.consumed(), "the messages consumed at an overrun");
			this.half.add((report.reason() == OverrunReport.Reason.NEVER_OPENED) ? Event.OVERRUN_NEVER_OPENED
					: Event.OVERRUN_SLOW_CONSUMER);
		}
		else {
			this.overrunsThere++;
		}
		if (this.overrunsHere > 0 && this.overrunsThere > 0) {
			this.half.add(Event.OVERRUN_BOTH_WAYS);
		}
	}

	/**
	 * Check that nothing more and nothing less was told so far.
	 */
	void check() {
		Flow in = this.half.in;
		Check.equal(this.overrunsHere, in.isOverrun() ? 1 : 0, "overruns reported by this side");
		Check.equal(this.overrunsThere, this.half.overrunThere ? 1 : 0, "overruns told to this side");
		Check.equal(this.episodesBegun, in.episodesBegun(), "episodes of dropping that were reported");
		Check.equal(this.episodesEnded, in.episodesEnded(), "episodes of dropping whose end was reported");
		Check.equal(this.droppedThere, this.half.out.droppedTold(), "dropped messages that this side was told of");
	}

	/**
	 * Check the reports at the end.
	 */
	void checkFinal(List<OverrunReport> reports) {
		int known = this.half.overrunThere ? 1 : 0;
		if (this.half.in.isOverrun() && this.half.counted) {
			known++;
		}
		Check.equal(this.finals, known, "overruns that were told once more when they were final");
		for (OverrunReport report : reports) {
			if (!report.isDropping()) {
				checkFinal(report);
			}
		}
	}

	private void checkFinal(OverrunReport report) {
		Flow flow = flow(report);
		boolean known = !isHere(report) || this.half.counted;
		Check.equal(report.provisional(), !known, "whether a report is provisional at the end");
		if (known) {
			Check.equal(report.undelivered(), Math.max(1, flow.sent() - flow.firstUndelivered()),
					"the undelivered messages in the end");
		}
	}

}
