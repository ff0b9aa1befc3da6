package io.tractor.engine;

import io.tractor.ContextRejectedException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import org.jspecify.annotations.Nullable;

/**
 * One method for each envelope of {@code docs/protocol.md}. What the engine writes it
 * calls on one of these, and it is one itself for what arrives.
 */
public interface Envelopes {

	void started(Grant grant, Peer callee, byte @Nullable [] value);

	void msg(byte[] payload);

	void opened(boolean backpressure, long messages, long bytes, long runAhead);

	void endSend(long sent);

	void returned(Counts counts, byte @Nullable [] value);

	void credit(long messages, long bytes);

	void probe(long index, long bytes);

	void stopReceive();

	void overrun(OverrunReport report);

	void dropped(OverrunReport report);

	void decodeFailed(long index, String type);

	void cancel(Counts counts, Cancellation cancellation);

	void error(Counts counts, RemoteActorException.Failure failure);

	void reject(ContextRejectedException.Code code, boolean retryable, String message);

	void cancelled(Counts counts, Cancellation cancellation);

	void end(Counts counts);

	/**
	 * How much a side lets the other send, and the largest message it takes.
	 *
	 * @param messages the buffer's size in messages
	 * @param bytes the buffer's size in bytes
	 * @param maxMessage the largest message in bytes
	 */
	record Grant(long messages, long bytes, long maxMessage) {

	}

	/**
	 * What a terminal envelope says about messages.
	 *
	 * @param sent messages that its sender sent
	 * @param consumed messages of the other direction that its sender's code took
	 * @param dropped messages of the other direction that its sender's policy dropped
	 */
	record Counts(long sent, long consumed, long dropped) {

	}

	/**
	 * Why a context is cancelled.
	 *
	 * @param origin what made the side cancel
	 * @param reason the reason, for people
	 * @param causeType the type of the error that was the cause, or {@code null}
	 * @param causeMessage the message of that error, or {@code null}
	 */
	record Cancellation(Origin origin, String reason, @Nullable String causeType, @Nullable String causeMessage) {

		/**
		 * What made a side cancel.
		 */
		public enum Origin {

			/**
			 * The caller asked for it.
			 */
			CALLER,

			/**
			 * The callee ended its own task.
			 */
			CALLEE,

			/**
			 * The callee's send found the caller leaving (V18).
			 */
			LEFT

		}

	}

}
