package io.tractor;

/**
 * What became of a context's messages, direction by direction: the same on both sides,
 * unless the connection was lost (V23).
 *
 * @param toCallee messages from the caller to the callee
 * @param toCaller messages from the callee to the caller
 */
public record Ledger(Direction toCallee, Direction toCaller) {

	/**
	 * The ledger of a context in which no message was sent.
	 */
	public static final Ledger EMPTY = new Ledger(Direction.NONE, Direction.NONE);

	/**
	 * Messages of one direction. Always,
	 * {@code sent = consumed + dropped + discarded + unknown}.
	 *
	 * @param sent messages that the sender's calls accepted; on the receiving side of a
	 * lost connection, those that arrived
	 * @param consumed messages that the receiving code took; on the sending side of a
	 * lost connection, those that were acknowledged and not reported as dropped
	 * @param dropped messages that an overflow policy dropped; on the sending side of a
	 * lost connection, those that were reported
	 * @param discarded messages that nobody took: in flight when the receiver stopped or
	 * the context ended
	 * @param unknown messages that were sent but not acknowledged when the connection was
	 * lost; 0 otherwise
	 */
	public record Direction(long sent, long consumed, long dropped, long discarded, long unknown) {

		/**
		 * No message.
		 */
		public static final Direction NONE = new Direction(0, 0, 0, 0, 0);

	}

}
