package io.tractor.task;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Function;

/**
 * An error's stack trace for the other side. Unlike {@link Throwable#printStackTrace()}
 * it asks for the messages, is bounded, and lives with errors that fail when asked.
 */
final class StackTraceText {

	/**
	 * What goes over the wire of it.
	 */
	private static final int MAX_LENGTH = 32 * 1024;

	private final StringBuilder text = new StringBuilder();

	private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Function<Throwable, String> messages;

	private StackTraceText(Function<Throwable, String> messages) {
		this.messages = messages;
	}

	static String of(Throwable error, Function<Throwable, String> messages) {
		StackTraceText trace = new StackTraceText(messages);
		try {
			trace.append("", error);
		}
		catch (RuntimeException | StackOverflowError ex) {
			trace.text.append("\n(the rest is not to be had: ").append(ex.getClass().getName()).append(')');
		}
		return trace.text.toString();
	}

	private void append(String caption, Throwable error) {
		if (this.text.length() > MAX_LENGTH || !this.seen.add(error)) {
			return;
		}
		String message = this.messages.apply(error);
		this.text.append(caption)
			.append(error.getClass().getName())
			.append(message.isEmpty() ? "" : ": ")
			.append(message, 0, Math.min(message.length(), MAX_LENGTH));
		for (StackTraceElement frame : error.getStackTrace()) {
			this.text.append("\n\tat ").append(frame);
		}
		for (Throwable suppressed : error.getSuppressed()) {
			append("\nSuppressed: ", suppressed);
		}
		Throwable cause = error.getCause();
		if (cause != null) {
			append("\nCaused by: ", cause);
		}
	}

}
