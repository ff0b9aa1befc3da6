package io.tractor.messaging;

import io.tractor.StreamSettings;

/**
 * Decides what is configured for a route: the application's settings for it, which beat
 * those of the {@link io.tractor.ActorContext @ActorContext} annotation (T9). Called once
 * for each handler, at start-up.
 */
@FunctionalInterface
public interface StreamSettingsResolver {

	/**
	 * Return the settings for a route.
	 * @param pattern the handler's route pattern, placeholders resolved
	 * @param settings the settings so far, those of the annotation included
	 * @return the settings with what is configured for the route replaced, as
	 * {@link StreamSettings#with} does with {@link StreamSettings.Origin#ROUTE}; the
	 * given ones if nothing is
	 */
	StreamSettings resolve(String pattern, StreamSettings settings);

}
