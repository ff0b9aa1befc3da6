package io.tractor.messaging;

import java.util.function.Supplier;

import io.tractor.TaskContext;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.reactive.HandlerMethodArgumentResolver;

/**
 * Asks a resolver of Spring Messaging for the argument.
 *
 * @param resolver the resolver, which may take its time
 * @param parameter what it resolves
 */
record ResolverArgument(HandlerMethodArgumentResolver resolver, MethodParameter parameter) implements HandlerArgument {

	@Override
	public @Nullable Object resolve(Opening opening, TaskContext context, Supplier<Message<DataBuffer>> message)
			throws Exception {
		try {
			return resolveLater(opening, context, message).contextWrite(opening.reactorContext()).block();
		}
		catch (RuntimeException ex) {
			Throwable failure = Exceptions.unwrap(ex);
			if (failure instanceof Error error) {
				throw error;
			}
			throw (failure instanceof Exception exception) ? exception : ex;
		}
	}

	@Override
	public Mono<Object> resolveLater(Opening opening, TaskContext context, Supplier<Message<DataBuffer>> message) {
		return this.resolver.resolveArgument(this.parameter, message.get());
	}

	@Override
	public boolean isImmediate() {
		return false;
	}

}
