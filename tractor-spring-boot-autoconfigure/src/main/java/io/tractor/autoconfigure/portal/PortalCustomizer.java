package io.tractor.autoconfigure.portal;

import io.tractor.rsocket.PortalBuilder;

/**
 * Customizes portals that are configured as {@code tractor.portals.<name>}. Beans of this
 * type are found by themselves, and called in their order once for each portal, after the
 * properties were applied.
 */
@FunctionalInterface
public interface PortalCustomizer {

	/**
	 * Customize a portal.
	 * @param name the portal's name
	 * @param builder the portal's builder
	 */
	void customize(String name, PortalBuilder builder);

}
