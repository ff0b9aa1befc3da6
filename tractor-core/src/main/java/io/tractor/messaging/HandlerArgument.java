package io.tractor.messaging;

import java.util.Optional;
import java.util.function.Supplier;

import io.tractor.TaskContext;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;

/**
 * Makes the argument for one parameter of a handler method.
 */
@FunctionalInterface
interface HandlerArgument {

	/**
	 * Make the argument, on a thread that may be blocked.
	 * @param opening what the caller sent
	 * @param context the callee's view of the context
	 * @param message the same opening, as argument resolvers of Spring Messaging see it
	 * @return the argument, or {@code null}
	 * @throws Exception if there is none that fits the parameter
	 */
	@Nullable Object resolve(Opening opening, TaskContext context, Supplier<Message<DataBuffer>> message) throws Exception;

	/**
	 * Make the argument without blocking.
	 * @param opening what the caller sent
	 * @param context the callee's view of the context
	 * @param message the same opening, as argument resolvers of Spring Messaging see it
	 * @return gives the argument, or completes empty for {@code null}
	 */
	default Mono<Object> resolveLater(Opening opening, TaskContext context, Supplier<Message<DataBuffer>> message) {
		return Mono.fromCallable(() -> resolve(opening, context, message));
	}

	/**
	 * Return whether {@link #resolve} does not block.
	 */
	default boolean isImmediate() {
		return true;
	}

	/**
	 * Return the type that the caller's argument is read as.
	 * @return the type, or empty if this is made from something else
	 */
	default Optional<ResolvableType> payloadType() {
		return Optional.empty();
	}

}
