package io.tractor.benchmarks;

/**
 * Takes what one lane carries. {@link #take} is called by one thread at a time.
 */
public interface Tally {

	/**
	 * Take one.
	 * @param index the message's index, or when the message was sent
	 * @return whether more are wanted
	 */
	boolean take(long index);

	/**
	 * Return whether no more are wanted.
	 */
	boolean isOver();

}
