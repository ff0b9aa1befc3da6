/**
 * Runs side by side with what would be used instead of a context: both in one run, in two
 * JVMs over TCP on this machine, alternately, so that only the ratio counts.
 */
@NullMarked
package io.tractor.benchmarks;

import org.jspecify.annotations.NullMarked;
