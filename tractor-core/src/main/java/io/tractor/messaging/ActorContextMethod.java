package io.tractor.messaging;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.tractor.CalleeContext;
import io.tractor.MsgTypeException;
import io.tractor.StreamSettings;
import io.tractor.task.CalleeHandler;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
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
import org.springframework.util.ClassUtils;
import org.springframework.util.RouteMatcher;

/**
 * Runs contexts by calling an {@link io.tractor.ActorContext @ActorContext} method.
 */
final class ActorContextMethod implements CalleeHandler {

	private static final ContextSnapshotFactory SNAPSHOTS = ContextSnapshotFactory.builder().build();

	private static final ResolvableType VOID = ResolvableType.forClass(Void.class);

	private final BeanMethod method;

	private final String pattern;

	private final RouteMatcher routeMatcher;

	private final boolean template;

	private final StreamSettings settings;

	private final List<HandlerArgument> arguments;

	private final @Nullable ResolvableType contextType;

	private final ResolvableType resultType;

	ActorContextMethod(BeanMethod method, String pattern, RouteMatcher routeMatcher, StreamSettings settings,
			List<HandlerArgument> arguments) {
		this.method = method;
		this.pattern = pattern;
		this.routeMatcher = routeMatcher;
		this.template = routeMatcher.isPattern(pattern);
		this.settings = settings;
		this.arguments = arguments;
		this.contextType = contextType(method);
		this.resultType = resultType(method);
	}

	private static @Nullable ResolvableType contextType(BeanMethod method) {
		for (MethodParameter parameter : method.getMethodParameters()) {
			if (parameter.getParameterType() == CalleeContext.class) {
				return ResolvableType.forMethodParameter(parameter);
			}
		}
		return null;
	}

	private static ResolvableType resultType(BeanMethod method) {
		ResolvableType type = method.resultType();
		Class<?> rawType = type.toClass();
		if (rawType == void.class) {
			return VOID;
		}
		return (rawType.isPrimitive()) ? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(rawType))
				: type;
	}

	BeanMethod method() {
		return this.method;
	}

	/**
	 * Return whether the route is a pattern that several routes match.
	 */
	boolean isTemplate() {
		return this.template;
	}

	@Override
	public String pattern() {
		return this.pattern;
	}

	@Override
	public StreamSettings settings() {
		return this.settings;
	}

	@Override
	public boolean takesContext() {
		return this.contextType != null;
	}

	@Override
	public ResolvableType startedType() {
		return contextGeneric(0);
	}

	@Override
	public ResolvableType receivedType() {
		return contextGeneric(1);
	}

	@Override
	public ResolvableType sentType() {
		return contextGeneric(2);
	}

	private ResolvableType contextGeneric(int index) {
		return (this.contextType != null) ? this.contextType.getGeneric(index) : VOID;
	}

	@Override
	public ResolvableType resultType() {
		return this.resultType;
	}

	@Override
	public @Nullable Object handle(Opening opening, CalleeContext<?, ?, ?> context) throws Exception {
		// The security context and the like, from the authorized request to this thread
		ContextSnapshot.Scope scope = SNAPSHOTS.captureFrom(opening.reactorContext()).setThreadLocals();
		try {
			return invoke(opening, context);
		}
		finally {
			scope.close();
		}
	}

	private @Nullable Object invoke(Opening opening, CalleeContext<?, ?, ?> context) throws Exception {
		Message<DataBuffer> message = message(opening);
		@Nullable Object[] values = new @Nullable Object[this.arguments.size()];
		for (int i = 0; i < values.length; i++) {
			try {
				values[i] = this.arguments.get(i).resolve(opening, context, message);
			}
			catch (MethodArgumentNotValidException ex) {
				throw ex;
			}
			catch (MsgTypeException | MessagingException | ConversionException ex) {
				throw new MsgTypeException("Parameter "
						+ HandlerArguments.describe(this.method.getMethodParameters()[i]) + " of the handler of route '"
						+ opening.route() + "' cannot be resolved: " + ex.getMessage(), ex);
			}
		}
		return this.method.invoke(values);
	}

	private Message<DataBuffer> message(Opening opening) {
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
	public String toString() {
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
