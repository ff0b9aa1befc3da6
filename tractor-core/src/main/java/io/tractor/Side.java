package io.tractor;

/**
 * One of the two sides of a context.
 */
public enum Side {

	/**
	 * The side that opened the context.
	 */
	CALLER,

	/**
	 * The side whose handler method runs for the context.
	 */
	CALLEE;

	/**
	 * Return the other side.
	 * @return {@link #CALLEE} for {@link #CALLER} and the other way round
	 */
	public Side other() {
		return (this == CALLER) ? CALLEE : CALLER;
	}

	@Override
	public String toString() {
		return (this == CALLER) ? "caller" : "callee";
	}

}
