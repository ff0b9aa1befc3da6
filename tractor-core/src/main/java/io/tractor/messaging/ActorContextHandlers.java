package io.tractor.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.tractor.ActorContext;
import io.tractor.StreamSettings;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.MsgCodecs;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.convert.ConversionService;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.handler.annotation.reactive.DestinationVariableMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.reactive.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.reactive.HeadersMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.reactive.ArgumentResolverConfigurer;
import org.springframework.messaging.handler.invocation.reactive.HandlerMethodArgumentResolver;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.RouteMatcher;
import org.springframework.util.StringValueResolver;
import org.springframework.validation.Validator;

/**
 * The application's {@link ActorContext @ActorContext} methods. As a Spring bean it finds
 * them on all beans of its bean factory, once the singletons are there; lazy beans are
 * not created before a context needs them. Without Spring, hand objects to
 * {@link #register}.
 * <p>
 * A method that cannot handle contexts, or two on one route, is an
 * {@link InvalidActorContextHandlerException}, which stops the application at start-up
 * (O5).
 * <p>
 * Configure it before the first handler is registered; from then on it is thread-safe.
 */
public final class ActorContextHandlers implements CalleeHandlers, BeanFactoryAware, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ActorContextHandlers.class);

	private static final Pattern VARIABLE_NAME = Pattern.compile("\\{(?!\\*)[^{}:]+");

	private final RouteMatcher routeMatcher;

	private final ReactiveAdapterRegistry reactiveTypes;

	private final MsgCodecs codecs;

	private final StreamSettings defaultSettings;

	/**
	 * By pattern, in which the names of variables are left out.
	 */
	private final Map<String, ActorContextMethod> handlers = new ConcurrentSkipListMap<>();

	private StreamSettingsResolver settingsResolver = (pattern, settings) -> settings;

	private ArgumentResolverConfigurer argumentResolverConfigurer = new ArgumentResolverConfigurer();

	private ConversionService conversionService = new DefaultFormattingConversionService();

	private StringValueResolver valueResolver = (value) -> value;

	private @Nullable Validator validator;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create handlers, none at first.
	 * @param strategies matches routes, and says which types are reactive
	 * @param codecs read the callers' arguments
	 * @param defaultSettings the application's settings, which annotations and routes may
	 * change (T9)
	 */
	public ActorContextHandlers(RSocketStrategies strategies, MsgCodecs codecs, StreamSettings defaultSettings) {
		Assert.notNull(strategies, "'strategies' must not be null");
		Assert.notNull(codecs, "'codecs' must not be null");
		Assert.notNull(defaultSettings, "'defaultSettings' must not be null");
		this.routeMatcher = strategies.routeMatcher();
		this.reactiveTypes = strategies.reactiveAdapterRegistry();
		this.codecs = codecs;
		this.defaultSettings = defaultSettings;
	}

	/**
	 * Set what decides about the settings of single routes. By default nothing differs.
	 * @param settingsResolver the resolver
	 */
	public void setSettingsResolver(StreamSettingsResolver settingsResolver) {
		Assert.notNull(settingsResolver, "'settingsResolver' must not be null");
		this.settingsResolver = settingsResolver;
	}

	/**
	 * Set resolvers for arguments of more kinds. They are asked after those for
	 * {@code @Header}, {@code @Headers} and {@code @DestinationVariable}, and before
	 * those for {@link java.security.Principal} and the payload. By default there are
	 * none.
	 * @param argumentResolverConfigurer has the resolvers
	 */
	public void setArgumentResolverConfigurer(ArgumentResolverConfigurer argumentResolverConfigurer) {
		Assert.notNull(argumentResolverConfigurer, "'argumentResolverConfigurer' must not be null");
		this.argumentResolverConfigurer = argumentResolverConfigurer;
	}

	/**
	 * Set the conversion of headers and destination variables. By default this is a
	 * {@link DefaultFormattingConversionService}.
	 * @param conversionService the conversion
	 */
	public void setConversionService(ConversionService conversionService) {
		Assert.notNull(conversionService, "'conversionService' must not be null");
		this.conversionService = conversionService;
	}

	/**
	 * Set what validates payloads that are annotated with {@code @Valid} or
	 * {@code @Validated}. By default nothing does.
	 * @param validator the validator, or {@code null}
	 */
	public void setValidator(@Nullable Validator validator) {
		this.validator = validator;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, beanFactory);
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
		this.valueResolver = new EmbeddedValueResolver(this.beanFactory);
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "No BeanFactory set");
		for (String beanName : beanFactory.getBeanNamesForType(Object.class, true, false)) {
			if (ScopedProxyUtils.isScopedTarget(beanName) || BeanFactoryUtils.isFactoryDereference(beanName)) {
				continue;
			}
			Class<?> targetType = targetType(beanFactory, beanName);
			if (targetType != null && mayHaveHandlers(targetType)) {
				Class<?> exposedType = beanFactory.getType(beanName, false);
				register("bean '" + beanName + "'", targetType, (exposedType != null) ? exposedType : targetType,
						() -> beanFactory.getBean(beanName));
			}
		}
	}

	private static @Nullable Class<?> targetType(ConfigurableListableBeanFactory beanFactory, String beanName) {
		try {
			Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, beanName);
			if (type != null && ScopedObject.class.isAssignableFrom(type)) {
				Class<?> scopedType = AutoProxyUtils.determineTargetClass(beanFactory,
						ScopedProxyUtils.getTargetBeanName(beanName));
				return (scopedType != null) ? scopedType : type;
			}
			return type;
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("No look for @ActorContext methods on bean '" + beanName + "', whose type is not known", ex);
			return null;
		}
	}

	private static boolean mayHaveHandlers(Class<?> type) {
		// The framework's own beans have none, and are many
		boolean isFramework = type.getName().startsWith("org.springframework.")
				&& !AnnotatedElementUtils.isAnnotated(ClassUtils.getUserClass(type), Component.class);
		return !isFramework && AnnotationUtils.isCandidateClass(type, ActorContext.class);
	}

	/**
	 * Register the {@link ActorContext @ActorContext} methods of an object. May be called
	 * at any time.
	 * @param handler the object, which may be a proxy
	 * @throws InvalidActorContextHandlerException if one of the methods cannot handle
	 * contexts, or its route is taken
	 * @throws IllegalArgumentException if the object has no such method
	 */
	public void register(Object handler) {
		Assert.notNull(handler, "'handler' must not be null");
		Class<?> targetType = AopUtils.getTargetClass(handler);
		boolean found = register("an object of " + targetType.getName(), targetType, handler.getClass(), () -> handler);
		Assert.isTrue(found, () -> targetType.getName() + " has no @ActorContext method");
	}

	private boolean register(String name, Class<?> targetType, Class<?> exposedType, Supplier<Object> bean) {
		Class<?> userType = ClassUtils.getUserClass(targetType);
		Map<Method, ActorContext> methods;
		try {
			methods = MethodIntrospector.selectMethods(userType,
					(MethodIntrospector.MetadataLookup<ActorContext>) (method) -> AnnotatedElementUtils
						.findMergedAnnotation(method, ActorContext.class));
		}
		catch (LinkageError | TypeNotPresentException ex) {
			logger.debug("No look for @ActorContext methods on " + name + ", which refers to a type that is missing",
					ex);
			return false;
		}
		methods.forEach((method, annotation) -> {
			checkInvocable(method, exposedType);
			register(new BeanMethod(name, userType, bean, method), annotation);
		});
		return !methods.isEmpty();
	}

	private static void checkInvocable(Method method, Class<?> exposedType) {
		if (Modifier.isStatic(method.getModifiers()) || Modifier.isPrivate(method.getModifiers())) {
			throw new InvalidActorContextHandlerException(method,
					"It is " + ((Modifier.isStatic(method.getModifiers())) ? "static" : "private") + ".",
					"Make it an instance method that is not private.");
		}
		try {
			AopUtils.selectInvocableMethod(method, exposedType);
		}
		catch (IllegalStateException ex) {
			throw new InvalidActorContextHandlerException(method,
					"It is not on any interface of the proxy " + exposedType.getName() + " around its bean.",
					"Declare it on an interface, or have the bean proxied by class (proxyTargetClass).", ex);
		}
	}

	private void register(BeanMethod method, ActorContext annotation) {
		String pattern = resolve(method, "value", annotation.value());
		checkRoute(method, pattern);
		StreamSettings settings = this.settingsResolver.resolve(pattern, settings(method, annotation));
		HandlerSignature signature = HandlerSignature.of(method, this.reactiveTypes);
		List<HandlerArgument> arguments = new HandlerArguments(argumentResolvers(), this.codecs, this.validator)
			.forMethod(method, pattern, signature);
		ActorContextMethod handler = signature.isReactive()
				? new ReactiveActorContextMethod(method, pattern, this.routeMatcher, settings, signature, arguments)
				: new BlockingActorContextMethod(method, pattern, this.routeMatcher, settings, signature, arguments);
		String key = (handler.isTemplate()) ? VARIABLE_NAME.matcher(pattern).replaceAll("{") : pattern;
		ActorContextMethod other = this.handlers.putIfAbsent(key, handler);
		if (other != null) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"Route '" + pattern + "' is handled by [" + other.method() + "] of " + other.method().beanName()
							+ " already; this method is of " + method.beanName() + ".",
					"Give one of the two another route, or remove it.");
		}
	}

	private String resolve(BeanMethod method, String attribute, String value) {
		String resolved;
		try {
			resolved = this.valueResolver.resolveStringValue(value);
		}
		catch (RuntimeException ex) {
			throw new InvalidActorContextHandlerException(
					method.getMethod(), "The " + attribute + " '" + value + "' of its annotation cannot be resolved: "
							+ ex.getMessage() + ".",
					"Set the property, or give the placeholder a default as in ${name:default}.", ex);
		}
		if (resolved != null && resolved.contains("${")) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"The " + attribute + " '" + value + "' of its annotation has a placeholder without a value.",
					"Set the property, or give the placeholder a default as in ${name:default}.");
		}
		return (resolved != null) ? resolved.trim() : "";
	}

	private void checkRoute(BeanMethod method, String pattern) {
		if (pattern.isEmpty()) {
			throw new InvalidActorContextHandlerException(method.getMethod(), "Its route is empty.",
					"Name a route as in @ActorContext(\"telemetry\").");
		}
		try {
			this.routeMatcher.isPattern(pattern);
		}
		catch (RuntimeException ex) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"Its route '" + pattern + "' is no valid pattern: " + ex.getMessage() + ".",
					"Correct the pattern, as in orders.{id}.", ex);
		}
	}

	private StreamSettings settings(BeanMethod method, ActorContext annotation) {
		Boolean backpressure = backpressure(method, resolve(method, "backpressure", annotation.backpressure()));
		Integer msgBufferSize = msgBufferSize(method, resolve(method, "msgBufferSize", annotation.msgBufferSize()));
		BufferOverflowStrategy overflow = overflow(method, resolve(method, "overflow", annotation.overflow()));
		try {
			return this.defaultSettings.with(backpressure, msgBufferSize, overflow, StreamSettings.Origin.ANNOTATION);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"Its annotation has backpressure, and the overflow " + overflow
							+ ": with backpressure nothing overflows.",
					"Leave the backpressure out, or write false; or leave the overflow out.", ex);
		}
	}

	private static @Nullable Boolean backpressure(BeanMethod method, String value) {
		if (value.isEmpty()) {
			return null;
		}
		if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
			throw new InvalidActorContextHandlerException(method.getMethod(),
					"The backpressure of its annotation is '" + value + "'.",
					"Write true or false, or leave it out for the application's setting.");
		}
		return Boolean.valueOf(value);
	}

	/**
	 * Read a policy as Boot reads a property of that type: cases and dashes do not
	 * matter.
	 */
	private static @Nullable BufferOverflowStrategy overflow(BeanMethod method, String value) {
		if (value.isEmpty()) {
			return null;
		}
		String letters = value.replaceAll("[-_]", "");
		for (BufferOverflowStrategy policy : BufferOverflowStrategy.values()) {
			if (policy.name().replace("_", "").equalsIgnoreCase(letters)) {
				return policy;
			}
		}
		throw new InvalidActorContextHandlerException(method.getMethod(),
				"The overflow of its annotation is '" + value + "'.",
				"Write error, drop-latest or drop-oldest, or leave it out for the application's setting.");
	}

	private static @Nullable Integer msgBufferSize(BeanMethod method, String value) {
		if (value.isEmpty()) {
			return null;
		}
		try {
			int msgBufferSize = Integer.parseInt(value);
			if (msgBufferSize > 0) {
				return msgBufferSize;
			}
		}
		catch (NumberFormatException ex) {
			// Refused below
		}
		throw new InvalidActorContextHandlerException(method.getMethod(),
				"The msgBufferSize of its annotation is '" + value + "'.", "Write a number of messages from 1 to "
						+ Integer.MAX_VALUE + ", or leave it out for the application's setting.");
	}

	private List<HandlerMethodArgumentResolver> argumentResolvers() {
		List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>();
		resolvers.add(new HeaderMethodArgumentResolver(this.conversionService, this.beanFactory));
		resolvers.add(new HeadersMethodArgumentResolver());
		resolvers.add(new DestinationVariableMethodArgumentResolver(this.conversionService));
		resolvers.addAll(this.argumentResolverConfigurer.getCustomResolvers());
		return resolvers;
	}

	@Override
	public @Nullable CalleeHandler find(String route) {
		ActorContextMethod direct = this.handlers.get(route);
		if (direct != null && !direct.isTemplate()) {
			return direct;
		}
		RouteMatcher.Route parsedRoute = this.routeMatcher.parseRoute(route);
		Comparator<String> comparator = this.routeMatcher.getPatternComparator(parsedRoute);
		ActorContextMethod best = null;
		for (ActorContextMethod handler : this.handlers.values()) {
			if (handler.isTemplate() && this.routeMatcher.match(handler.pattern(), parsedRoute)
					&& (best == null || comparator.compare(handler.pattern(), best.pattern()) < 0)) {
				best = handler;
			}
		}
		return best;
	}

	@Override
	public Collection<? extends CalleeHandler> all() {
		return Collections.unmodifiableCollection(this.handlers.values());
	}

}
