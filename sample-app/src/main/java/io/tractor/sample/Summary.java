package io.tractor.sample;

import java.time.Duration;
import java.util.Map;

/**
 * The context's result.
 *
 * @param counts how many events were sent, by their names
 * @param duration how long the source's task ran
 */
record Summary(Map<String, Long> counts, Duration duration) {

}
