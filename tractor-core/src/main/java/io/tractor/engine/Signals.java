package io.tractor.engine;

import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.TractorException;

/**
 * What an engine tells those who drive it. Called from within calls on the engine; must
 * neither block nor call back.
 */
public interface Signals {

	/**
	 * There is something to write.
	 * @param urgent whether it must overtake data that waits
	 */
	void writable(boolean urgent);

	/**
	 * Something changed that a caller may wait for: a message, credit, the state.
	 */
	void changed();

	/**
	 * The context was ended by something that this side's task did not do itself.
	 * @param cause what ended it
	 */
	void broken(TractorException cause);

	/**
	 * A message overran a buffer, on this side or over there.
	 * @param report the receiver's report
	 */
	void overrun(OverrunReport report);

	/**
	 * The peer could not read one of this side's messages as its declared type (M10).
	 * @param index the message's index
	 * @param type the expected type
	 */
	void unreadable(long index, String type);

	/**
	 * The context is over, and nothing more will be read.
	 * @param ledger the final ledger
	 */
	void finished(Ledger ledger);

}
