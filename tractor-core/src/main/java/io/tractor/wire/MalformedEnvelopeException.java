package io.tractor.wire;

/**
 * Bytes are not what {@code docs/protocol.md} says they must be.
 */
@SuppressWarnings("serial")
public final class MalformedEnvelopeException extends RuntimeException {

	MalformedEnvelopeException(String message) {
		super(message, null, false, false);
	}

}
