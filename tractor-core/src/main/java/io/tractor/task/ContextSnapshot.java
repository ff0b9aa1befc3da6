package io.tractor.task;

import java.time.Instant;

import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.StallReport;
import io.tractor.StreamSettings;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.Receiving;
import io.tractor.engine.Sending;
import org.jspecify.annotations.Nullable;

/**
 * One side of a context as it was at one time, without anything that it was sent.
 *
 * @param id the context's id
 * @param route its route
 * @param pattern the pattern of its route
 * @param side this side
 * @param peer who is on the other side, as far as known
 * @param state how far this side is
 * @param since since when it exists on this side
 * @param settings the settings of this side's stream; what is given to {@code openStream}
 * counts once that was called
 * @param receiving what it receives
 * @param sending what it sends
 * @param stall what it waits for, for however short a time, or {@code null} if for
 * nothing
 * @param lastOverrun the last overrun of a buffer on either side that is known here, or
 * {@code null}
 */
public record ContextSnapshot(String id, String route, String pattern, Side side, Peer peer, ContextEngine.State state,
		Instant since, StreamSettings settings, Receiving receiving, Sending sending, @Nullable StallReport stall,
		@Nullable OverrunReport lastOverrun) {

}
