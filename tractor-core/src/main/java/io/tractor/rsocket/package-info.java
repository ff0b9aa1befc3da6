/**
 * Contexts on RSocket: one channel per context, one writer per connection, both roles on
 * either end.
 */
@NullMarked
package io.tractor.rsocket;

import org.jspecify.annotations.NullMarked;
