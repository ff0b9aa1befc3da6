/**
 * Spring's RSocketRequester and {@code @MessageMapping}, small records in CBOR.
 */
@NullMarked
package io.tractor.benchmarks.requester;

import org.jspecify.annotations.NullMarked;
