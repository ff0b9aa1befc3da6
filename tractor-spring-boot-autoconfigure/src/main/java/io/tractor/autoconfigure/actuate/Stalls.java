package io.tractor.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;

import io.tractor.StallReport;
import org.jspecify.annotations.Nullable;

/**
 * Tells waits that count as stalls from those that do not.
 *
 * @param after after how long a wait is a stall; zero for never
 */
record Stalls(Duration after) {

	boolean isStalled(@Nullable StallReport stall, Instant now) {
		return stall != null && !this.after.isZero() && !stall.since().isAfter(now.minus(this.after));
	}

}
