package io.tractor.autoconfigure.server;

import java.util.List;

/**
 * The application has {@link io.tractor.ActorContext @ActorContext} methods, but neither
 * an RSocket server nor a portal over which a context could be opened on them.
 */
@SuppressWarnings("serial")
final class NoRSocketServerException extends IllegalStateException {

	private final List<String> handlers;

	NoRSocketServerException(List<String> handlers) {
		super("No RSocket server is configured for the @ActorContext handlers of routes "
				+ String.join(", ", handlers));
		this.handlers = List.copyOf(handlers);
	}

	List<String> handlers() {
		return this.handlers;
	}

}
