package io.tractor;

import org.jspecify.annotations.Nullable;

/**
 * A value could not be encoded or decoded as its type, or is above the link's size limit.
 */
@SuppressWarnings("serial")
public final class MsgTypeException extends TractorException {

	/**
	 * Create an exception.
	 * @param message names the type or the limit
	 * @param cause the codec's error, or {@code null}
	 */
	public MsgTypeException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
