/**
 * Auto-configuration of portals: connections to peers, named in
 * {@code tractor.portals.*}.
 */
@NullMarked
package io.tractor.autoconfigure.portal;

import org.jspecify.annotations.NullMarked;
