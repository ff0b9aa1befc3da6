package io.tractor.messaging;

import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tractor.CalleeContext;
import io.tractor.MsgStream;
import io.tractor.Peer;
import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.TaskContext;
import io.tractor.task.MsgCodecs;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.messaging.handler.invocation.reactive.HandlerMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;
import org.springframework.util.StringUtils;
import org.springframework.validation.Validator;

/**
 * Decides for each parameter of a handler method where its argument comes from, and
 * refuses parameters that can have none (O5).
 */
final class HandlerArguments {

	private static final Pattern VARIABLE = Pattern.compile("\\{\\*?([^{}:]+)");

	private final List<HandlerMethodArgumentResolver> resolvers;

	private final MsgCodecs codecs;

	private final @Nullable Validator validator;

	HandlerArguments(List<HandlerMethodArgumentResolver> resolvers, MsgCodecs codecs, @Nullable Validator validator) {
		this.resolvers = resolvers;
		this.codecs = codecs;
		this.validator = validator;
	}

	List<HandlerArgument> forMethod(BeanMethod method, String pattern, HandlerSignature signature) {
		List<HandlerArgument> arguments = new ArrayList<>();
		MethodParameter payload = null;
		for (MethodParameter parameter : method.getMethodParameters()) {
			HandlerArgument argument = forContext(method, parameter);
			if (argument == null && parameter.equals(signature.inbound())) {
				// the messages are there once the arguments are
				argument = (opening, context, message) -> null;
			}
			if (argument == null) {
				argument = forResolver(method, parameter, pattern);
			}
			if (argument == null) {
				argument = forCaller(parameter);
			}
			if (argument == null) {
				argument = forPayload(method, parameter);
				refuseSecond(method, payload, parameter, "payload",
						"Keep one of them, and annotate the other with @Header, @DestinationVariable or whatever it is.");
				payload = parameter;
			}
			arguments.add(argument);
		}
		return arguments;
	}

	private @Nullable HandlerArgument forContext(BeanMethod method, MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type == CalleeContext.class || type == ReactiveCalleeContext.class || type == TaskContext.class) {
			return (opening, context, message) -> context;
		}
		if (TaskContext.class.isAssignableFrom(type)) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"Its parameter " + describe(parameter) + " is not for handlers.",
					"Take a CalleeContext<Started, Received, Sent> instead.");
		}
		if (MsgStream.class.isAssignableFrom(type) || ReactiveMsgStream.class.isAssignableFrom(type)) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"Its parameter " + describe(parameter) + " is a stream, which a handler opens itself.",
					"Take a CalleeContext<Started, Received, Sent> instead and call openStream() on it.");
		}
		return null;
	}

	private @Nullable HandlerArgument forResolver(BeanMethod method, MethodParameter parameter, String pattern) {
		if (parameter.hasParameterAnnotation(Payload.class)) {
			return null;
		}
		DestinationVariable variable = parameter.getParameterAnnotation(DestinationVariable.class);
		if (variable != null) {
			checkVariable(method, parameter, variable, pattern);
		}
		for (HandlerMethodArgumentResolver resolver : this.resolvers) {
			if (resolver.supportsParameter(parameter)) {
				return fromResolver(resolver, parameter);
			}
		}
		return null;
	}

	private void checkVariable(BeanMethod method, MethodParameter parameter, DestinationVariable variable,
			String pattern) {
		String name = (StringUtils.hasText(variable.value())) ? variable.value() : parameter.getParameterName();
		Matcher matcher = VARIABLE.matcher(pattern);
		while (matcher.find()) {
			if (matcher.group(1).equals(name)) {
				return;
			}
		}
		throw new InvalidActorContextHandlerException(method.getMethod(),
				"Its parameter " + describe(parameter) + " is the destination variable '" + name + "', but route '"
						+ pattern + "' has none of that name.",
				"Write {" + name + "} into the route, or name one of its variables in @DestinationVariable.");
	}

	private static HandlerArgument fromResolver(HandlerMethodArgumentResolver resolver, MethodParameter parameter) {
		if (resolver instanceof SyncHandlerMethodArgumentResolver syncResolver) {
			return (opening, context, message) -> syncResolver.resolveArgumentValue(parameter, message.get());
		}
		return new ResolverArgument(resolver, parameter);
	}

	private @Nullable HandlerArgument forCaller(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (parameter.hasParameterAnnotation(Payload.class)) {
			return null;
		}
		if (type == Peer.class) {
			return (opening, context, message) -> opening.caller();
		}
		if (Principal.class.isAssignableFrom(type)) {
			return (opening, context, message) -> principal(opening, parameter, message);
		}
		return null;
	}

	private static @Nullable Principal principal(Opening opening, MethodParameter parameter,
			Supplier<Message<DataBuffer>> message) {
		Principal principal = opening.principal();
		if (principal != null && !parameter.getParameterType().isInstance(principal)) {
			throw new MethodArgumentResolutionException(message.get(), parameter,
					"The principal is of " + principal.getClass().getName());
		}
		return principal;
	}

	private HandlerArgument forPayload(BeanMethod method, MethodParameter parameter) {
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		if (payload != null && StringUtils.hasText(payload.expression())) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"Its parameter " + describe(parameter) + " has a @Payload expression, which is not supported.",
					"Remove the expression and take what is needed from the whole payload.");
		}
		return new PayloadArgument(parameter, this.codecs, this.validator);
	}

	static void refuseSecond(BeanMethod method, @Nullable MethodParameter first, MethodParameter second, String kind,
			String mend) {
		if (first != null) {
			throw new InvalidActorContextHandlerException(method.getMethod(), "It has more than one " + kind
					+ " parameter: " + describe(first) + " and " + describe(second) + ".", mend);
		}
	}

	static String describe(MethodParameter parameter) {
		String name = parameter.getParameterName();
		return "'" + ResolvableType.forMethodParameter(parameter) + " "
				+ ((name != null) ? name : "#" + parameter.getParameterIndex()) + "'";
	}

}
