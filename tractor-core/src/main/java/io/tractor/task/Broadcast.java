package io.tractor.task;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.tractor.EndOfStreamException;
import io.tractor.MsgTypeException;
import io.tractor.MsgsMissedException;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Gives the messages of one stream to several subscriptions. Whoever has received all
 * that are held takes the next one from the engine; the last ones are held for the
 * others. Guarded by the monitor, but for what a {@link Msg} does.
 *
 * @param <R> messages that this side receives
 */
final class Broadcast<R> {

	private final Map<Long, Msg<R>> held = new HashMap<>();

	private final int window;

	private final Decoder<R> decoder;

	private long heldBytes;

	/**
	 * Index of the oldest message that is held, counted from the first one that was
	 * shared.
	 */
	private long oldest;

	/**
	 * Index of the message that is to be taken next.
	 */
	private long next;

	private int places;

	private boolean closed;

	/**
	 * Create an instance.
	 * @param window how many messages are held at most
	 * @param decoder decodes messages
	 */
	Broadcast(int window, Decoder<R> decoder) {
		this.window = window;
		this.decoder = decoder;
	}

	Place join() {
		this.places++;
		return new Place();
	}

	/**
	 * End all subscriptions, whatever they have not received.
	 */
	void close() {
		this.closed = true;
		clear();
	}

	private void clear() {
		this.held.clear();
		this.heldBytes = 0;
		this.oldest = this.next;
	}

	private boolean take(ContextEngine engine) {
		byte[] bytes = engine.receive();
		if (bytes == null) {
			return false;
		}
		this.held.put(this.next++, new Msg<>(bytes, engine.lastReceived(), this.decoder));
		this.heldBytes += bytes.length;
		while (this.held.size() > this.window || (this.held.size() > 1 && this.heldBytes > engine.grant().bytes())) {
			Msg<R> dropped = this.held.remove(this.oldest++);
			this.heldBytes -= (dropped != null) ? dropped.length : 0;
		}
		return true;
	}

	/**
	 * Decodes messages.
	 *
	 * @param <R> their type
	 */
	@FunctionalInterface
	interface Decoder<R> {

		/**
		 * Decode a message.
		 * @param index its index among all that the peer sent
		 * @throws MsgTypeException if that fails
		 */
		R decode(byte[] bytes, long index);

	}

	/**
	 * A message, decoded by whoever asks for it first. Thread-safe.
	 *
	 * @param <R> its type
	 */
	static final class Msg<R> implements Supplier<R> {

		private final Decoder<R> decoder;

		private final long index;

		private final int length;

		private byte @Nullable [] bytes;

		private @Nullable R value;

		private @Nullable MsgTypeException unreadable;

		private Msg(byte[] bytes, long index, Decoder<R> decoder) {
			this.bytes = bytes;
			this.index = index;
			this.length = bytes.length;
			this.decoder = decoder;
		}

		/**
		 * Return the decoded message.
		 * @throws MsgTypeException if it cannot be decoded, another one each time
		 */
		@Override
		public synchronized R get() {
			byte[] encoded = this.bytes;
			if (encoded != null) {
				try {
					this.value = this.decoder.decode(encoded, this.index);
				}
				catch (MsgTypeException ex) {
					this.unreadable = ex;
				}
				this.bytes = null;
			}
			MsgTypeException error = this.unreadable;
			if (error != null) {
				throw new MsgTypeException(String.valueOf(error.getMessage()), error.getCause());
			}
			R msg = this.value;
			Assert.state(msg != null, "No message");
			return msg;
		}

	}

	/**
	 * The place of one subscription: the message that it receives next.
	 */
	final class Place {

		private long position = Broadcast.this.next;

		private boolean left;

		private Place() {
		}

		/**
		 * Go past the messages that are held no more.
		 * @return how many they are
		 */
		long skip() {
			long missed = Math.max(0, Broadcast.this.oldest - this.position);
			this.position += missed;
			return missed;
		}

		/**
		 * Receive the next message.
		 * @return the message, or {@code null} if there is none yet
		 * @throws TractorException what ended the context, or the subscription
		 * @throws MsgsMissedException if messages must be {@linkplain #skip() skipped}
		 * before
		 */
		@Nullable Msg<R> receive(ContextEngine engine) {
			TractorException cause = engine.cause();
			if (cause != null) {
				throw cause;
			}
			if (this.left || Broadcast.this.closed) {
				throw ended(engine.identity());
			}
			long missed = skip();
			if (missed > 0) {
				throw missed(engine, missed);
			}
			if (this.position == Broadcast.this.next && !take(engine)) {
				return null;
			}
			return Broadcast.this.held.get(this.position++);
		}

		/**
		 * Return whether {@link #receive} has nothing more to give, now or later.
		 */
		boolean isOver(ContextEngine engine) {
			return this.left || Broadcast.this.closed || engine.cause() != null
					|| (this.position == Broadcast.this.next && engine.isReceiveOver());
		}

		private EndOfStreamException ended(ContextIdentity identity) {
			return new EndOfStreamException(
					"The " + identity.side() + " has closed " + (this.left ? "this subscription of its" : "its")
							+ " stream of the context on route '" + identity.route() + "'");
		}

		private MsgsMissedException missed(ContextEngine engine, long missed) {
			ContextIdentity identity = engine.identity();
			return new MsgsMissedException("A subscription of the " + identity.side() + "'s stream on route '"
					+ identity.route() + "' missed " + missed + " messages of the " + identity.side().other() + " "
					+ engine.peer() + ": it fell behind the fastest one by more than the buffer of "
					+ Broadcast.this.window + " messages and " + engine.grant().bytes()
					+ " bytes. It goes on with the oldest that is held; make it faster, or enlarge"
					+ " msg-buffer-size on the " + identity.side() + "'s side", missed);
		}

		void leave() {
			if (!this.left) {
				this.left = true;
				Broadcast.this.places--;
				if (Broadcast.this.places == 0) {
					clear();
				}
			}
		}

	}

}
