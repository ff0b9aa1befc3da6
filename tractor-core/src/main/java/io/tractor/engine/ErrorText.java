package io.tractor.engine;

/**
 * What an error says about itself, whatever its class does when it is asked.
 */
public final class ErrorText {

	private ErrorText() {
	}

	/**
	 * Return an error's message.
	 * @param error the error
	 * @return the message, empty if there is none, or why there is none to be had
	 */
	public static String message(Throwable error) {
		try {
			String message = error.getMessage();
			return (message != null) ? message : "";
		}
		catch (RuntimeException | StackOverflowError ex) {
			return "(its getMessage() threw " + ex.getClass().getName() + ")";
		}
	}

}
