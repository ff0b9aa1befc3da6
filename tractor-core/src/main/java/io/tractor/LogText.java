package io.tractor;

/**
 * Text that another application may have written, made fit for one line of a log. Meant
 * for implementations: the messages of {@link TractorException}s and the texts of
 * {@link Peer} and {@link OverrunReport#describe()} are fit already.
 */
public final class LogText {

	private LogText() {
	}

	/**
	 * Return a text with its control characters and line breaks escaped, as
	 * <code>&#92;n</code> or <code>&#92;u0007</code>.
	 * @param text the text
	 * @return the text without them
	 */
	public static String escape(String text) {
		if (isPlain(text)) {
			return text;
		}
		StringBuilder escaped = new StringBuilder(text.length() + 16);
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			switch (character) {
				case '\n' -> escaped.append("\\n");
				case '\r' -> escaped.append("\\r");
				case '\t' -> escaped.append("\\t");
				default -> {
					if (isControl(character)) {
						escaped.append(String.format("\\u%04x", (int) character));
					}
					else {
						escaped.append(character);
					}
				}
			}
		}
		return escaped.toString();
	}

	/**
	 * Return whether a text has neither control characters nor line breaks.
	 * @param text the text
	 * @return whether there is nothing to escape
	 */
	public static boolean isPlain(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (isControl(text.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static boolean isControl(char character) {
		return Character.isISOControl(character) || character == '\u2028' || character == '\u2029';
	}

}
