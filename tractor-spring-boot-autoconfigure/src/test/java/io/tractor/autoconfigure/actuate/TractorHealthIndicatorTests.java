package io.tractor.autoconfigure.actuate;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.tractor.autoconfigure.HandlerExecutor;
import io.tractor.autoconfigure.TestApplications;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TractorHealthIndicator} with real portals.
 */
@Timeout(120)
class TractorHealthIndicatorTests {

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	private static Health health(ConfigurableApplicationContext application) {
		return application.getBean(TractorHealthIndicator.class).health();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> detail(Health health, String... names) {
		Map<String, Object> details = health.getDetails();
		for (String name : names) {
			details = (Map<String, Object>) details.get(name);
		}
		return details;
	}

	@Test
	void whenLazyPortalIsNotUsedThenUp() {
		ConfigurableApplicationContext application = this.applications
			.startWeb(List.of("tractor.portals.unused.uri=tcp://localhost:1"));
		Health health = health(application);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(detail(health, "portals", "unused")).containsEntry("state", "idle")
			.containsEntry("uri", "tcp://localhost:1");
		assertThat(detail(health, "contexts")).containsEntry("total", 0).containsEntry("stalled", 0);
	}

	@Test
	void whenEagerPortalFailsThenDownWithDetails() {
		ConfigurableApplicationContext application = this.applications
			.startWeb(List.of("tractor.portals.away.uri=tcp://localhost:1", "tractor.portals.away.connect=eager",
					"tractor.portals.away.username=user", "tractor.portals.away.password=secret"));
		await().untilAsserted(() -> assertThat(health(application).getStatus()).isEqualTo(Status.DOWN));
		Health health = health(application);
		assertThat(detail(health, "portals", "away")).containsEntry("state", "failed")
			.containsEntry("connect", "eager")
			.extractingByKey("lastFailure")
			.asString()
			.contains("refused");
		assertThat(health.toString()).doesNotContain("secret");
	}

	@Test
	@DisplayName("D4 an eager portal that lost its server is down, and found up again once that is back, without any opening")
	void whenServerComesBackThenUpAgain() {
		ConfigurableApplicationContext server = this.applications.startServer();
		String port = server.getEnvironment().getProperty("local.rsocket.server.port");
		ConfigurableApplicationContext application = this.applications.startWeb(
				List.of("tractor.portals.there.uri=tcp://localhost:" + port, "tractor.portals.there.connect=eager"));
		await().untilAsserted(
				() -> assertThat(detail(health(application), "portals", "there")).containsEntry("state", "connected"));
		assertThat(health(application).getStatus()).isEqualTo(Status.UP);
		server.close();
		await().untilAsserted(() -> assertThat(health(application).getStatus()).isEqualTo(Status.DOWN));
		this.applications.start(List.of("spring.rsocket.server.port=" + port));
		await().untilAsserted(() -> assertThat(health(application).getStatus()).isEqualTo(Status.UP));
	}

	@Test
	void whenThreadsAreExhaustedThenUpAndSaysSo() {
		ConfigurableApplicationContext application = this.applications
			.startWeb(List.of("tractor.handler.threads=platform", "tractor.handler.max-threads=1"));
		CountDownLatch release = new CountDownLatch(1);
		assertThat(detail(health(application), "handlerThreads")).containsEntry("exhausted", false);
		application.getBean(HandlerExecutor.class).execute(() -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		await().untilAsserted(
				() -> assertThat(detail(health(application), "handlerThreads")).containsEntry("exhausted", true)
					.containsEntry("active", 1));
		assertThat(health(application).getStatus()).isEqualTo(Status.UP);
		release.countDown();
	}

}
