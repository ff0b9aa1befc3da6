/**
 * {@link io.tractor.ActorContext @ActorContext} methods on Spring Messaging: found among
 * the beans, checked, and called with arguments that are resolved as for
 * {@code @MessageMapping} methods; and values to and from bytes with the encoders and
 * decoders of {@code RSocketStrategies}.
 */
@NullMarked
package io.tractor.messaging;

import org.jspecify.annotations.NullMarked;
