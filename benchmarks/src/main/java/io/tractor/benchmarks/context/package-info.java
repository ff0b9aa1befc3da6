/**
 * What is compared with the others: contexts, blocking and reactive.
 */
@NullMarked
package io.tractor.benchmarks.context;

import org.jspecify.annotations.NullMarked;
