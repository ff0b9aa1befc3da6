/**
 * A context as a state machine: states, buffer, credit, ledger. It does no I/O and has no
 * clock, lock or thread of its own; whoever drives it serialises the calls.
 */
@NullMarked
package io.tractor.engine;

import org.jspecify.annotations.NullMarked;
