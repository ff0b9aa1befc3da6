package io.tractor.rsocket;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * Bounds of what the peer at the other end of one connection can make this side do and
 * hold (L1, L3). Passing one of the first two refuses an opening, passing one of the next
 * two closes the connection.
 *
 * @param maxContexts how many contexts of the peer may be open at once
 * @param openingsPerSecond how many contexts the peer may open a second, and so many at
 * once after a pause
 * @param maxUnread bytes that the peer may leave unread: of answers, such as refusals,
 * that it makes this side send; what contexts have to send waits before
 * @param maxUnfinishedFragments bytes of payloads that have begun to arrive in fragments
 * and are not complete
 * @param keepAliveInterval the longest time after which a peer that connected to this
 * side is asked for a sign of life
 * @param keepAliveMaxLifeTime the longest time without any sign of life after which the
 * connection of such a peer counts as lost (D2)
 */
public record ConnectionLimits(int maxContexts, int openingsPerSecond, long maxUnread, long maxUnfinishedFragments,
		Duration keepAliveInterval, Duration keepAliveMaxLifeTime) {

	/**
	 * The limits of an application that sets none: 1024 contexts at once, 50000 openings
	 * a second, 8 MiB unread, 64 MiB of unfinished fragments, and a keep-alive of 20 and
	 * 90 seconds.
	 */
	public static final ConnectionLimits DEFAULT = new ConnectionLimits(1024, 50_000, 8 << 20, 64 << 20,
			Duration.ofSeconds(20), Duration.ofSeconds(90));

	public ConnectionLimits {
		Assert.isTrue(maxContexts > 0, "'maxContexts' must be positive");
		Assert.isTrue(openingsPerSecond > 0, "'openingsPerSecond' must be positive");
		Assert.isTrue(maxUnread > 0, "'maxUnread' must be positive");
		Assert.isTrue(maxUnfinishedFragments > 0, "'maxUnfinishedFragments' must be positive");
		Assert.isTrue(keepAliveInterval.toMillis() > 0, "'keepAliveInterval' must be at least a millisecond");
		Assert.isTrue(keepAliveMaxLifeTime.compareTo(keepAliveInterval) > 0,
				"'keepAliveMaxLifeTime' must be longer than 'keepAliveInterval'");
	}

}
