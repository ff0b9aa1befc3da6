/**
 * Two engines under every interleaving that a seeded scheduler thinks of, against a model
 * of what each of them must do.
 */
@NullMarked
package io.tractor.engine.simulation;

import org.jspecify.annotations.NullMarked;
