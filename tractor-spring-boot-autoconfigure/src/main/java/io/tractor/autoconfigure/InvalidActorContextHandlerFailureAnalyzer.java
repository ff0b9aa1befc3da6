package io.tractor.autoconfigure;

import io.tractor.messaging.InvalidActorContextHandlerException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the {@link io.tractor.ActorContext @ActorContext} method that cannot handle
 * contexts, and how to mend it.
 */
final class InvalidActorContextHandlerFailureAnalyzer
		extends AbstractFailureAnalyzer<InvalidActorContextHandlerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidActorContextHandlerException cause) {
		return new FailureAnalysis(
				String.format("The following @ActorContext method cannot handle contexts:%n%n    %s%n%n%s",
						cause.method().toGenericString(), cause.problem()),
				cause.mend(), cause);
	}

}
