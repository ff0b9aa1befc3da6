/**
 * What users of tractor type: handlers are methods annotated with
 * {@link io.tractor.ActorContext @ActorContext}, callers go through a
 * {@link io.tractor.Portal}, and both sides of a context exchange messages over a
 * {@link io.tractor.MsgStream}.
 */
@NullMarked
package io.tractor;

import org.jspecify.annotations.NullMarked;
