/**
 * Tasks over the engine: the blocking streams, scopes and handler runs that users see,
 * and what a transport and a handler registry must offer to run them.
 */
@NullMarked
package io.tractor.task;

import org.jspecify.annotations.NullMarked;
