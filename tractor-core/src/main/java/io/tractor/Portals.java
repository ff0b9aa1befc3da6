package io.tractor;

import java.util.Set;

import org.springframework.messaging.rsocket.RSocketRequester;

/**
 * The application's portals: those configured by name, and those to peers that connected
 * to its server. Thread-safe.
 */
public interface Portals {

	/**
	 * Return the portal that is configured as {@code tractor.portals.<name>}.
	 * @param name the portal's name
	 * @return the portal
	 * @throws IllegalArgumentException if there is none of that name
	 */
	Portal get(String name);

	/**
	 * Return the names of the configured portals.
	 * @return the names
	 */
	Set<String> names();

	/**
	 * Return a portal to the peer that a requester talks to, as injected into a
	 * {@code @ConnectMapping} method: so a server opens contexts on a client (O12).
	 * @param requester the requester of a live connection
	 * @return the portal
	 * @throws IllegalArgumentException if the requester's connection does not carry
	 * contexts
	 */
	Portal of(RSocketRequester requester);

	/**
	 * Return portals to the peers that are connected to this application's server now
	 * (O12).
	 * @return the portals, one for each connection
	 */
	Set<Portal> connected();

}
