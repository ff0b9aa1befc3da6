package io.tractor.rows;

import java.net.SocketAddress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection that hands everything on, for tests that look at some of it.
 */
class ForwardingConnection implements DuplexConnection {

	private final DuplexConnection source;

	ForwardingConnection(DuplexConnection source) {
		this.source = source;
	}

	@Override
	public void sendFrame(int streamId, ByteBuf frame) {
		this.source.sendFrame(streamId, frame);
	}

	@Override
	public void sendErrorAndClose(RSocketErrorException error) {
		this.source.sendErrorAndClose(error);
	}

	@Override
	public Flux<ByteBuf> receive() {
		return this.source.receive();
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
	public Mono<Void> onClose() {
		return this.source.onClose();
	}

	@Override
	public void dispose() {
		this.source.dispose();
	}

	@Override
	public boolean isDisposed() {
		return this.source.isDisposed();
	}

}
