package io.tractor.sample;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SampleProperties} and the sample's {@code application.yml}.
 */
class SamplePropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer(new ConfigDataApplicationContextInitializer())
		.withUserConfiguration(PropertiesConfiguration.class);

	@Test
	void defaults() {
		this.runner.run((context) -> {
			SampleProperties properties = context.getBean(SampleProperties.class);
			assertThat(properties.stay()).isFalse();
			assertThat(properties.source().eventsPerSecond()).isEqualTo(100);
			SampleProperties.Viewer viewer = properties.viewer();
			assertThat(viewer.events()).contains(new EventChoice("jdk.CPULoad", Duration.ofSeconds(1)),
					new EventChoice(Work.NAME, null));
			assertThat(viewer.duration()).isNull();
			assertThat(viewer.open()).isTrue();
			assertThat(viewer.delay()).isZero();
			assertThat(viewer.backpressure()).isNull();
			assertThat(viewer.msgBufferSize()).isNull();
			assertThat(viewer.commandInterval()).hasSeconds(3);
		});
	}

	@Test
	void allInOneProcessByDefault() {
		this.runner.run((context) -> {
			assertThat(context.getEnvironment().getProperty("spring.rsocket.server.port")).isEqualTo("7878");
			assertThat(context.getEnvironment().getProperty("tractor.portals.telemetry.uri"))
				.isEqualTo("tcp://localhost:7878");
			assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("8080");
		});
	}

	@Test
	void sourceHasItsServer() {
		this.runner.withPropertyValues("spring.profiles.active=source").run((context) -> {
			assertThat(context.getEnvironment().getProperty("spring.rsocket.server.port")).isEqualTo("7878");
			assertThat(context.getEnvironment().getProperty("spring.application.name")).isEqualTo("sample-source");
			assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("8080");
		});
	}

	@Test
	void viewerHasNoServer() {
		this.runner.withPropertyValues("spring.profiles.active=viewer").run((context) -> {
			assertThat(context.getEnvironment().getProperty("spring.rsocket.server.port")).isNull();
			assertThat(context.getEnvironment().getProperty("spring.application.name")).isEqualTo("sample-viewer");
			assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("8081");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "sample.viewer.delay=-1s", "sample.viewer.duration=0s", "sample.viewer.msg-buffer-size=0",
			"sample.viewer.command-interval=-1s", "sample.viewer.events[0].name=",
			"sample.source.events-per-second=-1" })
	void badValueStopsTheStart(String property) {
		String name = property.substring(property.lastIndexOf('.') + 1, property.indexOf('='));
		this.runner.withPropertyValues(property).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("sample");
			assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContainingAll("rejected value", toCamelCase(name));
		});
	}

	private static String toCamelCase(String name) {
		StringBuilder result = new StringBuilder();
		for (String word : name.split("-")) {
			result.append(result.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
		}
		return result.toString();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(SampleProperties.class)
	static class PropertiesConfiguration {

	}

}
