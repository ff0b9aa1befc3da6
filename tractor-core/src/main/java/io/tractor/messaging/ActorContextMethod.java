package io.tractor.messaging;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.tractor.MsgTypeException;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import io.tractor.task.CalleeHandler;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.handler.DestinationPatternsMessageCondition;
import org.springframework.messaging.handler.annotation.reactive.DestinationVariableMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.NativeMessageHeaderAccessor;
import org.springframework.util.RouteMatcher;
import org.springframework.util.function.SingletonSupplier;

/**
 * What blocking and reactive {@link io.tractor.ActorContext @ActorContext} methods have
 * in common as handlers.
 */
abstract sealed class ActorContextMethod implements CalleeHandler
		permits BlockingActorContextMethod, ReactiveActorContextMethod {

	private static final ResolvableType NONE = ResolvableType.forClass(Void.class);

	private final BeanMethod method;

	private final String pattern;

	private final RouteMatcher routeMatcher;

	private final boolean template;

	private final StreamSettings settings;

	private final HandlerSignature signature;

	private final List<HandlerArgument> arguments;

	private final ResolvableType argumentType;

	private final ResolvableType startedType;

	private final ResolvableType receivedType;

	private final ResolvableType sentType;

	private final ResolvableType resultType;

	ActorContextMethod(BeanMethod method, String pattern, RouteMatcher routeMatcher, StreamSettings settings,
			HandlerSignature signature, List<HandlerArgument> arguments) {
		this.method = method;
		this.pattern = pattern;
		this.routeMatcher = routeMatcher;
		this.template = routeMatcher.isPattern(pattern);
		this.settings = settings;
		this.signature = signature;
		this.arguments = arguments;
		this.argumentType = arguments.stream()
			.flatMap((argument) -> argument.payloadType().stream())
			.findFirst()
			.orElse(NONE);
		this.startedType = signature.startedType();
		this.receivedType = signature.receivedType();
		this.sentType = signature.sentType();
		this.resultType = signature.resultType();
	}

	final BeanMethod method() {
		return this.method;
	}

	final HandlerSignature signature() {
		return this.signature;
	}

	final List<HandlerArgument> arguments() {
		return this.arguments;
	}

	/**
	 * Return whether the route is a pattern that several routes match.
	 */
	final boolean isTemplate() {
		return this.template;
	}

	@Override
	public final String pattern() {
		return this.pattern;
	}

	@Override
	public final String description() {
		Method handler = this.method.getMethod();
		return handler.getDeclaringClass().getName() + "#" + handler.getName() + " of " + this.method.beanName();
	}

	@Override
	public final ResolvableType argumentType() {
		return this.argumentType;
	}

	@Override
	public final StreamSettings settings() {
		return this.settings;
	}

	@Override
	public final ResolvableType startedType() {
		return this.startedType;
	}

	@Override
	public final ResolvableType receivedType() {
		return this.receivedType;
	}

	@Override
	public final ResolvableType sentType() {
		return this.sentType;
	}

	@Override
	public final ResolvableType resultType() {
		return this.resultType;
	}

	/**
	 * Say which parameter had no argument.
	 */
	final Exception unresolved(int index, String route, Exception error) {
		boolean explained = error instanceof MsgTypeException || error instanceof ConversionException
				|| (error instanceof MessagingException && !(error instanceof MethodArgumentNotValidException));
		return explained
				? new MsgTypeException(
						"Parameter " + HandlerArguments.describe(this.method.getMethodParameters()[index])
								+ " of the handler of route '" + route + "' cannot be resolved: " + error.getMessage(),
						error)
				: error;
	}

	/**
	 * Make all arguments, on a thread that may be blocked unless all are
	 * {@linkplain HandlerArgument#isImmediate() immediate}.
	 */
	final @Nullable Object[] resolve(Opening opening, TaskContext context) throws Exception {
		Supplier<Message<DataBuffer>> message = message(opening);
		@Nullable Object[] values = new @Nullable Object[this.arguments.size()];
		for (int i = 0; i < values.length; i++) {
			try {
				values[i] = this.arguments.get(i).resolve(opening, context, message);
			}
			catch (Exception ex) {
				throw unresolved(i, opening.route(), ex);
			}
		}
		return values;
	}

	/**
	 * Return what makes the message when it is first asked for, since few arguments need
	 * it.
	 */
	final Supplier<Message<DataBuffer>> message(Opening opening) {
		return SingletonSupplier.of(() -> createMessage(opening));
	}

	private Message<DataBuffer> createMessage(Opening opening) {
		RouteMatcher.Route route = this.routeMatcher.parseRoute(opening.route());
		Map<String, String> variables = (this.template) ? this.routeMatcher.matchAndExtract(this.pattern, route) : null;
		Map<String, List<String>> nativeHeaders = new HashMap<>();
		opening.headers().forEach((name, value) -> nativeHeaders.put(name, List.of(value)));
		// What the library says about the opening wins over what the caller says
		Map<String, Object> headers = new HashMap<>(opening.headers());
		headers.put(NativeMessageHeaderAccessor.NATIVE_HEADERS, nativeHeaders);
		headers.put(MessageHeaders.CONTENT_TYPE, opening.dataMimeType());
		headers.put(DestinationPatternsMessageCondition.LOOKUP_DESTINATION_HEADER, route);
		headers.put(DestinationVariableMethodArgumentResolver.DESTINATION_TEMPLATE_VARIABLES_HEADER,
				(variables != null) ? variables : Map.of());
		byte[] argument = opening.argument();
		DataBuffer payload = DefaultDataBufferFactory.sharedInstance.wrap((argument != null) ? argument : new byte[0]);
		return new GenericMessage<>(payload, new OpeningHeaders(headers));
	}

	@Override
	public final String toString() {
		return "'" + this.pattern + "' handled by " + this.method;
	}

	/**
	 * Headers without a generated id and timestamp, which nobody asked for.
	 */
	@SuppressWarnings("serial")
	private static final class OpeningHeaders extends MessageHeaders {

		OpeningHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

}
