/**
 * What an application's contexts do, as Micrometer meters and observations.
 */
@NullMarked
package io.tractor.observation;

import org.jspecify.annotations.NullMarked;
