/**
 * Auto-configuration of the observations of contexts.
 */
@NullMarked
package io.tractor.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
