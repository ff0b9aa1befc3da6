/**
 * The sample application: the JVM's flight-recorder events, live, as a context.
 */
@NullMarked
package io.tractor.sample;

import org.jspecify.annotations.NullMarked;
