package io.tractor.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;

import io.tractor.StallReport;
import io.tractor.engine.Receiving;
import io.tractor.engine.Sending;
import io.tractor.task.ContextSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * One side of a context that is not over, without anything that it was sent.
 *
 * @param id the context's id, the same on both sides
 * @param route its route
 * @param pattern the pattern of its route
 * @param side the side that this application is on: {@code caller} or {@code callee}
 * @param peer who is on the other side, {@code application/instance}
 * @param state how far this side is: {@code opening}, {@code started}, {@code ending}
 * when the callee is to wind up, or {@code done} when it has and that is not yet
 * acknowledged
 * @param since since when it exists on this side
 * @param age for how long
 * @param waiting what this side waits for, {@code null} if for nothing
 * @param receiving what it receives
 * @param sending what it sends
 * @param settings the settings of its stream
 * @param lastOverrun the last overrun on either side that is known here, or {@code null}
 */
public record ContextDescriptor(String id, String route, String pattern, String side, String peer, String state,
		Instant since, Duration age, @Nullable Waiting waiting, ReceivingFigures receiving, SendingFigures sending,
		SettingsDescriptor settings, @Nullable OverrunDescriptor lastOverrun) {

	static ContextDescriptor of(ContextSnapshot context, Instant now, Stalls stalls) {
		return new ContextDescriptor(context.id(), context.route(), context.pattern(), context.side().toString(),
				context.peer().toString(), TagNames.of(context.state()), context.since(),
				Duration.between(context.since(), now),
				(context.stall() != null) ? Waiting.of(context.stall(), now, stalls) : null,
				ReceivingFigures.of(context.receiving()), SendingFigures.of(context.sending()),
				SettingsDescriptor.of(context.settings()),
				(context.lastOverrun() != null) ? OverrunDescriptor.of(context.lastOverrun()) : null);
	}

	/**
	 * What a side waits for.
	 *
	 * @param reason {@code does-not-read} if it waits to send and the peer takes no
	 * messages, {@code does-not-return} if the caller waits for the result,
	 * {@code ignores-cancellation} if a cancelled callee does not end
	 * @param since since when
	 * @param time for how long
	 * @param stalled whether that is longer than {@code tractor.stalled-after}
	 * @param description the same in one sentence, with what to do
	 */
	public record Waiting(String reason, Instant since, Duration time, boolean stalled, String description) {

		static Waiting of(StallReport stall, Instant now, Stalls stalls) {
			return new Waiting(TagNames.of(stall.reason()), stall.since(), Duration.between(stall.since(), now),
					stalls.isStalled(stall, now), stall.describe(now));
		}

	}

	/**
	 * Figures of the direction that a side receives.
	 *
	 * @param opened whether this side has opened its stream
	 * @param backpressure whether the sender waits when the buffer is full, once it is
	 * opened
	 * @param msgBufferSize the buffer's size in messages
	 * @param buffered messages in the buffer
	 * @param bufferedBytes their bytes
	 * @param fill how full the buffer is, from 0 to 1
	 * @param highWater the most messages that were in the buffer so far
	 * @param arrived messages that arrived
	 * @param arrivedBytes their bytes
	 * @param consumed messages that this side's code took
	 * @param dropped messages that the overflow policy dropped
	 */
	public record ReceivingFigures(boolean opened, boolean backpressure, long msgBufferSize, int buffered,
			long bufferedBytes, double fill, int highWater, long arrived, long arrivedBytes, long consumed,
			long dropped) {

		static ReceivingFigures of(Receiving receiving) {
			return new ReceivingFigures(receiving.opened(), receiving.backpressure(), receiving.msgBufferSize(),
					receiving.buffered(), receiving.bufferedBytes(), receiving.fill(), receiving.highWater(),
					receiving.arrived(), receiving.arrivedBytes(), receiving.consumed(), receiving.dropped());
		}

	}

	/**
	 * Figures of the direction that a side sends.
	 *
	 * @param openedByPeer whether the other side has opened its stream, as far as known
	 * @param credit messages that may be sent now
	 * @param sent messages that were sent
	 * @param sentBytes their bytes
	 * @param acknowledged messages that the peer has no longer in its buffer
	 * @param waits how often a call had to wait for credit, those that are over
	 * @param waited how long calls waited for credit
	 */
	public record SendingFigures(boolean openedByPeer, long credit, long sent, long sentBytes, long acknowledged,
			long waits, Duration waited) {

		static SendingFigures of(Sending sending) {
			return new SendingFigures(sending.openedThere(), sending.credit(), sending.sent(), sending.sentBytes(),
					sending.acknowledged(), sending.waits(), sending.waited());
		}

	}

}
