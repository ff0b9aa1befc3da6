package io.tractor.messaging;

import io.tractor.CalleeContext;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;

/**
 * Makes the argument for one parameter of a handler method.
 */
@FunctionalInterface
interface HandlerArgument {

	/**
	 * Make the argument, on the handler's thread.
	 * @param opening what the caller sent
	 * @param context the callee's view of the context
	 * @param message the same opening, as argument resolvers of Spring Messaging see it
	 * @return the argument, or {@code null}
	 * @throws Exception if there is none that fits the parameter
	 */
	@Nullable Object resolve(Opening opening, CalleeContext<?, ?, ?> context, Message<DataBuffer> message) throws Exception;

}
