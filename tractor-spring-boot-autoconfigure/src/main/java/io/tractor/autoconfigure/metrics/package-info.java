/**
 * Auto-configuration of the meters of contexts.
 */
@NullMarked
package io.tractor.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
