package io.tractor.rsocket;

import io.rsocket.RSocket;
import io.rsocket.metadata.WellKnownMimeType;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.util.StringUtils;

/**
 * One RSocket connection that carries contexts of either role.
 *
 * @param endpoint what this side has on all connections
 * @param rsocket sends requests to the peer
 * @param guard looks at what goes over the connection, if there is one
 * @param writer gives the contexts their turn
 * @param peerOpenings what the peer has opened
 * @param dataMimeType how values are encoded
 * @param metadataMimeType how the metadata of openings is laid out
 */
record Connection(ContextEndpoint endpoint, RSocket rsocket, @Nullable ConnectionGuard guard, ConnectionWriter writer,
		PeerOpenings peerOpenings, MimeType dataMimeType, String metadataMimeType) {

	static MimeType dataMimeType(String name) {
		return StringUtils.hasText(name) ? MimeTypeUtils.parseMimeType(name) : MimeTypeUtils.APPLICATION_OCTET_STREAM;
	}

	/**
	 * Return why this side has cut the connection, or else what was seen of its loss.
	 */
	String lossReason(String seen) {
		String why = (this.guard != null) ? this.guard.cutReason() : null;
		return (why != null) ? why : seen;
	}

	boolean isComposite() {
		return WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString().equals(this.metadataMimeType);
	}

}
