package io.tractor.rows;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.rsocket.DuplexConnection;
import io.rsocket.plugins.DuplexConnectionInterceptor;
import io.tractor.rsocket.PortalBuilder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * Stands in a client's connection, and can hold back what comes from the server.
 */
final class Gate implements DuplexConnectionInterceptor {

	/**
	 * Counts frames before they are on their way, and so before anything that they lead
	 * to.
	 */
	final AtomicInteger sent = new AtomicInteger();

	private final Queue<ByteBuf> held = new ArrayDeque<>();

	private @Nullable CoreSubscriber<? super ByteBuf> subscriber;

	private boolean closed;

	volatile @Nullable DuplexConnection connection;

	PortalBuilder into(PortalBuilder builder) {
		return builder.connector((connector) -> connector.interceptors((registry) -> registry.forConnection(this)));
	}

	@Override
	public DuplexConnection apply(Type type, DuplexConnection source) {
		if (type != Type.SOURCE) {
			return source;
		}
		this.connection = source;
		return new GatedConnection(source);
	}

	synchronized void close() {
		this.closed = true;
	}

	synchronized int held() {
		return this.held.size();
	}

	synchronized void open() {
		this.closed = false;
		ByteBuf frame = this.held.poll();
		while (frame != null) {
			this.subscriber.onNext(frame);
			frame.release();
			frame = this.held.poll();
		}
	}

	private synchronized void pass(ByteBuf frame) {
		if (this.closed) {
			this.held.add(frame.retain());
		}
		else {
			this.subscriber.onNext(frame);
		}
	}

	private final class GatedConnection extends ForwardingConnection {

		GatedConnection(DuplexConnection source) {
			super(source);
		}

		@Override
		public void sendFrame(int streamId, ByteBuf frame) {
			Gate.this.sent.incrementAndGet();
			super.sendFrame(streamId, frame);
		}

		@Override
		public Flux<ByteBuf> receive() {
			Flux<ByteBuf> frames = super.receive();
			return new Flux<>() {

				@Override
				public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
					Gate.this.subscriber = actual;
					frames.subscribe(new Incoming(actual));
				}

			};
		}

	}

	private final class Incoming implements CoreSubscriber<ByteBuf> {

		private final CoreSubscriber<? super ByteBuf> actual;

		Incoming(CoreSubscriber<? super ByteBuf> actual) {
			this.actual = actual;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.actual.onSubscribe(subscription);
		}

		@Override
		public void onNext(ByteBuf frame) {
			pass(frame);
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
