package io.tractor.autoconfigure;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TractorProperties}.
 */
class TractorPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Properties.class);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			tractor.stream.msg-buffer-size          | 0              | at least 1 message
			tractor.stream.msg-buffer-size          | -1             | at least 1 message
			tractor.stream.msg-buffer-size          | many           | failed to convert
			tractor.stream.backpressure             | maybe          | failed to convert
			tractor.stream.overflow                 | drop-all       | DROP_OLDEST
			tractor.routes[orders].msg-buffer-size  | 0              | at least 1 message
			tractor.routes.orders.overflow          | drop-all       | DROP_OLDEST
			tractor.limits.max-message-size         | 0B             | at least 1 byte
			tractor.limits.max-message-size         | 16MB           | at most
			tractor.limits.max-message-size         | big            | failed to convert
			tractor.limits.max-buffered-size        | -1B            | at least 1 byte
			tractor.limits.run-ahead                | 0              | at least 1 message
			tractor.handler.max-threads             | 0              | at least 1 thread
			tractor.handler.threads                 | green          | AUTO
			tractor.errors.include-message          | maybe          | failed to convert
			tractor.errors.rebuild                  | no.Such        | ClassNotFoundException: no.Such
			tractor.errors.rebuild                  | java.lang.Void | must be an exception
			tractor.errors.rebuild                  | io.tractor.RemoteActorException | cannot be rebuilt
			tractor.open-timeout                    | 0s             | longer than zero
			tractor.cancel-timeout                  | -1s            | longer than zero
			tractor.portals.a.uri                   | http://here:80 | one of tcp, tcps, ws and wss
			tractor.portals.a.uri                   | localhost:7000 | one of tcp, tcps, ws and wss
			tractor.portals.a.uri                   | tcp://here     | must have a port
			tractor.portals.a.uri                   | tcp://h:1/path | no path
			tractor.portals.a.uri                   | tcp:here       | names no host
			tractor.portals.a.uri                   | tcp://a b      | is no URI
			tractor.portals.a.connect               | lazy           | is required
			tractor.portals.a.connect               | never          | EAGER
			""")
	@DisplayName("V2 a bad value stops the start-up, and says what to write")
	void whenValueIsBadThenFails(String name, String value, String message) {
		this.runner.withPropertyValues(name + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.analyze(context.getStartupFailure());
			assertThat(analysis.getDescription() + analysis.getAction()).contains(message)
				.contains(name.replace("[orders]", ".orders").replace("a.connect", "a."));
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			limits.max-contexts-per-connection | 0    | at least 1 context
			limits.openings-per-second         | 0    | at least 1 opening
			limits.max-unread                  | 63KB | at least 64KB
			limits.max-buffered-size           | 1TB  | at most 1099510579200B
			limits.max-unfinished-fragments    | 1MB  | at least twice
			limits.max-keep-alive-interval     | 0s   | longer than zero
			limits.max-keep-alive-interval     | -1s  | longer than zero
			limits.max-keep-alive-life-time    | 20s  | longer than tractor.limits.max-keep-alive-interval
			limits.max-keep-alive-life-time    | soon | failed to convert
			shutdown.grace-period              | -1s  | as 30s, or 0
			""")
	@DisplayName("L1 D2 D5 a bad limit stops the start-up, and says what to write")
	void whenLimitIsBadThenFails(String name, String value, String message) {
		whenValueIsBadThenFails("tractor." + name, value, message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					open-timeout=0s                                              | open-timeout            | longer than zero
					deadline=-1s                                                 | deadline                | longer than zero
					keep-alive.interval=0s                                       | keep-alive.interval     | longer than zero
					keep-alive.interval=2m                                       | keep-alive.max-life-time | keep-alive.interval, which is
					reconnect.min-backoff=0s                                     | reconnect.min-backoff   | longer than zero
					reconnect.max-backoff=1ms                                    | reconnect.max-backoff   | not be shorter
					username=me                                                  | username                | takes a password
					password=secret                                              | username                | takes a user name
					username=me, password=secret, bearer-token=token             | username                | mutually exclusive
					ssl.bundle=mine                                              | ssl.bundle              | tcps://
					data-mime-type=nothing                                       | data-mime-type          | failed to convert
					""")
	void whenPortalIsBadThenFails(String properties, String name, String message) {
		ApplicationContextRunner configured = this.runner.withPropertyValues("tractor.portals.a.uri=tcp://here:7000");
		for (String property : properties.split(", ")) {
			configured = configured.withPropertyValues("tractor.portals.a." + property);
		}
		configured.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.analyze(context.getStartupFailure());
			assertThat(analysis.getDescription() + analysis.getAction()).contains(message)
				.contains("tractor.portals.a." + name);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "tractor.stream", "tractor.routes.orders" })
	@DisplayName("V22 T9 backpressure and a dropping policy at one place stop the start-up, at two places they do not")
	void whenBackpressureAndDroppingPolicyAreAtOnePlaceThenFails(String prefix) {
		for (String policy : new String[] { "drop-latest", "DROP_OLDEST" }) {
			this.runner.withPropertyValues(prefix + ".backpressure=true", prefix + ".overflow=" + policy)
				.run((context) -> {
					assertThat(context).hasFailed();
					FailureAnalysis analysis = FailureAnalyses.analyze(context.getStartupFailure());
					assertThat(analysis.getDescription()).contains(prefix + ".overflow");
					assertThat(analysis.getAction()).contains("remove " + prefix + ".backpressure")
						.contains("nothing overflows");
				});
		}
		this.runner.withPropertyValues(prefix + ".backpressure=true", prefix + ".overflow=error")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner.withPropertyValues(prefix + ".backpressure=false", prefix + ".overflow=drop-oldest")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner.withPropertyValues("tractor.stream.backpressure=true", "tractor.routes.orders.overflow=drop-oldest")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void goodValuesAreTaken() {
		this.runner
			.withPropertyValues("tractor.portals.my-shop.uri=wss://shop/contexts",
					"tractor.portals.my-shop.ssl.bundle=shop", "tractor.portals.my-shop.connect=eager",
					"tractor.portals.my-shop.data-mime-type=application/json",
					"tractor.portals.my-shop.bearer-token=abc", "tractor.limits.max-message-size=15MB")
			.run((context) -> {
				TractorProperties properties = context.getBean(TractorProperties.class);
				TractorProperties.Portal portal = properties.getPortals().get("my-shop");
				assertThat(portal.getUri()).isEqualTo("wss://shop/contexts");
				assertThat(portal.getConnect()).isEqualTo(TractorProperties.Portal.Connect.EAGER);
				assertThat(portal.getDataMimeType()).hasToString("application/json");
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(TractorProperties.class)
	static class Properties {

	}

}
