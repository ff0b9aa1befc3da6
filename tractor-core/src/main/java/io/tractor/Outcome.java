package io.tractor;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a context ended for one side, with the receipts.
 *
 * @param <R> the result
 */
public sealed interface Outcome<R> {

	/**
	 * Return what became of the messages.
	 * @return the ledger
	 */
	Ledger ledger();

	/**
	 * Return the overruns of either direction: what ended the context by an overrun, and
	 * the last 64 episodes of a dropping policy. The ledger has the exact totals.
	 * @return the reports, in the order in which this side learned of them
	 */
	List<OverrunReport> overruns();

	/**
	 * The callee returned a result.
	 *
	 * @param value the result
	 * @param ledger what became of the messages
	 * @param overruns the overruns
	 * @param <R> the result
	 */
	record Completed<R>(@Nullable R value, Ledger ledger, List<OverrunReport> overruns) implements Outcome<R> {

	}

	/**
	 * The context was cancelled by either side.
	 *
	 * @param cancellation who cancelled, and why
	 * @param ledger what became of the messages
	 * @param overruns the overruns
	 * @param <R> the result
	 */
	record Cancelled<R>(ContextCancelledException cancellation, Ledger ledger,
			List<OverrunReport> overruns) implements Outcome<R> {

	}

	/**
	 * The context failed, by an error of either side, an overrun or a lost connection.
	 *
	 * @param error the error
	 * @param ledger what became of the messages
	 * @param overruns the overruns
	 * @param <R> the result
	 */
	record Failed<R>(Throwable error, Ledger ledger, List<OverrunReport> overruns) implements Outcome<R> {

	}

}
