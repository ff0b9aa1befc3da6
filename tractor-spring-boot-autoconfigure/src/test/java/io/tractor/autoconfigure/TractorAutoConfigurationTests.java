package io.tractor.autoconfigure;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

import io.micrometer.core.instrument.MeterRegistry;
import io.tractor.ActorContext;
import io.tractor.ErrorRedactor;
import io.tractor.StreamSettings;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.ActorContextHandlers;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.CalleeHandler;
import io.tractor.task.CalleeHandlers;
import io.tractor.task.MsgCodecs;
import io.tractor.task.RemoteErrors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import reactor.core.publisher.BufferOverflowStrategy;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketMessagingAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketStrategiesAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link TractorAutoConfiguration}.
 */
class TractorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(JacksonAutoConfiguration.class, RSocketStrategiesAutoConfiguration.class,
					RSocketMessagingAutoConfiguration.class, TractorAutoConfiguration.class));

	@Test
	void whenNothingIsSetThenDefaults() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(ContextEndpoint.class)
				.hasSingleBean(ActorContextHandlers.class)
				.hasSingleBean(StrategiesMsgCodecs.class)
				.hasSingleBean(HandlerThreads.class);
			assertThat(context.getBean(BufferLimits.class)).isEqualTo(BufferLimits.DEFAULT);
			assertThat(context.getBean(ContextEndpoint.class).self().application()).isEqualTo("application");
			assertThat(context.getBean(ContextEndpoint.class).self().instance())
				.startsWith(ProcessHandle.current().pid() + "-");
		});
	}

	@Test
	void whenUserHasBeansThenOursBackOff() {
		this.runner.withUserConfiguration(OwnBeans.class).run((context) -> {
			assertThat(context).hasSingleBean(ContextEndpoint.class)
				.doesNotHaveBean(ActorContextHandlers.class)
				.doesNotHaveBean(StrategiesMsgCodecs.class)
				.doesNotHaveBean(HandlerThreads.class);
			assertThat(context.getBean(BufferLimits.class).runAhead()).isEqualTo(3);
			assertThat(context.getBean(RemoteErrors.class)).isSameAs(RemoteErrors.DEFAULT);
		});
	}

	@Test
	void whenUserHasEndpointThenOursBacksOff() {
		this.runner.withBean("own", ContextEndpoint.class, () -> mock(ContextEndpoint.class))
			.run((context) -> assertThat(context).hasSingleBean(ContextEndpoint.class).hasBean("own"));
	}

	@Test
	void whenThereAreNoStrategiesThenNothing() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(TractorAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ContextEndpoint.class));
	}

	@Test
	void whenThereIsNoMeterRegistryClassThenItIsNotNeeded() {
		this.runner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ContextEndpoint.class));
	}

	@Test
	void limitsComeFromProperties() {
		this.runner
			.withPropertyValues("tractor.limits.max-message-size=2KB", "tractor.limits.max-buffered-size=8KB",
					"tractor.limits.run-ahead=5")
			.run((context) -> assertThat(context.getBean(BufferLimits.class))
				.isEqualTo(new BufferLimits(8 * 1024, 2 * 1024, 5)));
	}

	@Test
	@DisplayName("O8 the application's name and instance are what peers are told")
	void identityComesFromProperties() {
		this.runner.withPropertyValues("spring.application.name=shop")
			.run((context) -> assertThat(context.getBean(ContextEndpoint.class).self().application())
				.isEqualTo("shop"));
		this.runner
			.withPropertyValues("spring.application.name=shop", "tractor.application-name=store",
					"tractor.instance-id=7")
			.run((context) -> assertThat(context.getBean(ContextEndpoint.class).self()).hasToString("store/7"));
	}

	@Test
	@DisplayName("E8 messages of errors go out unless they are hidden, or a redactor changes them")
	void redactionComesFromPropertiesAndBeans() {
		IOException error = new IOException("a secret plan");
		this.runner.run(
				(context) -> assertThat(context.getBean(RemoteErrors.class).message(error)).isEqualTo("a secret plan"));
		this.runner.withPropertyValues("tractor.errors.include-message=false")
			.run((context) -> assertThat(context.getBean(RemoteErrors.class).message(error)).isEmpty());
		ApplicationContextRunner redacting = this.runner.withBean(ErrorRedactor.class,
				() -> (thrown, message) -> message.replace("secret", "***"));
		redacting
			.run((context) -> assertThat(context.getBean(RemoteErrors.class).message(error)).isEqualTo("a *** plan"));
		redacting.withPropertyValues("tractor.errors.include-message=false")
			.run((context) -> assertThat(context.getBean(RemoteErrors.class).message(error)).isEmpty());
	}

	@Test
	@DisplayName("V1 T9 without any setting, a handler's buffer is 64 messages with backpressure")
	void whenNothingIsSetThenStreamDefaults() {
		this.runner.withBean(Handlers.class)
			.run((context) -> assertThat(settings(context.getBean(CalleeHandlers.class), "plain"))
				.isEqualTo(StreamSettings.DEFAULT));
	}

	@Test
	@DisplayName("T9 V2 the route's settings beat the annotation's, which beat the application's")
	void settingsHaveTheirOrder() {
		this.runner.withBean(Handlers.class)
			.withPropertyValues("tractor.stream.msg-buffer-size=16", "tractor.stream.backpressure=true",
					"tractor.routes.[routed].msg-buffer-size=8", "tractor.routes.[orders.*].msg-buffer-size=5",
					"tractor.routes.[orders.{id}].backpressure=false")
			.run((context) -> {
				CalleeHandlers handlers = context.getBean(CalleeHandlers.class);
				assertThat(settings(handlers, "plain")).isEqualTo(new StreamSettings(true,
						StreamSettings.Origin.APPLICATION, 16, StreamSettings.Origin.APPLICATION,
						BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
				assertThat(settings(handlers, "annotated")).isEqualTo(new StreamSettings(false,
						StreamSettings.Origin.ANNOTATION, 32, StreamSettings.Origin.ANNOTATION,
						BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
				assertThat(settings(handlers, "routed"))
					.isEqualTo(new StreamSettings(false, StreamSettings.Origin.ANNOTATION, 8,
							StreamSettings.Origin.ROUTE, BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
				assertThat(settings(handlers, "orders.1")).isEqualTo(
						new StreamSettings(false, StreamSettings.Origin.ROUTE, 16, StreamSettings.Origin.APPLICATION,
								BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
				assertThat(settings(handlers, "orders.1.items")).isEqualTo(new StreamSettings(true,
						StreamSettings.Origin.APPLICATION, 16, StreamSettings.Origin.APPLICATION,
						BufferOverflowStrategy.ERROR, StreamSettings.Origin.DEFAULT));
			});
	}

	@Test
	@DisplayName("T9 V22 the overflow policy has the same order, and a dropping one switches backpressure off where it is set")
	void overflowHasItsOrder() {
		this.runner.withBean(Handlers.class)
			.withPropertyValues("tractor.stream.overflow=drop-latest", "tractor.routes.[routed].overflow=error",
					"tractor.routes.[orders.{id}].overflow=DROP_OLDEST",
					"tractor.routes.[orders.{id}.items].backpressure=true")
			.run((context) -> {
				CalleeHandlers handlers = context.getBean(CalleeHandlers.class);
				assertThat(overflow(handlers, "plain")).isEqualTo("DROP_LATEST APPLICATION, false APPLICATION");
				assertThat(overflow(handlers, "annotated")).isEqualTo("DROP_LATEST APPLICATION, false ANNOTATION");
				assertThat(overflow(handlers, "dropping")).isEqualTo("DROP_OLDEST ANNOTATION, false ANNOTATION");
				assertThat(overflow(handlers, "routed")).isEqualTo("ERROR ROUTE, false ANNOTATION");
				assertThat(overflow(handlers, "orders.1")).isEqualTo("DROP_OLDEST ROUTE, false ROUTE");
				assertThat(overflow(handlers, "orders.1.items")).isEqualTo("DROP_LATEST APPLICATION, true ROUTE");
			});
		this.runner.withBean(Handlers.class)
			.withPropertyValues("tractor.stream.backpressure=true")
			.run((context) -> assertThat(overflow(context.getBean(CalleeHandlers.class), "dropping"))
				.isEqualTo("DROP_OLDEST ANNOTATION, false ANNOTATION"));
	}

	private static String overflow(CalleeHandlers handlers, String route) {
		StreamSettings settings = settings(handlers, route);
		return settings.overflow() + " " + settings.overflowOrigin() + ", " + settings.backpressure() + " "
				+ settings.backpressureOrigin();
	}

	private static StreamSettings settings(CalleeHandlers handlers, String route) {
		CalleeHandler handler = handlers.find(route);
		assertThat(handler).isNotNull();
		return handler.settings();
	}

	@Test
	void platformThreadsAreBoundedAndReject() {
		this.runner.withPropertyValues("tractor.handler.threads=platform", "tractor.handler.max-threads=1")
			.run((context) -> {
				HandlerExecutor executor = context.getBean(HandlerExecutor.class);
				CountDownLatch release = new CountDownLatch(1);
				executor.execute(() -> {
					try {
						release.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				});
				assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(() -> {
				}));
				release.countDown();
			});
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void whenVirtualThreadsAreNotThereThenFails() {
		this.runner.withPropertyValues("tractor.handler.threads=virtual")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("tractor.handler.threads")
				.hasMessageContaining("JDK 21"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void whenVirtualThreadsAreEnabledThenHandlersUseThem() {
		this.runner.withPropertyValues("tractor.handler.threads=virtual").run(this::assertVirtual);
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run(this::assertVirtual);
	}

	private void assertVirtual(org.springframework.boot.test.context.assertj.AssertableApplicationContext context)
			throws InterruptedException {
		StringBuffer thread = new StringBuffer();
		CountDownLatch done = new CountDownLatch(1);
		context.getBean(HandlerExecutor.class).execute(() -> {
			thread.append(Thread.currentThread());
			done.countDown();
		});
		done.await();
		assertThat(thread.toString()).startsWith("VirtualThread");
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBeans {

		@Bean
		MsgCodecs ownCodecs() {
			return mock(MsgCodecs.class);
		}

		@Bean
		CalleeHandlers ownHandlers() {
			return mock(CalleeHandlers.class);
		}

		@Bean
		HandlerExecutor ownExecutor() {
			return Runnable::run;
		}

		@Bean
		RemoteErrors ownErrors() {
			return RemoteErrors.DEFAULT;
		}

		@Bean
		BufferLimits ownLimits() {
			return new BufferLimits(1, 2, 3);
		}

	}

	static class Handlers {

		@ActorContext("plain")
		void plain() {
		}

		@ActorContext(value = "annotated", backpressure = "false", msgBufferSize = "32")
		void annotated() {
		}

		@ActorContext(value = "dropping", overflow = "drop-oldest")
		void dropping() {
		}

		@ActorContext(value = "routed", backpressure = "false", msgBufferSize = "32")
		void routed() {
		}

		@ActorContext("orders.{id}")
		void order() {
		}

		@ActorContext("orders.{id}.items")
		void items() {
		}

	}

}
