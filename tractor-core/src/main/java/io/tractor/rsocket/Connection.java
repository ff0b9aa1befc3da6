package io.tractor.rsocket;

import io.rsocket.RSocket;
import io.rsocket.metadata.WellKnownMimeType;

import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.util.StringUtils;

/**
 * One RSocket connection that carries contexts of either role.
 *
 * @param endpoint what this side has on all connections
 * @param rsocket sends requests to the peer
 * @param writer gives the contexts their turn
 * @param dataMimeType how values are encoded
 * @param metadataMimeType how the metadata of openings is laid out
 */
record Connection(ContextEndpoint endpoint, RSocket rsocket, ConnectionWriter writer, MimeType dataMimeType,
		String metadataMimeType) {

	static MimeType dataMimeType(String name) {
		return StringUtils.hasText(name) ? MimeTypeUtils.parseMimeType(name) : MimeTypeUtils.APPLICATION_OCTET_STREAM;
	}

	boolean isComposite() {
		return WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString().equals(this.metadataMimeType);
	}

}
