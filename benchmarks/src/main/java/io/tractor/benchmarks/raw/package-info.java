/**
 * Raw rsocket-java: a requestChannel with one message a frame.
 */
@NullMarked
package io.tractor.benchmarks.raw;

import org.jspecify.annotations.NullMarked;
