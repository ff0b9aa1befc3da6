package io.tractor.messaging;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamSettings;
import io.tractor.task.Opening;
import io.tractor.task.ReactiveCalleeHandler;
import io.tractor.task.Sequel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;
import org.springframework.util.Assert;
import org.springframework.util.RouteMatcher;

/**
 * Runs contexts by calling a method that returns a publisher, which may be the messages
 * that it sends. A method without a context parameter has its messages as a parameter and
 * as what it returns; {@code started} is implied.
 */
final class ReactiveActorContextMethod extends ActorContextMethod implements ReactiveCalleeHandler {

	private final boolean immediate;

	ReactiveActorContextMethod(BeanMethod method, String pattern, RouteMatcher routeMatcher, StreamSettings settings,
			HandlerSignature signature, List<HandlerArgument> arguments) {
		super(method, pattern, routeMatcher, settings, signature, arguments);
		this.immediate = arguments.stream().allMatch(HandlerArgument::isImmediate);
	}

	@Override
	@SuppressWarnings("unchecked")
	public Mono<?> handle(Opening opening, ReactiveCalleeContext<?, ?, ?> context) {
		if (this.immediate) {
			try {
				return invoke((ReactiveCalleeContext<?, Object, Object>) context, resolve(opening, context));
			}
			catch (Exception ex) {
				return Mono.error(ex);
			}
		}
		Supplier<Message<DataBuffer>> message = message(opening);
		Mono<List<Optional<Object>>> resolved = Flux.range(0, arguments().size())
			.concatMap((index) -> arguments().get(index)
				.resolveLater(opening, context, message)
				.singleOptional()
				.onErrorMap(Exception.class, (ex) -> unresolved(index, opening.route(), ex)))
			.collectList();
		return Mono
			.fromDirect(new Sequel<>(resolved, (values) -> invoke((ReactiveCalleeContext<?, Object, Object>) context,
					values.stream().map((value) -> value.orElse(null)).toArray())));
	}

	private Mono<Object> invoke(ReactiveCalleeContext<?, Object, Object> context, @Nullable Object[] values) {
		ReactiveMsgStream<Object, Object> stream = null;
		if (!signature().takesContext()) {
			context.started(null);
		}
		MethodParameter inbound = signature().inbound();
		if (inbound != null || signature().isStreaming()) {
			stream = context.openStream();
		}
		ReactiveAdapter received = signature().received();
		if (stream != null && inbound != null && received != null) {
			values[inbound.getParameterIndex()] = received.fromPublisher(stream.receive());
		}
		ReactiveAdapter returned = signature().returned();
		Assert.state(returned != null, "Not reactive");
		try {
			Object result = method().invoke(values);
			return (stream != null && returned.isMultiValue())
					? stream.sendAll(returned.toPublisher(result)).then(Mono.empty())
					: Mono.from(returned.toPublisher(result));
		}
		catch (Exception ex) {
			return Mono.error(ex);
		}
	}

}
