package io.tractor.rsocket;

import java.time.Duration;
import java.util.function.Function;

import io.tractor.StreamSettings;

/**
 * How contexts are opened unless the call says otherwise.
 *
 * @param settings gives the settings of the caller's stream for a route pattern
 * @param openTimeout how long an opening may take, connecting included
 * @param cancelTimeout how long to wait for the end of a cancelled callee
 */
public record CallerDefaults(Function<String, StreamSettings> settings, Duration openTimeout, Duration cancelTimeout) {

	/**
	 * The defaults of an application that sets none: 10 seconds for an opening, and 10
	 * seconds for the end of a cancelled callee.
	 */
	public static final CallerDefaults DEFAULT = new CallerDefaults((route) -> StreamSettings.DEFAULT,
			Duration.ofSeconds(10), Duration.ofSeconds(10));

}
