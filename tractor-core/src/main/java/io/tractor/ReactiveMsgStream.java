package io.tractor;

import java.util.function.LongConsumer;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One side's end of a context's message stream in reactive code: what {@link MsgStream}
 * is where threads may block, with the same buffer, credit and errors. No method blocks,
 * and all may be called from several threads at once (M12). Signals come on the thread
 * that caused them, which mostly is the connection's event loop: it must not be blocked.
 *
 * @param <R> messages that this side receives
 * @param <S> messages that this side sends
 */
public interface ReactiveMsgStream<R, S> {

	/**
	 * Receive messages as they are requested. A message counts as consumed, and gives its
	 * room in the buffer back, when it is emitted; so the subscriber's demand is what
	 * slows the sender down, or makes it overrun (V8, V9).
	 * <p>
	 * There is one subscriber at a time. Cancelling leaves the stream open, and who
	 * subscribes next goes on where that one stopped: {@linkplain #close() close} the
	 * stream to let the sender know that nobody receives any more (V18).
	 * @return completes when the peer has ended its direction and everything was received
	 * (M3), or after {@link #close()} (M9); fails with {@link MsgTypeException} if a
	 * message cannot be read as the declared type, after which one may subscribe again
	 * (M10), with {@link IllegalStateException} if somebody is subscribed already, and
	 * with what ended the context
	 */
	Flux<R> receive();

	/**
	 * Share the stream among several subscribers, each with its own place in it: it gets
	 * every message that no other one has taken when it subscribes (B1), at the pace of
	 * its own demand. From then on {@link #receive()} fails with
	 * {@link IllegalStateException}, also where it is subscribed already.
	 * <p>
	 * A message counts as consumed, and gives its room in the buffer back, when it is
	 * emitted to the first subscriber (B5); without any, nothing is consumed. As many
	 * messages as the buffer holds, by number and bytes, are then kept for the slower
	 * ones. One that falls behind by more goes on with the oldest that is kept, after
	 * {@code onMissed} was told how many it missed (B2). Cancelling one leaves the stream
	 * and the others as they are (B3). The same decoded instance goes to all.
	 * @param onMissed told how many messages a subscriber missed, at least 1, before the
	 * next one is emitted to it and on the same thread; must not block. What it throws
	 * fails that subscriber's {@code Flux}. Share again to tell subscribers apart
	 * @return completes as {@link #receive()} does, at once after the end of the stream
	 * (B4); fails with {@link MsgTypeException} if a message cannot be read as the
	 * declared type, unless {@link Flux#onErrorContinue} lets the subscriber go on after
	 * it (M10), and with what ended the context
	 */
	Flux<R> share(LongConsumer onMissed);

	/**
	 * Send a message once subscribed. Those that wait for credit are sent in the order in
	 * which they were subscribed; cancelling one takes it out of the row.
	 * @param msg the message, not {@code null} (M17)
	 * @return completes when there was credit and the message was accepted; fails as
	 * {@link MsgStream#send} does
	 */
	Mono<Void> send(S msg);

	/**
	 * Send a message if there is credit for it now and no other waits.
	 * @param msg the message, not {@code null}
	 * @return whether the message was sent (M13)
	 * @throws TractorException what {@link #send} fails with
	 * @throws IllegalStateException after {@link #endSend()} or {@link #close()} (M4)
	 */
	boolean offer(S msg);

	/**
	 * Send messages as there is credit for them. The publisher is asked for up to 64
	 * messages more than were accepted. Sending does not {@linkplain #endSend() end} with
	 * it.
	 * @param msgs the messages
	 * @return completes when all were accepted; fails as {@link MsgStream#send} does, or
	 * with the publisher's error after what came before it was accepted
	 */
	Mono<Void> sendAll(Publisher<? extends S> msgs);

	/**
	 * Say that this side sends no more; the peer's iteration ends, and receiving goes on
	 * here (M14). Calling it again is harmless.
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
	 * its later sends fail with {@link StreamClosedException} (V18). May be called again
	 * (M5).
	 */
	void close();

}
