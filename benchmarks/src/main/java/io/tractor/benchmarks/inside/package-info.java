/**
 * What happens inside one process, without a network: the engine, its envelopes, codecs.
 */
@NullMarked
package io.tractor.benchmarks.inside;

import org.jspecify.annotations.NullMarked;
