package io.tractor.messaging;

import java.lang.reflect.Method;
import java.util.concurrent.Future;

import io.tractor.CalleeContext;
import io.tractor.ReactiveCalleeContext;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What a handler method's parameters and return type make of it.
 *
 * @param returned adapts what a reactive method returns, {@code null} if it blocks
 * @param context the parameter for the context, if any
 * @param inbound the parameter for the received messages, if any
 * @param received adapts the received messages to that parameter
 * @param result what the method returns
 */
record HandlerSignature(@Nullable ReactiveAdapter returned, @Nullable MethodParameter context,
		@Nullable MethodParameter inbound, @Nullable ReactiveAdapter received, ResolvableType result) {

	private static final ResolvableType VOID = ResolvableType.forClass(Void.class);

	private static final String UNKNOWN_TYPES = "Write %s<Started, Received, Sent> with the types of the started value"
			+ " and of the messages received and sent, Void for what there is not.";

	/**
	 * Look at a method.
	 * @throws InvalidActorContextHandlerException if its parts do not go together
	 */
	static HandlerSignature of(BeanMethod method, ReactiveAdapterRegistry reactiveTypes) {
		if (KotlinDetector.isSuspendingFunction(method.getMethod())) {
			throw new InvalidActorContextHandlerException(method.getMethod(), "It is a suspending function.",
					"Return a Mono, as by mono { }, or write a blocking method: it runs on a thread of its own.");
		}
		ResolvableType result = method.resultType();
		ReactiveAdapter returned = reactiveTypes.getAdapter(result.toClass());
		if (returned == null && Future.class.isAssignableFrom(result.toClass())) {
			throw new InvalidActorContextHandlerException(method.getMethod(), "Its return type is " + result + ".",
					"Return a Mono, a CompletableFuture or the plain value.");
		}
		MethodParameter context = null;
		MethodParameter inbound = null;
		for (MethodParameter parameter : method.getMethodParameters()) {
			parameter.initParameterNameDiscovery(DefaultParameterNameDiscoverer.getSharedInstance());
			Class<?> type = parameter.getParameterType();
			ReactiveAdapter adapter = reactiveTypes.getAdapter(type);
			if (type == CalleeContext.class || type == ReactiveCalleeContext.class) {
				HandlerArguments.refuseSecond(method, context, parameter, "context",
						"Keep one of them: a handler runs for one context.");
				checkTypes(method.getMethod(), parameter, UNKNOWN_TYPES.formatted(type.getSimpleName()));
				context = parameter;
			}
			else if (adapter != null && adapter.isMultiValue()) {
				HandlerArguments.refuseSecond(method, inbound, parameter, "stream",
						"Keep one of them: a context has one stream of messages to each side.");
				checkTypes(method.getMethod(), parameter, "Write the type of the messages, as in Flux<Command>.");
				inbound = parameter;
			}
			else if (adapter != null || Future.class.isAssignableFrom(type)) {
				throw new InvalidActorContextHandlerException(method.getMethod(),
						"Its parameter " + HandlerArguments.describe(parameter)
								+ " is a single value of a reactive type.",
						"Take the plain value, which is there when the method is called.");
			}
		}
		ReactiveAdapter received = (inbound != null) ? reactiveTypes.getAdapter(inbound.getParameterType()) : null;
		HandlerSignature signature = new HandlerSignature(returned, context, inbound, received, result);
		signature.check(method.getMethod());
		return signature;
	}

	private static void checkTypes(Method method, MethodParameter parameter, String mend) {
		ResolvableType type = ResolvableType.forMethodParameter(parameter);
		if (type.hasUnresolvableGenerics() || !type.hasGenerics()) {
			throw new InvalidActorContextHandlerException(method,
					"The types of its parameter " + HandlerArguments.describe(parameter) + " are not known.", mend);
		}
	}

	private void check(Method method) {
		boolean blockingContext = this.context != null && this.context.getParameterType() == CalleeContext.class;
		if (isReactive() && blockingContext) {
			throw new InvalidActorContextHandlerException(method,
					"It returns " + this.result + ", and takes a CalleeContext, whose calls block.",
					"Take a ReactiveCalleeContext, or return the plain value.");
		}
		if (!isReactive() && this.context != null && !blockingContext) {
			throw new InvalidActorContextHandlerException(method,
					"It takes a ReactiveCalleeContext, but returns " + this.result + ", which is not reactive.",
					"Return a Mono, or take a CalleeContext.");
		}
		if (!isReactive() && this.inbound != null) {
			throw new InvalidActorContextHandlerException(method,
					"It takes its messages as " + HandlerArguments.describe(this.inbound) + ", but returns "
							+ this.result + ", which is not reactive.",
					"Return a Mono or a Flux, or take a CalleeContext and call openStream() on it.");
		}
		if (this.context != null && (this.inbound != null || isStreaming())) {
			throw new InvalidActorContextHandlerException(method,
					"It takes a context, and "
							+ ((this.inbound != null) ? "messages as a parameter" : "returns messages")
							+ ", so that two would use the one stream.",
					"Call openStream() on the context for all messages and return a Mono, or leave the context out.");
		}
	}

	boolean isReactive() {
		return this.returned != null;
	}

	/**
	 * Return whether the method returns the messages that it sends, and has no result.
	 */
	boolean isStreaming() {
		return this.returned != null && this.returned.isMultiValue();
	}

	boolean takesContext() {
		return this.context != null;
	}

	ResolvableType startedType() {
		return contextGeneric(0);
	}

	ResolvableType receivedType() {
		return (this.inbound != null) ? ResolvableType.forMethodParameter(this.inbound).getGeneric()
				: contextGeneric(1);
	}

	ResolvableType sentType() {
		return isStreaming() ? elementType() : contextGeneric(2);
	}

	ResolvableType resultType() {
		if (isReactive()) {
			return isStreaming() ? VOID : elementType();
		}
		Class<?> rawType = this.result.toClass();
		if (rawType == void.class) {
			return VOID;
		}
		return (rawType.isPrimitive()) ? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(rawType))
				: this.result;
	}

	private ResolvableType elementType() {
		if (!this.result.hasGenerics()) {
			return (this.returned != null && this.returned.isNoValue()) ? VOID : ResolvableType.forClass(Object.class);
		}
		return this.result.getGeneric();
	}

	private ResolvableType contextGeneric(int index) {
		return (this.context != null) ? ResolvableType.forMethodParameter(this.context).getGeneric(index) : VOID;
	}

}
