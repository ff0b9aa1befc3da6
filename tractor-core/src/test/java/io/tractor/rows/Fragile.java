package io.tractor.rows;

/**
 * A value that can be encoded only if its text is not empty.
 *
 * @param text the text
 */
record Fragile(String text) {

	static final Fragile BROKEN = new Fragile("");

	static final Fragile WHOLE = new Fragile("whole");

	@Override
	public String text() {
		if (this.text.isEmpty()) {
			throw new IllegalStateException("nothing to encode");
		}
		return this.text;
	}

}
