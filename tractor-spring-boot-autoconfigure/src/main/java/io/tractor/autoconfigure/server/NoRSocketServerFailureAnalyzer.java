package io.tractor.autoconfigure.server;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to configure when there is no RSocket server for the handlers.
 */
final class NoRSocketServerFailureAnalyzer extends AbstractFailureAnalyzer<NoRSocketServerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoRSocketServerException cause) {
		StringBuilder description = new StringBuilder(
				"No RSocket server is configured, so that no context can be opened on these @ActorContext handlers:");
		cause.handlers().forEach((handler) -> description.append(String.format("%n%n    - %s", handler)));
		return new FailureAnalysis(description.toString(),
				"Set spring.rsocket.server.port, for example to 7000. In a reactive web application, set"
						+ " spring.rsocket.server.mapping-path together with spring.rsocket.server.transport=websocket"
						+ " instead. Or, for an application whose contexts are opened by the server that it connects"
						+ " to, set tractor.portals.<name>.uri, with connect=eager.",
				cause);
	}

}
