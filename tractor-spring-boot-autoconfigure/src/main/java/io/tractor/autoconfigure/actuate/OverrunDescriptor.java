package io.tractor.autoconfigure.actuate;

import java.time.Instant;

import io.tractor.OverrunReport;

/**
 * A report of messages that found a full buffer (V16).
 *
 * @param reason why the buffer was full: {@code never-opened} or {@code slow-consumer}
 * @param receiver the receiving side: {@code caller} or {@code callee}
 * @param route the context's route
 * @param contextId the context's id
 * @param sentBy who sent the message that found no room
 * @param receivedBy who had no room for it
 * @param msgBufferSize the buffer's size in messages
 * @param overflow what became of it: {@code error} ended the context, {@code drop-latest}
 * and {@code drop-oldest} dropped messages
 * @param firstUndelivered index of the first message that was not delivered, from 0
 * @param lastUndelivered index of the last one
 * @param buffered messages in the buffer when the first one found no room
 * @param consumed messages taken before
 * @param undelivered messages that were not delivered
 * @param detectedAt the receiver's time
 * @param provisional whether the figures may still grow
 * @param description all of that in one sentence
 */
public record OverrunDescriptor(String reason, String receiver, String route, String contextId, String sentBy,
		String receivedBy, long msgBufferSize, String overflow, long firstUndelivered, long lastUndelivered,
		long buffered, long consumed, long undelivered, Instant detectedAt, boolean provisional, String description) {

	static OverrunDescriptor of(OverrunReport report) {
		return new OverrunDescriptor(TagNames.of(report.reason()), report.receiver().toString(), report.route(),
				report.contextId(), report.sentBy().toString(), report.receivedBy().toString(), report.msgBufferSize(),
				TagNames.of(report.overflow()), report.firstUndelivered(), report.lastUndelivered(), report.buffered(),
				report.consumed(), report.undelivered(), report.detectedAt(), report.provisional(), report.describe());
	}

}
