package io.tractor.engine;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Figures of the direction that a side sends.
 *
 * @param openedThere whether the other side has opened its stream, as far as known here
 * @param sent messages that were accepted
 * @param sentBytes their bytes
 * @param acknowledged messages that the peer has no longer in its buffer
 * @param credit messages that may be sent now
 * @param waits how often a call had to wait for credit, those that are over
 * @param waited how long calls waited for credit, with the one that waits now
 * @param waitingSince since when a call waits for credit, or {@code null} if none does
 */
public record Sending(boolean openedThere, long sent, long sentBytes, long acknowledged, long credit, long waits,
		Duration waited, @Nullable Instant waitingSince) {

}
