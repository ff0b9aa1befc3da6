/**
 * Auto-configuration for Spring Security: who opened a context.
 */
@NullMarked
package io.tractor.autoconfigure.security;

import org.jspecify.annotations.NullMarked;
