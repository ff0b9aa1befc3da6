/**
 * Actuator's endpoint {@code tractor}, the health and the info of an application's
 * contexts.
 */
@NullMarked
package io.tractor.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
