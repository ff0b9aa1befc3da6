/**
 * Seeded faults, to see that the tests of each row can fail: {@code faults.txt} has them,
 * {@code docs/conformance.md} lists them and says how to run them.
 */
@NullMarked
package io.tractor.faults;

import org.jspecify.annotations.NullMarked;
