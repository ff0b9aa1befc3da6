package io.tractor.sample;

import java.util.List;
import java.util.stream.Collectors;

import io.tractor.ContextListener;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Shows on the console what happens to the contexts of this application, whichever side
 * it is.
 */
@Component
class ContextLog implements ContextListener {

	private static final Logger logger = LoggerFactory.getLogger(ContextLog.class);

	@Override
	public void started(TaskContext context) {
		logger.info("[{}] context {} on '{}' started with {}", context.side(), context.id(), context.route(),
				context.peer());
	}

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		if (report.isDropping()) {
			// many, with a slow viewer; the ledger has the total
			logger.debug("[{}] {}", context.side(), report.describe());
		}
		else if (report.provisional()) {
			// the final report goes with the end
			logger.warn("[{}] provisional overrun: {}; {} undelivered", context.side(), report.describe(),
					report.undelivered());
		}
	}

	@Override
	public void ended(TaskContext context, Outcome<?> outcome) {
		logger.info("[{}] context {} {}; {}", context.side(), context.id(), describe(outcome),
				describe(outcome.ledger()));
	}

	private static String describe(Outcome<?> outcome) {
		if (outcome instanceof Outcome.Cancelled<?> cancelled) {
			return "was cancelled: " + cancelled.cancellation().getMessage();
		}
		if (outcome instanceof Outcome.Failed<?> failed) {
			// what there is to say about an overrun has been said
			List<OverrunReport> overruns = outcome.overruns()
				.stream()
				.filter((report) -> !report.isDropping())
				.toList();
			return "failed: " + (overruns.isEmpty() ? failed.error()
					: failed.error().getClass().getSimpleName() + describe(overruns));
		}
		return "completed";
	}

	private static String describe(List<OverrunReport> overruns) {
		return overruns.stream()
			.filter((report) -> !report.provisional())
			.map((report) -> ", final report: " + report.buffered() + " buffered, " + report.consumed() + " consumed, "
					+ report.undelivered() + " undelivered")
			.collect(Collectors.joining());
	}

	static String describe(Ledger ledger) {
		return "to callee: " + describe(ledger.toCallee()) + "; to caller: " + describe(ledger.toCaller());
	}

	private static String describe(Ledger.Direction direction) {
		return direction.sent() + " sent = " + direction.consumed() + " consumed + " + direction.dropped()
				+ " dropped + " + direction.discarded() + " discarded + " + direction.unknown() + " unknown";
	}

}
