package io.tractor;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

/**
 * One side's end of a context's message stream: receives messages of type {@code R} from
 * a bounded buffer and sends messages of type {@code S}. Each side can open it once. All
 * methods may be called from several threads at once (M12).
 * <p>
 * Sending waits while the receiver has no room, if the receiver opened its stream with
 * backpressure. Otherwise a message that meets a full buffer ends this side's scope with
 * {@link StreamOverrunException}, unless the receiver opened its stream with an
 * {@linkplain StreamOptions#overflow overflow policy} that drops messages: then sending
 * neither waits for the receiver nor fails (V22). What ended the context is thrown by
 * every call on the stream from then on, except {@link #close()}.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
public interface MsgStream<R, S> extends Iterable<R>, AutoCloseable {

	/**
	 * Send a message. Blocks while there is no credit.
	 * @param msg the message, not {@code null} (M17)
	 * @throws MsgTypeException if the message cannot be encoded or is above the link's
	 * size limit; the stream stays usable (M11, M17)
	 * @throws StreamClosedException if the peer does not receive any more (V18)
	 * @throws IllegalStateException after {@link #endSend()} or {@link #close()} (M4)
	 * @throws StreamOverrunException if the peer's buffer overran (V4, V9)
	 * @throws TractorException what else ended the context
	 */
	void send(S msg);

	/**
	 * Send a message, waiting for credit for a limited time.
	 * @param msg the message, not {@code null}
	 * @param timeout how long to wait
	 * @return whether the message was sent; if not, the stream is as before (M13)
	 * @see #send(Object)
	 */
	boolean send(S msg, Duration timeout);

	/**
	 * Send a message if there is credit for it now. Does not block.
	 * @param msg the message, not {@code null}
	 * @return whether the message was sent (M13)
	 * @see #send(Object)
	 */
	boolean offer(S msg);

	/**
	 * Receive the next message. Blocks while there is none.
	 * @return the message
	 * @throws EndOfStreamException if the peer has ended its direction and everything was
	 * received (M3), or after {@link #close()} (M9)
	 * @throws MsgTypeException if the message cannot be read as the declared type; it is
	 * consumed, and the stream stays usable (M10)
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
	 * Iterate over the messages until the peer ends its direction; {@code hasNext} blocks
	 * and throws as {@link #receive()} does, but ends the iteration at the end of the
	 * stream or when this side closed it (M2, M9). All iterators take from the same
	 * buffer.
	 * @return a new iterator
	 */
	@Override
	Iterator<R> iterator();

	/**
	 * Add a consumer of what this side receives, with its own place in the stream: it
	 * gets every message that no other subscription has taken by now (B1). At the end of
	 * the stream it reports just that (B4). Does not block.
	 * <p>
	 * From the first subscription on the stream is shared. The receiving methods and
	 * iterators of the stream itself throw {@link IllegalStateException} then, also where
	 * they wait, and nothing is consumed while there is no subscription; the rest of the
	 * stream is as before, and so are its overflow rules towards the sender (B5).
	 * @return a new subscription; ends with the stream, if it is not closed before
	 */
	MsgSubscription<R> subscribe();

	/**
	 * Say that this side sends no more; the peer's iteration ends, and receiving goes on
	 * here (M14). Does not block. Calling it again is harmless.
	 */
	void endSend();

	/**
	 * Return the settings that this side's stream was opened with, and where each came
	 * from (T9).
	 * @return the settings
	 */
	StreamSettings settings();

	/**
	 * End both directions (M2): what the peer still sends is discarded and counted, and
	 * its later sends throw {@link StreamClosedException} (V18). Does not block, throws
	 * nothing, and may be called again (M5, M16).
	 */
	@Override
	void close();

}
