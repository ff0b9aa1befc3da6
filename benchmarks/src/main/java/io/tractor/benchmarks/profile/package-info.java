/**
 * Where the processor time and the memory of a process go.
 */
@NullMarked
package io.tractor.benchmarks.profile;

import org.jspecify.annotations.NullMarked;
