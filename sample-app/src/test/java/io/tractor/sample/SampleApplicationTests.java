package io.tractor.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.tractor.CallerContext;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Portals;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOverrunException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SampleApplication}: source and viewer in one process, over TCP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.viewer.command-interval=2s", "tractor.open-timeout=60s" })
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext
@Timeout(120)
class SampleApplicationTests {

	@Autowired
	private Viewer viewer;

	@Autowired
	private Portals portals;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void rsocketPort(DynamicPropertyRegistry registry) {
		RSocketPort.choose(registry);
	}

	@Test
	void whenViewerIsStoppedThenSummaryAndLedgerAgree(CapturedOutput output) throws Exception {
		await().atMost(60, TimeUnit.SECONDS)
			.until(() -> Pattern.compile("events/s: .*JavaThreadStatistics \\d+.*Work \\d+").matcher(output).find());
		this.viewer.stop();
		Outcome<Summary> outcome = this.viewer.outcome().get(60, TimeUnit.SECONDS);
		assertThat(outcome).isInstanceOf(Outcome.Completed.class);
		Summary summary = ((Outcome.Completed<Summary>) outcome).value();
		assertThat(summary.counts()).containsKeys(Work.NAME, "jdk.CPULoad", "jdk.JavaThreadStatistics");
		assertThat(summary.duration()).isPositive();
		Ledger ledger = outcome.ledger();
		long sent = summary.counts().values().stream().mapToLong(Long::longValue).sum();
		assertThat(ledger.toCaller()).isEqualTo(new Ledger.Direction(sent, sent, 0, 0, 0));
		assertThat(ledger.toCallee().sent()).isPositive().isEqualTo(ledger.toCallee().consumed());
		assertThat(outcome.overruns()).isEmpty();
		assertThat(this.viewer.getExitCode()).isZero();
		assertThat(output).contains("[callee] context ", "[caller] context ", "summary: Summary[counts={",
				"ledger: to callee: " + ledger.toCallee().sent() + " sent = ");
	}

	@Test
	void whenViewersStreamHasNoBackpressureAndIsSlowThenOverrun() {
		assertThatExceptionOfType(RemoteActorException.class)
			.isThrownBy(() -> this.portals.get("telemetry")
				.context(Viewer.TELEMETRY)
				.argument(new Subscription(List.of(new EventChoice(Work.NAME, null))))
				.run(this::readNothing))
			.havingCause()
			.isInstanceOfSatisfying(StreamOverrunException.class, (ex) -> {
				assertThat(ex.report().reason()).isEqualTo(OverrunReport.Reason.SLOW_CONSUMER);
				assertThat(ex.report().receiver()).isEqualTo(Side.CALLER);
				assertThat(ex.report().msgBufferSize()).isEqualTo(1);
				assertThat(ex.getMessage()).doesNotContain("never opened");
			});
	}

	@Test
	void whenSubscriptionIsEmptyThenOpeningFails() {
		assertThatExceptionOfType(RemoteActorException.class)
			.isThrownBy(() -> this.portals.get("telemetry")
				.context(Viewer.TELEMETRY)
				.argument(new Subscription(List.of()))
				.run(CallerContext::result))
			.withMessageContaining("events");
	}

	@Test
	void whenEventIsUnknownThenOpeningFailsWithItsName() {
		assertThatExceptionOfType(RemoteActorException.class)
			.isThrownBy(() -> this.portals.get("telemetry")
				.context(Viewer.TELEMETRY)
				.argument(new Subscription(List.of(new EventChoice("jdk.NoSuchEvent", null))))
				.run(CallerContext::result))
			.withMessageContaining("jdk.NoSuchEvent");
	}

	@Test
	void whenNothingOverranInThisApplicationThenMeterIsThere() throws Exception {
		assertThat(measurement(this.port, "tractor.stream.overruns")).isNotNegative();
		assertThat(get(this.port, "/actuator/health").get("status").asString()).isEqualTo("UP");
	}

	private Void readNothing(CallerContext<JvmInfo, Command, JfrEvent, Summary> context) throws InterruptedException {
		try (MsgStream<JfrEvent, Command> stream = context
			.openStream((options) -> options.backpressure(false).msgBufferSize(1))) {
			assertThat(stream.settings().msgBufferSize()).isEqualTo(1);
			new CountDownLatch(1).await();
		}
		return null;
	}

	private static double measurement(int port, String meter) throws Exception {
		return get(port, "/actuator/metrics/" + meter).get("measurements").get(0).get("value").asDouble();
	}

	private static JsonNode get(int port, String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	@Nested
	@DirtiesContext
	@TestPropertySource(properties = { "sample.viewer.open=false", "sample.source.events-per-second=2000" })
	class Unopened {

		@Autowired
		private Viewer viewer;

		@LocalServerPort
		private int port;

		@Test
		@DisplayName("V7 When the viewer never opens its stream the source's task fails, and Actuator shows the overrun")
		void whenViewerNeverOpensItsStreamThenOverrunIsSeenInActuator() throws Exception {
			Outcome<Summary> outcome = this.viewer.outcome().get(60, TimeUnit.SECONDS);
			assertThat(outcome).isInstanceOf(Outcome.Failed.class);
			assertThat(((Outcome.Failed<Summary>) outcome).error()).isInstanceOf(RemoteActorException.class)
				.hasRootCauseInstanceOf(StreamOverrunException.class)
				.hasMessageContaining("never opened");
			assertThat(outcome.overruns()).last().satisfies((report) -> {
				assertThat(report.reason()).isEqualTo(OverrunReport.Reason.NEVER_OPENED);
				assertThat(report.firstUndelivered()).isEqualTo(64);
				assertThat(report.provisional()).isFalse();
			});
			assertThat(this.viewer.getExitCode()).isOne();
			await().untilAsserted(
					() -> assertThat(measurement(this.port, "tractor.stream.overruns")).isGreaterThanOrEqualTo(1));
		}

	}

}
