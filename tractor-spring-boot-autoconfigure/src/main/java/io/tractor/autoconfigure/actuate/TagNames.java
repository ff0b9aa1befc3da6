package io.tractor.autoconfigure.actuate;

import java.util.Locale;

/**
 * Writes constants as the tags of the meters do.
 */
final class TagNames {

	private TagNames() {
	}

	/**
	 * Return a constant's name in lower case, with dashes.
	 */
	static String of(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
