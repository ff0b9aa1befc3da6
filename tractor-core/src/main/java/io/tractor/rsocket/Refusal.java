package io.tractor.rsocket;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import io.tractor.ContextRejectedException;
import io.tractor.wire.EnvelopeWriter;

/**
 * The only envelope on a channel whose opening is refused before there is a task.
 */
final class Refusal {

	private Refusal() {
	}

	static Payload write(ContextRejectedException rejection) {
		List<ByteBuf> envelopes = new ArrayList<>();
		EnvelopeWriter writer = new EnvelopeWriter(Unpooled::buffer, Unpooled::buffer, envelopes::add);
		writer.reject(rejection.code(), rejection.retryable(), String.valueOf(rejection.getMessage()));
		return ByteBufPayload.create(envelopes.get(0));
	}

}
