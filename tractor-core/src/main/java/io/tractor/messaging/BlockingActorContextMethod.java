package io.tractor.messaging;

import java.util.List;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.tractor.CalleeContext;
import io.tractor.StreamSettings;
import io.tractor.task.BlockingCalleeHandler;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;
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

	private @Nullable Object[] resolve(Opening opening, CalleeContext<?, ?, ?> context) throws Exception {
		Message<DataBuffer> message = message(opening);
		@Nullable Object[] values = new @Nullable Object[arguments().size()];
		for (int i = 0; i < values.length; i++) {
			try {
				values[i] = arguments().get(i).resolve(opening, context, message);
			}
			catch (Exception ex) {
				throw unresolved(i, opening.route(), ex);
			}
		}
		return values;
	}

}
