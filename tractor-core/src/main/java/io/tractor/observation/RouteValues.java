package io.tractor.observation;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of the tag and key {@code route}, which stay few: an application may open
 * contexts on routes that it makes up as it goes. Thread-safe.
 */
final class RouteValues {

	/**
	 * With so many routes known, new ones that nobody added share a value.
	 */
	private static final int MAX_ROUTES = 200;

	private static final String OTHER = "other";

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	/**
	 * Let a route have a value of its own, however many there are.
	 */
	synchronized void add(String pattern) {
		this.known.add(pattern);
	}

	String of(String pattern) {
		return (this.known.contains(pattern) || addIfFew(pattern)) ? pattern : OTHER;
	}

	private synchronized boolean addIfFew(String pattern) {
		if (this.known.size() < MAX_ROUTES) {
			this.known.add(pattern);
		}
		return this.known.contains(pattern);
	}

}
