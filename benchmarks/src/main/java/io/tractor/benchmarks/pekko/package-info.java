/**
 * Pekko StreamRefs over Artery TCP.
 */
@NullMarked
package io.tractor.benchmarks.pekko;

import org.jspecify.annotations.NullMarked;
