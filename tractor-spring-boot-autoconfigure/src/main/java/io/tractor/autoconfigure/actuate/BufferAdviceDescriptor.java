package io.tractor.autoconfigure.actuate;

import io.tractor.observation.BufferAdvice;
import org.jspecify.annotations.Nullable;

/**
 * What buffer one side of a route needs, and the figures that this was derived from.
 *
 * @param route the pattern of the route
 * @param side the side that receives: {@code caller} or {@code callee}
 * @param verdict what to do: {@code no-messages}, {@code enough}, {@code enlarge} or
 * {@code consumer-too-slow}
 * @param description the same in one sentence, with the reason
 * @param msgBufferSize the largest buffer that contexts of the route had, in messages
 * @param bursts how many bursts there were
 * @param cutShort how many of them ended with the context while the buffer was full, so
 * that they may have been larger
 * @param p50 the buffer that would have held half of the bursts, in messages
 * @param p99 the buffer that would have held 99 % of them
 * @param p999 the buffer that would have held 99.9 % of them
 * @param max the buffer that would have held all of them
 * @param arrivalRate messages that arrived a second, in bursts that filled half a buffer;
 * {@code null} if there was none
 * @param serviceRate messages that were taken a second meanwhile, or {@code null}
 */
public record BufferAdviceDescriptor(String route, String side, String verdict, String description, long msgBufferSize,
		long bursts, long cutShort, long p50, long p99, long p999, long max, @Nullable Double arrivalRate,
		@Nullable Double serviceRate) {

	static BufferAdviceDescriptor of(BufferAdvice advice) {
		return new BufferAdviceDescriptor(advice.pattern(), advice.side().toString(), TagNames.of(advice.verdict()),
				advice.describe(), advice.msgBufferSize(), advice.bursts(), advice.cutShort(), advice.p50(),
				advice.p99(), advice.p999(), advice.max(), known(advice.arrivalRate()), known(advice.serviceRate()));
	}

	private static @Nullable Double known(double rate) {
		return Double.isFinite(rate) ? rate : null;
	}

}
