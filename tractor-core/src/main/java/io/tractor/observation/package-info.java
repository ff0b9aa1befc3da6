/**
 * What an application's contexts do, as Micrometer meters.
 */
@NullMarked
package io.tractor.observation;

import org.jspecify.annotations.NullMarked;
