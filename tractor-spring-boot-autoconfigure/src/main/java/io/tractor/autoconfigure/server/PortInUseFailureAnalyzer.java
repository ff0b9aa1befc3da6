package io.tractor.autoconfigure.server;

import org.jspecify.annotations.Nullable;
import reactor.netty.ChannelBindException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says that the RSocket server's port is in use, which Boot says of web servers alone.
 */
final class PortInUseFailureAnalyzer extends AbstractFailureAnalyzer<ChannelBindException> {

	private static final String SERVER = "rSocketServerBootstrap";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ChannelBindException cause) {
		if (!isFromServer(rootFailure)) {
			return null;
		}
		return new FailureAnalysis(
				String.format("The RSocket server failed to start on %s:%d: %s", cause.localHost(), cause.localPort(),
						(cause.getCause() != null) ? cause.getCause().getMessage() : cause.getMessage()),
				"Stop the process that uses port " + cause.localPort()
						+ ", or set spring.rsocket.server.port to another one.",
				cause);
	}

	private static boolean isFromServer(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (String.valueOf(cause.getMessage()).contains(SERVER)) {
				return true;
			}
		}
		return false;
	}

}
