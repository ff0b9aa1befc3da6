package io.tractor.rsocket;

import java.util.List;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rsocket.Payload;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import io.tractor.wire.OpeningCodec;
import io.tractor.wire.OpeningEntry;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a context's channel.
 *
 * @param route the route
 * @param entry the opening
 * @param argument the encoded argument, or {@code null}
 */
@SuppressWarnings("ArrayRecordComponent")
record OpeningFrame(String route, OpeningEntry entry, byte @Nullable [] argument) {

	private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

	/**
	 * Return whether a channel's first frame opens a context.
	 */
	static boolean isOpening(Payload payload) {
		return payload.hasMetadata() && findOpening(payload.sliceMetadata()) != null;
	}

	private static @Nullable ByteBuf findOpening(ByteBuf metadata) {
		return find(metadata, OpeningCodec.MIME_TYPE);
	}

	private static @Nullable ByteBuf find(ByteBuf metadata, String mimeType) {
		try {
			for (CompositeMetadata.Entry entry : new CompositeMetadata(metadata, false)) {
				if (mimeType.equals(entry.getMimeType())) {
					return entry.getContent();
				}
			}
		}
		catch (RuntimeException ex) {
			// not composite metadata, and so not an opening
			return null;
		}
		return null;
	}

	/**
	 * Return the first route of metadata, be it composite or just the route.
	 */
	static @Nullable String route(ByteBuf metadata, String mimeType) {
		String routingType = WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString();
		return firstRoute(routingType.equals(mimeType) ? metadata : find(metadata, routingType));
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
	 * @throws io.tractor.wire.MalformedEnvelopeException if the entry is malformed
	 */
	static OpeningFrame read(Payload payload) {
		ByteBuf metadata = payload.sliceMetadata();
		OpeningEntry entry = OpeningCodec.read(Objects.requireNonNull(findOpening(metadata)));
		String route = firstRoute(find(metadata, WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString()));
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
		CompositeByteBuf metadata = HEAP.compositeBuffer();
		ByteBuf routing = TaggingMetadataCodec.createTaggingContent(HEAP, List.of(this.route));
		CompositeMetadataCodec.encodeAndAddMetadata(metadata, HEAP, WellKnownMimeType.MESSAGE_RSOCKET_ROUTING, routing);
		ByteBuf opening = Unpooled.buffer();
		OpeningCodec.write(opening, this.entry);
		CompositeMetadataCodec.encodeAndAddMetadata(metadata, HEAP, OpeningCodec.MIME_TYPE, opening);
		return payload(ByteBufUtil.getBytes(metadata));
	}

	private Payload payload(byte[] metadata) {
		return DefaultPayload.create((this.argument != null) ? this.argument : new byte[0], metadata);
	}

}
