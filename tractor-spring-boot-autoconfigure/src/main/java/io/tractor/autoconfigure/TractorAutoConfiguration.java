package io.tractor.autoconfigure;

import java.time.InstantSource;
import java.util.UUID;

import io.rsocket.RSocket;
import io.tractor.ContextListener;
import io.tractor.ErrorRedactor;
import io.tractor.Peer;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.ActorContextHandlers;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.PrincipalResolver;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.ContextListeners;
import io.tractor.task.ContextObserver;
import io.tractor.task.LiveContexts;
import io.tractor.task.MsgCodecs;
import io.tractor.task.RemoteErrors;
import io.tractor.task.TaskSetup;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.rsocket.autoconfigure.RSocketMessagingAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketProperties;
import org.springframework.boot.rsocket.autoconfigure.RSocketStrategiesAutoConfiguration;
import org.springframework.boot.system.JavaVersion;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;
import org.springframework.util.StringUtils;
import org.springframework.validation.Validator;

/**
 * {@link AutoConfiguration Auto-configuration} of the application's
 * {@link io.tractor.ActorContext @ActorContext} handlers, and of the endpoint that all of
 * its RSocket connections have in common.
 */
@AutoConfiguration(after = { RSocketStrategiesAutoConfiguration.class, RSocketMessagingAutoConfiguration.class })
@ConditionalOnClass({ RSocket.class, RSocketStrategies.class, ContextEndpoint.class })
@ConditionalOnBean(RSocketStrategies.class)
@EnableConfigurationProperties(TractorProperties.class)
public final class TractorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(MsgCodecs.class)
	StrategiesMsgCodecs tractorMsgCodecs(RSocketStrategies strategies) {
		return new StrategiesMsgCodecs(strategies);
	}

	@Bean
	@ConditionalOnMissingBean(CalleeHandlers.class)
	ActorContextHandlers actorContextHandlers(RSocketStrategies strategies, MsgCodecs codecs,
			TractorProperties properties, ObjectProvider<RSocketMessageHandler> messageHandler,
			ObjectProvider<Validator> validator) {
		RouteSettings settings = new RouteSettings(properties, strategies.routeMatcher());
		ActorContextHandlers handlers = new ActorContextHandlers(strategies, codecs, settings.defaults());
		handlers.setSettingsResolver(settings);
		handlers.setValidator(validator.getIfUnique());
		messageHandler.ifUnique((other) -> {
			handlers.setArgumentResolverConfigurer(other.getArgumentResolverConfigurer());
			if (other.getValidator() != null) {
				handlers.setValidator(other.getValidator());
			}
		});
		return handlers;
	}

	@Bean
	@ConditionalOnMissingBean(HandlerExecutor.class)
	HandlerThreads tractorHandlerThreads(TractorProperties properties, Environment environment) {
		TractorProperties.Handler handler = properties.getHandler();
		boolean virtual = switch (handler.getThreads()) {
			case AUTO -> Threading.VIRTUAL.isActive(environment);
			case VIRTUAL -> true;
			case PLATFORM -> false;
		};
		if (virtual && JavaVersion.getJavaVersion().isOlderThan(JavaVersion.TWENTY_ONE)) {
			throw new InvalidPropertyValueException("tractor.handler.threads", "virtual",
					"Virtual threads need JDK 21 or later, and this is " + JavaVersion.getJavaVersion()
							+ ": write auto or platform, or run it on a later JDK.");
		}
		return virtual ? HandlerThreads.virtual() : HandlerThreads.platform(handler.getMaxThreads());
	}

	@Bean
	@ConditionalOnMissingBean
	BufferLimits tractorBufferLimits(TractorProperties properties, ObjectProvider<RSocketProperties> rsocket) {
		return new LinkLimits(properties.getLimits(), rsocket.getIfAvailable()).bufferLimits();
	}

	@Bean
	@ConditionalOnMissingBean
	RemoteErrors tractorRemoteErrors(TractorProperties properties, ObjectProvider<ErrorRedactor> redactor) {
		TractorProperties.Errors errors = properties.getErrors();
		return new RemoteErrors(errors.isIncludeMessage() ? redactor.getIfAvailable() : ErrorRedactor.HIDE_ALL,
				errors.isIncludeStackTrace(), errors.getRebuild());
	}

	@Bean
	@ConditionalOnMissingBean
	LiveContexts tractorLiveContexts(TractorProperties properties) {
		return new LiveContexts(properties.getStalledAfter(), InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	ContextEndpoint contextEndpoint(TractorProperties properties, Environment environment, RSocketStrategies strategies,
			BufferLimits limits, MsgCodecs codecs, RemoteErrors errors, CalleeHandlers handlers,
			HandlerExecutor executor, ObjectProvider<PrincipalResolver> principals,
			ObjectProvider<ContextListener> listeners, LiveContexts live, ObjectProvider<ContextObserver> observer) {
		RouteSettings settings = new RouteSettings(properties, strategies.routeMatcher());
		TaskSetup setup = new TaskSetup(self(properties, environment), limits,
				new ContextListeners(() -> listeners.orderedStream().toList()), codecs, errors, InstantSource.system(),
				live, observer.getIfAvailable(() -> ContextObserver.NONE));
		ContextEndpoint endpoint = new ContextEndpoint(setup, handlers, executor::execute,
				principals.getIfAvailable(() -> (context) -> Mono.empty()),
				new CallerDefaults(settings::forCaller, properties.getOpenTimeout(), properties.getCancelTimeout()));
		endpoint.setLimits(connectionLimits(properties.getLimits()));
		return endpoint;
	}

	private static ConnectionLimits connectionLimits(TractorProperties.Limits limits) {
		return new ConnectionLimits(limits.getMaxContextsPerConnection(), limits.getOpeningsPerSecond(),
				limits.getMaxUnread().toBytes(), limits.getMaxUnfinishedFragments().toBytes(),
				limits.getMaxKeepAliveInterval(), limits.getMaxKeepAliveLifeTime());
	}

	@Bean
	EndpointLifecycle tractorEndpointLifecycle(ContextEndpoint endpoint, TractorProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		return new EndpointLifecycle(endpoint, properties.getShutdown().getGracePeriod(), beanFactory);
	}

	@Bean
	OverrunEvents tractorOverrunEvents(ApplicationEventPublisher publisher) {
		return new OverrunEvents(publisher);
	}

	private static Peer self(TractorProperties properties, Environment environment) {
		String application = properties.getApplicationName();
		if (!StringUtils.hasText(application)) {
			application = environment.getProperty("spring.application.name");
		}
		String instance = properties.getInstanceId();
		if (!StringUtils.hasText(instance)) {
			instance = ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);
		}
		return new Peer(StringUtils.hasText(application) ? application : "application", instance);
	}

}
