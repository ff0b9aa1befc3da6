package io.tractor.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * A property has a value that cannot work. Stops the application at start-up.
 */
@SuppressWarnings("serial")
public final class InvalidPropertyValueException extends IllegalArgumentException {

	private final String name;

	private final transient @Nullable Object value;

	private final String reason;

	/**
	 * Create an exception.
	 * @param name the property's name
	 * @param value its value, or {@code null} if it has none
	 * @param reason what is wrong with it, and what to write instead, in sentences
	 */
	public InvalidPropertyValueException(String name, @Nullable Object value, String reason) {
		super("Property " + name + " has the value '" + value + "': " + reason);
		this.name = name;
		this.value = value;
		this.reason = reason;
	}

	String name() {
		return this.name;
	}

	@Nullable Object value() {
		return this.value;
	}

	String reason() {
		return this.reason;
	}

}
