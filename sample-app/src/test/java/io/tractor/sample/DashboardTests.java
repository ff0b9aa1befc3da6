package io.tractor.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard and the alert rules ask for meters that the sample has.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "tractor.open-timeout=60s")
@DirtiesContext
@Timeout(120)
class DashboardTests {

	private static final Path DIRECTORY = Path.of("..", "docs", "grafana");

	private static final Pattern METER = Pattern.compile("tractor_[a-z_]+");

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void rsocketPort(DynamicPropertyRegistry registry) {
		RSocketPort.choose(registry);
	}

	@ParameterizedTest
	@ValueSource(strings = { "tractor.json", "alerts.yml" })
	void metersExist(String file) throws IOException {
		String content = Files.readString(DIRECTORY.resolve(file));
		if (file.endsWith(".json")) {
			assertThat(JsonMapper.shared().readTree(content).get("panels")).isNotEmpty();
		}
		Set<String> wanted = new TreeSet<>();
		METER.matcher(content).results().forEach((match) -> wanted.add(match.group()));
		assertThat(wanted).hasSizeGreaterThan(3);
		await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			Set<String> existing = new TreeSet<>();
			scrape().lines().filter((line) -> !line.startsWith("#")).forEach((line) -> existing.add(name(line)));
			assertThat(existing).containsAll(wanted);
		});
	}

	private static String name(String sample) {
		return sample.split("[{ ]", 2)[0];
	}

	private String scrape() throws IOException, InterruptedException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/actuator/prometheus"))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

}
