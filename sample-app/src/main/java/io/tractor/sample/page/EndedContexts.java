package io.tractor.sample.page;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.tractor.ContextListener;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.Side;
import io.tractor.TaskContext;

/**
 * Keeps how the last contexts of this application ended. Thread-safe.
 */
final class EndedContexts implements ContextListener {

	private final Deque<EndedContext> contexts = new ArrayDeque<>();

	private final int max;

	EndedContexts(int max) {
		this.max = max;
	}

	@Override
	public synchronized void ended(TaskContext context, Outcome<?> outcome) {
		this.contexts.addFirst(EndedContext.of(context, outcome));
		if (this.contexts.size() > this.max) {
			this.contexts.removeLast();
		}
	}

	/**
	 * Return the contexts.
	 * @return the contexts, the last one first
	 */
	synchronized List<EndedContext> all() {
		return List.copyOf(this.contexts);
	}

	/**
	 * One side of a context that is over.
	 *
	 * @param id the context's id
	 * @param route its route
	 * @param side this side
	 * @param at when it ended
	 * @param outcome how it ended
	 * @param text why, for people; empty if it completed
	 * @param ledger what became of its messages
	 */
	record EndedContext(String id, String route, Side side, Instant at, OutcomeKind outcome, String text,
			Ledger ledger) {

		private static EndedContext of(TaskContext context, Outcome<?> outcome) {
			if (outcome instanceof Outcome.Cancelled<?> cancelled) {
				return of(context, OutcomeKind.CANCELLED, String.valueOf(cancelled.cancellation().getMessage()),
						outcome.ledger());
			}
			if (outcome instanceof Outcome.Failed<?> failed) {
				return of(context, OutcomeKind.FAILED, failed.error().toString(), outcome.ledger());
			}
			return of(context, OutcomeKind.COMPLETED, "", outcome.ledger());
		}

		private static EndedContext of(TaskContext context, OutcomeKind outcome, String text, Ledger ledger) {
			return new EndedContext(context.id(), context.route(), context.side(), Instant.now(), outcome, text,
					ledger);
		}

	}

	/**
	 * How a context ended.
	 */
	enum OutcomeKind {

		/**
		 * With a result.
		 */
		COMPLETED,

		/**
		 * By either side's wish.
		 */
		CANCELLED,

		/**
		 * By an error.
		 */
		FAILED

	}

}
