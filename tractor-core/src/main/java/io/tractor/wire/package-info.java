/**
 * Envelopes and openings to and from bytes, as {@code docs/protocol.md} lays them out.
 */
@NullMarked
package io.tractor.wire;

import org.jspecify.annotations.NullMarked;
