/**
 * The behaviour table, row by row, between two applications on every kind of link.
 */
@NullMarked
package io.tractor.rows;

import org.jspecify.annotations.NullMarked;
