/**
 * Auto-configuration of Tractor: handlers, the endpoint of all connections, and the
 * {@code tractor.*} properties.
 */
@NullMarked
package io.tractor.autoconfigure;

import org.jspecify.annotations.NullMarked;
