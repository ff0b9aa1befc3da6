package io.tractor.autoconfigure;

import io.tractor.engine.BufferLimits;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.rsocket.autoconfigure.RSocketProperties;
import org.springframework.boot.rsocket.server.RSocketServer;
import org.springframework.util.unit.DataSize;

/**
 * The limits of {@code tractor.limits.*}, lowered to what the server's link lets through.
 * Only a server that is mapped into the WebFlux server has a limit on frames that is
 * lower than RSocket's own.
 */
final class LinkLimits {

	private static final Log logger = LogFactory.getLog(TractorAutoConfiguration.class);

	/**
	 * What may go with a message in its frame.
	 */
	private static final DataSize OVERHEAD = DataSize.ofKilobytes(1);

	/**
	 * Room for the batches that peers send.
	 */
	private static final DataSize MIN_FRAME = DataSize.ofKilobytes(32);

	private final TractorProperties.Limits limits;

	private final @Nullable RSocketProperties rsocket;

	LinkLimits(TractorProperties.Limits limits, @Nullable RSocketProperties rsocket) {
		this.limits = limits;
		this.rsocket = rsocket;
	}

	BufferLimits bufferLimits() {
		long maxMessage = this.limits.getMaxMessageSize().toBytes();
		DataSize frame = maxFrame();
		if (frame != null && frame.toBytes() - OVERHEAD.toBytes() < maxMessage) {
			maxMessage = frame.toBytes() - OVERHEAD.toBytes();
			logger.info("Messages are limited to " + maxMessage + " bytes instead of "
					+ this.limits.getMaxMessageSize().toBytes()
					+ ": raise spring.rsocket.server.spec.max-frame-payload-length, which is " + frame
					+ ", for larger ones");
		}
		return new BufferLimits(this.limits.getMaxBufferedSize().toBytes(), Math.toIntExact(maxMessage),
				this.limits.getRunAhead());
	}

	private @Nullable DataSize maxFrame() {
		if (this.rsocket == null || this.rsocket.getServer().getPort() != null
				|| this.rsocket.getServer().getMappingPath() == null
				|| this.rsocket.getServer().getTransport() != RSocketServer.Transport.WEBSOCKET) {
			return null;
		}
		DataSize frame = this.rsocket.getServer().getSpec().getMaxFramePayloadLength();
		if (frame.compareTo(MIN_FRAME) < 0) {
			throw new InvalidPropertyValueException("spring.rsocket.server.spec.max-frame-payload-length", frame,
					"Contexts need frames of at least " + MIN_FRAME.toKilobytes() + "KB.");
		}
		return frame;
	}

}
