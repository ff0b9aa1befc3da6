/**
 * Benchmarks.
 */
@NullMarked
package io.tractor.benchmarks;

import org.jspecify.annotations.NullMarked;
