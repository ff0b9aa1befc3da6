package io.tractor.autoconfigure.actuate;

import java.util.Map;

import io.tractor.ActorContext;
import io.tractor.autoconfigure.TractorAutoConfiguration;
import io.tractor.observation.BufferAdvisor;
import io.tractor.observation.RecentOverruns;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.task.LiveContexts;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketMessagingAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketStrategiesAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the auto-configurations of Actuator's parts.
 */
class ActuatorAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=tractor";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				RSocketStrategiesAutoConfiguration.class, RSocketMessagingAutoConfiguration.class,
				TractorAutoConfiguration.class, TractorEndpointAutoConfiguration.class,
				TractorHealthContributorAutoConfiguration.class, TractorInfoContributorAutoConfiguration.class));

	@Test
	void whenNotExposedThenNothingIsKeptForTheEndpoint() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(LiveContexts.class)
			.doesNotHaveBean(TractorEndpoint.class)
			.doesNotHaveBean(BufferAdvisor.class)
			.doesNotHaveBean(RecentOverruns.class));
	}

	@Test
	void whenExposedThenEndpoint() {
		this.runner.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasSingleBean(TractorEndpoint.class)
				.hasSingleBean(TractorEndpointWebExtension.class)
				.hasSingleBean(BufferAdvisor.class)
				.hasSingleBean(RecentOverruns.class));
	}

	@Test
	void whenAccessIsNoneThenNoEndpoint() {
		this.runner.withPropertyValues(EXPOSED, "management.endpoint.tractor.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(TractorEndpoint.class)
				.doesNotHaveBean(TractorEndpointWebExtension.class));
	}

	@Test
	void whenNoOverrunsAreToBeKeptThenFailsWithTheProperty() {
		this.runner.withPropertyValues(EXPOSED, "management.endpoint.tractor.max-overruns=0")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("management.endpoint.tractor.max-overruns"));
	}

	@Test
	void whenUserHasBeansThenOursBackOff() {
		RecentOverruns own = new RecentOverruns(1);
		this.runner.withPropertyValues(EXPOSED)
			.withBean("own", RecentOverruns.class, () -> own)
			.withBean("tractorHealthContributor", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> {
				assertThat(context.getBean(RecentOverruns.class)).isSameAs(own);
				assertThat(context).doesNotHaveBean(TractorHealthIndicator.class);
			});
	}

	@Test
	void whenThereIsNoActuatorThenItIsNotNeeded() {
		new ApplicationContextRunner().withUserConfiguration(Imported.class)
			.withPropertyValues(EXPOSED, "management.info.tractor.enabled=true")
			.withClassLoader(
					new FilteredClassLoader("org.springframework.boot.actuate", "org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ContextEndpoint.class)
				.doesNotHaveBean("tractorEndpoint")
				.doesNotHaveBean("tractorHealthIndicator")
				.doesNotHaveBean("tractorInfoContributor"));
	}

	@Test
	void whenThereIsNoHealthThenItIsNotNeeded() {
		new ApplicationContextRunner().withUserConfiguration(Imported.class)
			.withPropertyValues(EXPOSED)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TractorEndpoint.class)
				.doesNotHaveBean("tractorHealthIndicator"));
	}

	@Test
	void whenThereAreNoContextsThenNothing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TractorAutoConfiguration.class,
					TractorEndpointAutoConfiguration.class, TractorHealthContributorAutoConfiguration.class,
					TractorInfoContributorAutoConfiguration.class))
			.withPropertyValues(EXPOSED, "management.info.tractor.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(TractorEndpoint.class)
				.doesNotHaveBean(TractorHealthIndicator.class)
				.doesNotHaveBean(TractorInfoContributor.class));
	}

	@Test
	void healthIsOnUnlessSwitchedOff() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(TractorHealthIndicator.class));
		this.runner.withPropertyValues("management.health.tractor.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(TractorHealthIndicator.class));
	}

	@Test
	void infoIsOffUnlessSwitchedOn() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(TractorInfoContributor.class));
		this.runner.withBean(Handler.class)
			.withPropertyValues("management.info.tractor.enabled=true", "tractor.stream.overflow=drop-latest")
			.run((context) -> {
				Info.Builder info = new Info.Builder();
				context.getBean(TractorInfoContributor.class).contribute(info);
				assertThat(info.build().get("tractor"))
					.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
					.containsEntry("protocolVersion", 1)
					.containsEntry("handlers", 1)
					.containsEntry("defaults",
							Map.of("backpressure", false, "msgBufferSize", 64, "overflow", "drop-latest"));
			});
	}

	static class Handler {

		@ActorContext("plain")
		void plain() {
		}

	}

	/**
	 * Has the auto-configurations read as in an application, without loading them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, RSocketStrategiesAutoConfiguration.class,
			RSocketMessagingAutoConfiguration.class, TractorAutoConfiguration.class,
			TractorEndpointAutoConfiguration.class, TractorHealthContributorAutoConfiguration.class,
			TractorInfoContributorAutoConfiguration.class })
	static class Imported {

	}

}
