package io.tractor.rows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.rsocket.DuplexConnection;
import io.rsocket.frame.CancelFrameCodec;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import io.rsocket.frame.KeepAliveFrameCodec;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestChannelFrameCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.DefaultPayload;
import io.tractor.Peer;
import io.tractor.engine.Envelopes;
import io.tractor.wire.Bundles;
import io.tractor.wire.OpeningCodec;
import io.tractor.wire.OpeningEntry;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.TcpClient;

/**
 * A client that sends whatever frames it likes, and reads only what it is told to.
 */
final class RawPeer implements AutoCloseable {

	static final byte STARTED = 0x01;

	static final byte ERROR = 0x17;

	static final byte REJECT = 0x18;

	private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	final DuplexConnection connection;

	/**
	 * How many keep-alives were read that ask for an answer.
	 */
	final AtomicInteger keepAlives = new AtomicInteger();

	private final Map<Integer, List<byte[]>> envelopes = new ConcurrentHashMap<>();

	private int nextStream = 1;

	/**
	 * Connect, without a SETUP.
	 */
	RawPeer(ClientTransport transport) {
		this.connection = transport.connect().block(PATIENCE);
	}

	/**
	 * Connect with a small receive buffer, so that little is taken that nobody reads.
	 */
	static RawPeer narrow(Link link, Pair pair) {
		ClientTransport transport = switch (link) {
			case MEMORY -> pair.client();
			case TCP -> TcpClientTransport
				.create(TcpClient.create().option(ChannelOption.SO_RCVBUF, 4096).host("127.0.0.1").port(pair.port()));
			case WEBSOCKET -> WebsocketClientTransport.create(
					HttpClient.create().option(ChannelOption.SO_RCVBUF, 4096).host("127.0.0.1").port(pair.port()), "/");
		};
		return new RawPeer(transport);
	}

	RawPeer setup() {
		return setup(Duration.ofSeconds(20), Duration.ofSeconds(90));
	}

	RawPeer setup(Duration keepAliveInterval, Duration keepAliveMaxLifeTime) {
		send(0, SetupFrameCodec.encode(ALLOCATOR, false, (int) keepAliveInterval.toMillis(),
				(int) keepAliveMaxLifeTime.toMillis(), WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString(),
				"application/cbor", DefaultPayload.create(new byte[0])));
		return this;
	}

	/**
	 * Read everything from now on, and answer keep-alives.
	 */
	RawPeer reading() {
		this.connection.receive().subscribe((frame) -> {
			FrameType type = FrameHeaderCodec.frameType(frame);
			if (type == FrameType.NEXT || type == FrameType.NEXT_COMPLETE) {
				this.envelopes
					.computeIfAbsent(FrameHeaderCodec.streamId(frame), (stream) -> new CopyOnWriteArrayList<>())
					.addAll(Bundles.envelopes(ByteBufUtil.getBytes(PayloadFrameCodec.data(frame))));
			}
			else if (type == FrameType.KEEPALIVE && KeepAliveFrameCodec.respondFlag(frame)) {
				this.keepAlives.incrementAndGet();
				send(0, KeepAliveFrameCodec.encode(ALLOCATOR, false, 0, KeepAliveFrameCodec.data(frame).retain()));
			}
		}, (error) -> {
		});
		return this;
	}

	/**
	 * Open a context.
	 * @return its stream
	 */
	int open(String route) {
		return open(metadata(route, UUID.randomUUID().toString()), new byte[0]);
	}

	int open(byte[] metadata, byte[] data) {
		int stream = this.nextStream;
		this.nextStream += 2;
		send(stream, RequestChannelFrameCodec.encode(ALLOCATOR, stream, false, false, Integer.MAX_VALUE,
				Unpooled.wrappedBuffer(metadata), Unpooled.wrappedBuffer(data)));
		return stream;
	}

	/**
	 * Begin a payload that opens a context, or goes on with it, and leave the rest out.
	 */
	void fragment(int stream, @Nullable String route, int bytes) {
		ByteBuf data = Unpooled.wrappedBuffer(new byte[bytes]);
		send(stream,
				(route != null)
						? RequestChannelFrameCodec.encode(ALLOCATOR, stream, true, false, Integer.MAX_VALUE,
								Unpooled.wrappedBuffer(metadata(route, UUID.randomUUID().toString())), data)
						: PayloadFrameCodec.encode(ALLOCATOR, stream, true, false, true, null, data));
	}

	void envelope(int stream, byte[] bytes) {
		send(stream,
				PayloadFrameCodec.encode(ALLOCATOR, stream, false, false, true, null, Unpooled.wrappedBuffer(bytes)));
	}

	void envelope(int stream, String hex) {
		envelope(stream, ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
	}

	void complete(int stream) {
		send(stream, PayloadFrameCodec.encodeComplete(ALLOCATOR, stream));
	}

	void cancel(int stream) {
		send(stream, CancelFrameCodec.encode(ALLOCATOR, stream));
	}

	void keepAlive(boolean respond, int bytes) {
		send(0, KeepAliveFrameCodec.encode(ALLOCATOR, respond, 0, Unpooled.wrappedBuffer(new byte[bytes])));
	}

	void send(int stream, ByteBuf frame) {
		this.connection.sendFrame(stream, frame);
	}

	int nextStream() {
		return this.nextStream;
	}

	static byte[] metadata(String route, String contextId) {
		ByteBuf opening = Unpooled.buffer();
		OpeningCodec.write(opening, new OpeningEntry(1, 1, contextId, new Peer("eve", "eve-1"),
				new Envelopes.Grant(64, 1 << 20, 1 << 20), true, Map.of(), null));
		CompositeByteBuf metadata = ALLOCATOR.compositeBuffer();
		CompositeMetadataCodec.encodeAndAddMetadata(metadata, ALLOCATOR, WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
				TaggingMetadataCodec.createTaggingContent(ALLOCATOR, List.of(route)));
		CompositeMetadataCodec.encodeAndAddMetadata(metadata, ALLOCATOR, OpeningCodec.MIME_TYPE, opening);
		byte[] bytes = ByteBufUtil.getBytes(metadata);
		metadata.release();
		return bytes;
	}

	/**
	 * Return the envelopes that were read on a stream.
	 */
	List<byte[]> envelopes(int stream) {
		return this.envelopes.getOrDefault(stream, List.of());
	}

	/**
	 * Return the first envelope of a kind that was read on a stream, once it is there.
	 */
	byte[] envelope(int stream, byte kind) {
		Waits.until(() -> envelopes(stream).stream().anyMatch((envelope) -> envelope[0] == kind));
		return envelopes(stream).stream().filter((envelope) -> envelope[0] == kind).findFirst().orElseThrow();
	}

	/**
	 * Return how an opening was refused.
	 */
	String rejection(int stream) {
		byte[] envelope = envelope(stream, REJECT);
		return envelope[1] + " " + ((envelope[2] == 1) ? "retryable " : "")
				+ new String(envelope, 5, envelope.length - 5, StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.connection.dispose();
	}

}
