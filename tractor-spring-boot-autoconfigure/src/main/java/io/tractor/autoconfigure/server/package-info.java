/**
 * Auto-configuration that puts contexts on the application's RSocket server.
 */
@NullMarked
package io.tractor.autoconfigure.server;

import org.jspecify.annotations.NullMarked;
