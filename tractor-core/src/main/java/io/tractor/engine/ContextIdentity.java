package io.tractor.engine;

import io.tractor.Peer;
import io.tractor.Side;

/**
 * What a context is called by one of its sides.
 *
 * @param side the side
 * @param id the context's id
 * @param route the route
 * @param self the side's own identity
 */
public record ContextIdentity(Side side, String id, String route, Peer self) {

}
