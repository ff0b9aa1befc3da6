package io.tractor;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

/**
 * One of several consumers of a {@linkplain MsgStream#subscribe() shared stream}, with
 * its own place in it. Every subscription gets every message that no other one had taken
 * when it was made (B1). The same decoded instance goes to all, so it should not be
 * changed.
 * <p>
 * A message counts as consumed, and gives its room in the buffer back, when the first
 * subscription takes it (B5). As many messages as the buffer holds, by number and bytes,
 * are then kept for the slower ones. One that falls behind by more is told by
 * {@link MsgsMissedException}, once, and goes on with the oldest that is kept (B2).
 * <p>
 * What ended the context is thrown by every call from then on, except {@link #close()}.
 * All methods may be called from several threads at once; these share the subscription's
 * place. Interrupting a thread that waits cancels the context, as it does on the stream
 * itself: {@linkplain #close() close} a subscription to end its waits alone.
 *
 * @param <R> messages that this side receives
 */
public interface MsgSubscription<R> extends Iterable<R>, AutoCloseable {

	/**
	 * Receive the next message. Blocks while there is none.
	 * @return the message
	 * @throws EndOfStreamException if the peer has ended its direction and everything was
	 * received here (B4, M3), or after this subscription or the stream was closed (M9)
	 * @throws MsgsMissedException if messages were missed before the next one; the
	 * subscription stays usable (B2)
	 * @throws MsgTypeException if the message cannot be read as the declared type; this
	 * subscription is past it then, and stays usable (M10)
	 * @throws TractorException what ended the context
	 */
	R receive();

	/**
	 * Receive the next message, waiting for it for a limited time.
	 * @param timeout how long to wait
	 * @return the message, or empty if there was none in that time (M13)
	 * @see #receive()
	 */
	Optional<R> receive(Duration timeout);

	/**
	 * Receive the next message if it is there already. Does not block.
	 * @return the message, or empty (M13)
	 * @see #receive()
	 */
	Optional<R> poll();

	/**
	 * Iterate over the messages until the end of the stream or of this subscription;
	 * {@code hasNext} blocks and throws as {@link #receive()} does, and may be called
	 * again after {@link MsgsMissedException} and {@link MsgTypeException}. All iterators
	 * of a subscription share its place.
	 * @return a new iterator
	 */
	@Override
	Iterator<R> iterator();

	/**
	 * End this subscription and the waits on it. The stream and the other subscriptions
	 * go on (B3); if it was the last, nothing is consumed until there is another. Does
	 * not block, throws nothing, and may be called again.
	 */
	@Override
	void close();

}
