package io.tractor.rsocket;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import io.tractor.wire.OpeningCodec;
import io.tractor.wire.OpeningEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The first frame of a context's channel.
 *
 * @param route the route
 * @param entry the opening
 * @param argument the encoded argument, or {@code null}
 */
@SuppressWarnings("ArrayRecordComponent")
record OpeningFrame(String route, OpeningEntry entry, byte @Nullable [] argument) {

	private static final int MAX_ROUTE = 255;

	private static final int MEDIUM_BYTES = 3;

	private static final int INITIAL_BYTES = 256;

	/**
	 * The routing entry's type as one byte.
	 */
	private static final int ROUTING_ID = 0x80 | WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getIdentifier();

	private static final byte[] OPENING_NAME = OpeningCodec.MIME_TYPE.getBytes(StandardCharsets.US_ASCII);

	/**
	 * Return the first route of metadata, be it composite or just the route.
	 */
	static @Nullable String route(ByteBuf metadata, String mimeType) {
		String routingType = WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString();
		return routingType.equals(mimeType) ? firstRoute(metadata) : Metadata.of(metadata).route();
	}

	private static @Nullable String firstRoute(@Nullable ByteBuf routing) {
		if (routing == null) {
			return null;
		}
		try {
			for (String route : new RoutingMetadata(routing)) {
				return route;
			}
		}
		catch (RuntimeException ex) {
			// malformed routing, and so no route
			return null;
		}
		return null;
	}

	/**
	 * Read an opening; everything is copied.
	 * @param metadata the payload's metadata, with an opening
	 * @throws io.tractor.wire.MalformedEnvelopeException if the entry is malformed
	 */
	static OpeningFrame read(Payload payload, Metadata metadata) {
		OpeningEntry entry = OpeningCodec.read(Objects.requireNonNull(metadata.opening()));
		String route = metadata.route();
		byte[] argument = entry.hasArgument() ? ByteBufUtil.getBytes(payload.sliceData()) : null;
		return new OpeningFrame((route != null) ? route : "", entry, argument);
	}

	/**
	 * Return what was read, with the metadata as it came, on the heap, where it needs no
	 * release.
	 * @param payload what was read
	 */
	Payload copy(Payload payload) {
		return payload(ByteBufUtil.getBytes(payload.sliceMetadata()));
	}

	Payload write() {
		byte[] name = this.route.getBytes(StandardCharsets.UTF_8);
		Assert.isTrue(name.length <= MAX_ROUTE, () -> "Route '" + this.route + "' has " + name.length
				+ " bytes, but an opening's has at most " + MAX_ROUTE);
		ByteBuf metadata = Unpooled.buffer(INITIAL_BYTES);
		metadata.writeByte(ROUTING_ID).writeMedium(1 + name.length).writeByte(name.length).writeBytes(name);
		metadata.writeByte(OPENING_NAME.length - 1).writeBytes(OPENING_NAME);
		int start = metadata.writerIndex();
		OpeningCodec.write(metadata.writeMedium(0), this.entry);
		metadata.setMedium(start, metadata.writerIndex() - start - MEDIUM_BYTES);
		return payload(ByteBufUtil.getBytes(metadata));
	}

	private Payload payload(byte[] metadata) {
		return DefaultPayload.create((this.argument != null) ? this.argument : new byte[0], metadata);
	}

	/**
	 * What a channel's first frame says of contexts.
	 *
	 * @param routing the first routing entry, or {@code null} if there is none
	 * @param opening the first opening entry, or {@code null} if the frame opens no
	 * context
	 */
	record Metadata(@Nullable ByteBuf routing, @Nullable ByteBuf opening) {

		static Metadata of(ByteBuf composite) {
			ByteBuf routing = null;
			ByteBuf opening = null;
			try {
				for (CompositeMetadata.Entry entry : new CompositeMetadata(composite, false)) {
					String type = entry.getMimeType();
					if (routing == null && WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString().equals(type)) {
						routing = entry.getContent();
					}
					else if (opening == null && OpeningCodec.MIME_TYPE.equals(type)) {
						opening = entry.getContent();
					}
				}
			}
			catch (RuntimeException ex) {
				// what follows is not composite metadata
				return new Metadata(routing, opening);
			}
			return new Metadata(routing, opening);
		}

		@Nullable String route() {
			return firstRoute((this.routing != null) ? this.routing.slice() : null);
		}

	}

}
