package io.tractor.rsocket;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import io.rsocket.frame.KeepAliveFrameCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.internal.BaseDuplexConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Closes a connection whose peer lets this side hold too much: answers that it does not
 * read, or payloads of which it sends fragments but never the last (L3). It closes one
 * whose peer does not read at all, too, and does not let a client alone choose when it
 * counts as lost (D2). What requests of other routes and their responses carry is left
 * alone.
 * <p>
 * Whether the peer reads is found by keep-alives of its own: like any, the peer must
 * answer them with what is in them.
 */
final class ConnectionGuard implements DuplexConnection {

	private static final Log logger = LogFactory.getLog(ConnectionGuard.class);

	/**
	 * The guard whose connection is being set up on this thread. RSocket has no other way
	 * from the transport's connection to what is made of it.
	 */
	private static final ThreadLocal<ConnectionGuard> SETTING_UP = new ThreadLocal<>();

	/**
	 * How long a peer may take to read the error that closes its connection.
	 */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private static final int TYPE_SHIFT = 10;

	private static final int INTERVAL_OFFSET = 10;

	private static final int LIFE_TIME_OFFSET = 14;

	private static final int SETUP_SIZE = 18;

	private static final int SETUP = FrameType.SETUP.getEncodedType();

	private static final int KEEPALIVE = FrameType.KEEPALIVE.getEncodedType();

	private static final int FIRST_REQUEST = FrameType.REQUEST_RESPONSE.getEncodedType();

	private static final int LAST_REQUEST = FrameType.REQUEST_CHANNEL.getEncodedType();

	private static final int REQUEST_N = FrameType.REQUEST_N.getEncodedType();

	private static final int CANCEL = FrameType.CANCEL.getEncodedType();

	private static final int PAYLOAD = FrameType.PAYLOAD.getEncodedType();

	private static final int ERROR = FrameType.ERROR.getEncodedType();

	private static final int RESUME = FrameType.RESUME.getEncodedType();

	private final AtomicBoolean disposed = new AtomicBoolean();

	private final DuplexConnection source;

	private final ConnectionLimits limits;

	private final ReadReceipts receipts;

	private final Reassembly fragments;

	private volatile boolean resumable;

	private volatile long maxLifeTime = Long.MAX_VALUE;

	private volatile long position;

	private volatile @Nullable FramePortions incoming;

	private volatile @Nullable Runnable whenRead;

	private volatile @Nullable String cutReason;

	ConnectionGuard(DuplexConnection source, ConnectionLimits limits) {
		this.source = source;
		this.limits = limits;
		this.receipts = new ReadReceipts(limits.maxUnread());
		this.fragments = new Reassembly(source.alloc());
		source.onClose().doFinally((signal) -> closed()).subscribe((nothing) -> {
		}, (ex) -> {
		});
	}

	/**
	 * Hand on what came before the connection was closed, and then nothing more. Called
	 * before RSocket hears of it.
	 */
	private void closed() {
		FramePortions frames = this.incoming;
		try {
			if (frames != null) {
				frames.close();
			}
		}
		finally {
			this.disposed.set(true);
			this.fragments.close();
		}
	}

	/**
	 * Return the guard of the connection that is being set up by the calling thread.
	 */
	static @Nullable ConnectionGuard ofSetup() {
		ConnectionGuard guard = SETTING_UP.get();
		SETTING_UP.remove();
		return guard;
	}

	/**
	 * Set what is to be done when the peer has read more.
	 */
	void whenRead(Runnable action) {
		this.whenRead = action;
	}

	/**
	 * Return why this side has cut the connection, or {@code null} if it has not.
	 */
	@Nullable String cutReason() {
		return this.cutReason;
	}

	/**
	 * Return whether the peer has so much to read that contexts should wait.
	 */
	boolean isPeerBehind() {
		return this.receipts.isBehind();
	}

	// What comes in

	@Override
	public Flux<ByteBuf> receive() {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
				ConnectionGuard.this.source.receive().subscribe(portioned(new Incoming(actual)));
			}

		};
	}

	/**
	 * Return what gets frames in portions if the transport is Netty's, whose event loop
	 * alone hands them over.
	 */
	private CoreSubscriber<ByteBuf> portioned(Incoming receiver) {
		if (!(this.source instanceof BaseDuplexConnection)) {
			return receiver;
		}
		FramePortions frames = new FramePortions(receiver,
				(ex) -> cut("the peer has sent a frame that could not be read: " + ex));
		this.incoming = frames;
		return frames;
	}

	/**
	 * Look at a frame that is neither a request nor a payload.
	 */
	private void inspect(int typeAndFlags, ByteBuf frame) {
		int type = typeAndFlags >> TYPE_SHIFT;
		if (type == CANCEL || type == ERROR) {
			this.fragments.drop(streamId(frame));
		}
		else if (type == KEEPALIVE && (typeAndFlags & KeepAliveFrameCodec.FLAGS_KEEPALIVE_R) == 0) {
			takeReceipt(KeepAliveFrameCodec.data(frame));
		}
		else if (type == SETUP) {
			boundKeepAlive(frame);
			this.resumable = (typeAndFlags & SetupFrameCodec.FLAGS_RESUME_ENABLE) != 0;
		}
		else if (type == RESUME) {
			this.resumable = true;
		}
	}

	private static boolean mayBeFragment(int type) {
		return type == PAYLOAD || (type >= FIRST_REQUEST && type <= LAST_REQUEST);
	}

	/**
	 * Add a fragment to those before it.
	 * @return the frame that it completes, to be released, or {@code null}
	 */
	private @Nullable ByteBuf reassemble(ByteBuf frame, boolean last) {
		try {
			if (last) {
				return this.fragments.finish(streamId(frame), frame);
			}
			this.fragments.add(streamId(frame), frame);
			if (this.fragments.bytes() > this.limits.maxUnfinishedFragments()) {
				cut("the peer has sent more than " + this.limits.maxUnfinishedFragments() + " bytes of fragments"
						+ " without their ends, see tractor.limits.max-unfinished-fragments");
			}
		}
		catch (IndexOutOfBoundsException | IllegalArgumentException ex) {
			cut("the peer has sent fragments that are malformed: " + ex.getMessage());
		}
		return null;
	}

	private void takeReceipt(ByteBuf data) {
		if (data.readableBytes() == Long.BYTES && this.receipts.take(data.getLong(data.readerIndex()))) {
			if (this.receipts.isDue()) {
				askForReceipt();
			}
			Runnable action = this.whenRead;
			if (action != null) {
				action.run();
			}
		}
	}

	/**
	 * Shorten the keep-alive times that a client asks for. RSocket asks and waits by
	 * these on the server's side, too.
	 */
	private void boundKeepAlive(ByteBuf setup) {
		if (setup.readableBytes() < SETUP_SIZE) {
			return;
		}
		int start = setup.readerIndex();
		setup.setInt(start + INTERVAL_OFFSET,
				bounded(setup.getInt(start + INTERVAL_OFFSET), this.limits.keepAliveInterval()));
		int lifeTime = bounded(setup.getInt(start + LIFE_TIME_OFFSET), this.limits.keepAliveMaxLifeTime());
		setup.setInt(start + LIFE_TIME_OFFSET, lifeTime);
		this.maxLifeTime = TimeUnit.MILLISECONDS.toNanos(lifeTime);
	}

	private static int bounded(int millis, Duration bound) {
		int max = (int) Math.min(bound.toMillis(), Integer.MAX_VALUE);
		return (millis > 0) ? Math.min(millis, max) : max;
	}

	// What goes out

	@Override
	public void sendFrame(int streamId, ByteBuf frame) {
		int typeAndFlags = typeAndFlags(frame);
		int type = typeAndFlags >> TYPE_SHIFT;
		if (type == PAYLOAD && (typeAndFlags & FrameHeaderCodec.FLAGS_N) != 0) {
			send(streamId, frame);
		}
		else if (type == KEEPALIVE) {
			sendKeepAlive(frame, (typeAndFlags & KeepAliveFrameCodec.FLAGS_KEEPALIVE_R) != 0);
		}
		else if (type == REQUEST_N || type == CANCEL || type == PAYLOAD || type == ERROR) {
			if (type == CANCEL || type == ERROR) {
				this.fragments.end(streamId);
			}
			answer(streamId, frame);
		}
		else {
			if (type == SETUP) {
				this.maxLifeTime = TimeUnit.MILLISECONDS.toNanos(frame.getInt(frame.readerIndex() + LIFE_TIME_OFFSET));
				SETTING_UP.set(this);
			}
			send(streamId, frame);
		}
	}

	private void send(int streamId, ByteBuf frame) {
		int size = frame.readableBytes();
		this.source.sendFrame(streamId, frame);
		if (this.receipts.sent(size)) {
			askForReceipt();
		}
	}

	/**
	 * Send what the peer made RSocket answer.
	 */
	private void answer(int streamId, ByteBuf frame) {
		if (this.receipts.answered(frame.readableBytes())) {
			frame.release();
			cut("the peer leaves more than " + this.limits.maxUnread()
					+ " bytes of answers unread, see tractor.limits.max-unread");
		}
		else {
			send(streamId, frame);
		}
	}

	private void sendKeepAlive(ByteBuf frame, boolean asks) {
		this.position = KeepAliveFrameCodec.lastPosition(frame);
		if (!asks) {
			// its data are those of the frame that it answers, and keep that alive
			ByteBuf copy = alloc().buffer(frame.readableBytes()).writeBytes(frame);
			frame.release();
			answer(0, copy);
			return;
		}
		long waiting = this.receipts.waiting(System.nanoTime());
		if (waiting > this.maxLifeTime) {
			frame.release();
			cut("the peer has not answered a keep-alive for " + TimeUnit.NANOSECONDS.toMillis(waiting)
					+ " ms, and so does not read");
		}
		else {
			send(0, frame);
			askForReceipt();
		}
	}

	private void askForReceipt() {
		if (this.receipts.ask(System.nanoTime())) {
			ByteBuf nonce = alloc().buffer(Long.BYTES).writeLong(this.receipts.nonce());
			// not as of stream 0, whose frames may overtake others
			this.source.sendFrame(1, KeepAliveFrameCodec.encode(alloc(), true, this.position, nonce));
		}
	}

	private static int typeAndFlags(ByteBuf frame) {
		return frame.getUnsignedShort(frame.readerIndex() + Integer.BYTES);
	}

	private static int streamId(ByteBuf frame) {
		return frame.getInt(frame.readerIndex());
	}

	// The end

	private void cut(String why) {
		if (!this.disposed.getAndSet(true)) {
			this.cutReason = why;
			this.source.dispose();
			logger.warn("Closing the connection to " + remoteAddress() + ": " + why);
		}
	}

	/**
	 * Send an error and close, even if the peer does not read the error.
	 */
	@Override
	public void sendErrorAndClose(RSocketErrorException error) {
		this.source.sendErrorAndClose(error);
		this.source.onClose().timeout(CLOSE_TIMEOUT).subscribe((nothing) -> {
		}, (ex) -> dispose());
	}

	@Override
	public void dispose() {
		this.disposed.set(true);
		this.source.dispose();
	}

	@Override
	public boolean isDisposed() {
		return this.source.isDisposed();
	}

	@Override
	public Mono<Void> onClose() {
		return this.source.onClose();
	}

	@Override
	public ByteBufAllocator alloc() {
		return this.source.alloc();
	}

	@Override
	public SocketAddress remoteAddress() {
		return this.source.remoteAddress();
	}

	@Override
	public double availability() {
		return this.source.availability();
	}

	/**
	 * Hands on what is for RSocket.
	 */
	private final class Incoming implements CoreSubscriber<ByteBuf> {

		private final CoreSubscriber<? super ByteBuf> actual;

		private boolean begun;

		Incoming(CoreSubscriber<? super ByteBuf> actual) {
			this.actual = actual;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.actual.onSubscribe(subscription);
		}

		@Override
		public void onNext(ByteBuf frame) {
			int typeAndFlags = (frame.readableBytes() >= FrameHeaderCodec.size()) ? typeAndFlags(frame) : 0;
			if (!mayBeFragment(typeAndFlags >> TYPE_SHIFT)) {
				inspect(typeAndFlags, frame);
				if (!this.begun) {
					begin(frame);
					return;
				}
			}
			else {
				boolean last = (typeAndFlags & FrameHeaderCodec.FLAGS_F) == 0;
				if (!(last && ConnectionGuard.this.fragments.isEmpty()) && !ConnectionGuard.this.resumable) {
					handWhole(reassemble(frame, last));
					return;
				}
			}
			hand(frame);
		}

		private void handWhole(@Nullable ByteBuf frame) {
			if (frame != null) {
				try {
					hand(frame);
				}
				finally {
					frame.release();
				}
			}
		}

		/**
		 * Hand on what may be a SETUP, by which the connection is made.
		 */
		private void begin(ByteBuf frame) {
			this.begun = true;
			SETTING_UP.set(ConnectionGuard.this);
			try {
				hand(frame);
			}
			finally {
				SETTING_UP.remove();
			}
		}

		/**
		 * RSocket does not let go of what comes after it was closed.
		 */
		private void hand(ByteBuf frame) {
			if (!ConnectionGuard.this.disposed.get()) {
				this.actual.onNext(frame);
			}
		}

		@Override
		public void onError(Throwable error) {
			this.actual.onError(error);
		}

		@Override
		public void onComplete() {
			this.actual.onComplete();
		}

	}

}
