package io.tractor.messaging;

import java.util.List;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.tractor.CalleeContext;
import io.tractor.StreamSettings;
import io.tractor.task.BlockingCalleeHandler;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.util.RouteMatcher;

/**
 * Runs contexts by calling a method that returns when it is done.
 */
final class BlockingActorContextMethod extends ActorContextMethod implements BlockingCalleeHandler {

	private static final ContextSnapshotFactory SNAPSHOTS = ContextSnapshotFactory.builder().build();

	BlockingActorContextMethod(BeanMethod method, String pattern, RouteMatcher routeMatcher, StreamSettings settings,
			HandlerSignature signature, List<HandlerArgument> arguments) {
		super(method, pattern, routeMatcher, settings, signature, arguments);
	}

	@Override
	public @Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) throws Exception {
		// the security context and the like, from the authorized request to this thread
		ContextSnapshot.Scope scope = SNAPSHOTS.captureFrom(opening.reactorContext()).setThreadLocals();
		try {
			@Nullable Object[] values = resolve(opening, context);
			if (!signature().takesContext()) {
				context.started(null);
			}
			return method().invoke(values);
		}
		finally {
			scope.close();
		}
	}

}
