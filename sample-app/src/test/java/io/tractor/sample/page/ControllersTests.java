package io.tractor.sample.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tractor.sample.RSocketPort;
import io.tractor.sample.SampleApplication;
import io.tractor.sample.Viewer;
import io.tractor.sample.ViewerSettings;
import io.tractor.sample.WorkGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.BufferOverflowStrategy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what the page asks of the application.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "tractor.open-timeout=60s")
@DirtiesContext
@Timeout(120)
class ControllersTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@Autowired
	private Viewer viewer;

	@Autowired
	private WorkGenerator source;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void rsocketPort(DynamicPropertyRegistry registry) {
		RSocketPort.choose(registry);
	}

	@Test
	void framesTellOfBothSides() throws Exception {
		try (Frames frames = new Frames(this.port)) {
			JsonNode frame = frames.next();
			while (frame.get("contexts").size() < 2 || consumed(frame) == 0) {
				frame = frames.next();
			}
			assertThat(frame.at("/contexts/0/figures/side").asString()).isEqualTo("caller");
			assertThat(frame.at("/contexts/1/figures/side").asString()).isEqualTo("callee");
			assertThat(frame.at("/contexts/1/figures/id")).isEqualTo(frame.at("/contexts/0/figures/id"));
			assertThat(frame.at("/viewer/running").asBoolean()).isTrue();
			assertThat(frame.at("/source/eventsPerSecond").isInt()).isTrue();
			long consumed = consumed(frame);
			while (consumed(frame) == consumed) {
				frame = frames.next();
			}
			assertThat(consumed(frame)).isGreaterThan(consumed);
		}
	}

	@Test
	void whenViewerIsChangedThenWhatIsNotNamedStays() throws Exception {
		ViewerSettings before = this.viewer.settings();
		assertThat(post("/viewer", "{\"delayMillis\":3,\"overflow\":\"DROP_LATEST\"}")).isEqualTo(204);
		assertThat(this.viewer.settings())
			.isEqualTo(new ViewerSettings(before.open(), before.reading(), Duration.ofMillis(3), before.backpressure(),
					BufferOverflowStrategy.DROP_LATEST, before.msgBufferSize()));
	}

	@Test
	void whenSourceIsChangedThenItDoesAsMuchWork() throws Exception {
		assertThat(post("/source", "{\"eventsPerSecond\":7}")).isEqualTo(204);
		assertThat(this.source.eventsPerSecond()).isEqualTo(7);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			/viewer | {"delayMillis":-1}
			/viewer | {"delayMillis":10001}
			/viewer | {"msgBufferSize":0}
			/viewer | {"msgBufferSize":10001}
			/viewer | {"overflow":"EXPLODE"}
			/viewer | {"open":"perhaps"}
			/viewer | nonsense
			/source | {"eventsPerSecond":-1}
			/source | {"eventsPerSecond":10001}
			/source | {}
			""")
	void whenChangeMakesNoSenseThenItIsRefused(String path, String body) throws Exception {
		ViewerSettings settings = this.viewer.settings();
		int eventsPerSecond = this.source.eventsPerSecond();
		assertThat(post(path, body)).isEqualTo(400);
		assertThat(this.viewer.settings()).isEqualTo(settings);
		assertThat(this.source.eventsPerSecond()).isEqualTo(eventsPerSecond);
	}

	@ParameterizedTest
	@CsvSource({ "/viewer", "/source" })
	void whenChangeIsNoJsonThenItIsRefused(String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri(this.port, path))
			.header("Content-Type", "text/plain")
			.POST(BodyPublishers.ofString("{}"))
			.build();
		assertThat(this.client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(415);
	}

	@Test
	void whenProcessIsSourceAloneThenThereIsNoViewer() throws Exception {
		try (ConfigurableApplicationContext application = startSource();
				Frames frames = new Frames(portOf(application))) {
			JsonNode frame = frames.next();
			assertThat(frame.get("viewer").isNull()).isTrue();
			assertThat(frame.at("/source/eventsPerSecond").asInt()).isEqualTo(100);
			HttpRequest request = json(portOf(application), "/viewer", "{}");
			assertThat(this.client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void whenApplicationIsStoppedThenItDoesNotWaitForPages() throws Exception {
		ConfigurableApplicationContext application = startSource();
		try (Frames frames = new Frames(portOf(application))) {
			frames.next();
			CompletableFuture<Void> closing = CompletableFuture.runAsync(application::close);
			// a connection that is cut would fail here
			frames.skipToEnd();
			closing.get(60, TimeUnit.SECONDS);
		}
	}

	private static ConfigurableApplicationContext startSource() {
		return new SpringApplicationBuilder(SampleApplication.class).profiles("source")
			.run("--server.port=0", "--spring.rsocket.server.port=0");
	}

	private static int portOf(ConfigurableApplicationContext application) {
		return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private static long consumed(JsonNode frame) {
		return frame.at("/contexts/0/figures/receiving/consumed").asLong();
	}

	private int post(String path, String body) throws Exception {
		return this.client.send(json(this.port, path, body), BodyHandlers.discarding()).statusCode();
	}

	private static HttpRequest json(int port, String path, String body) {
		return HttpRequest.newBuilder(uri(port, path))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
	}

	private static URI uri(int port, String path) {
		return URI.create("http://localhost:" + port + path);
	}

	/**
	 * What a page is told.
	 */
	private static final class Frames implements AutoCloseable {

		private final Stream<String> lines;

		private final Iterator<String> iterator;

		Frames(int port) throws IOException, InterruptedException {
			HttpResponse<Stream<String>> response = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(uri(port, "/live")).build(), BodyHandlers.ofLines());
			assertThat(response.headers().firstValue("Content-Type"))
				.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
			this.lines = response.body();
			this.iterator = this.lines.iterator();
		}

		JsonNode next() {
			while (true) {
				String line = this.iterator.next();
				if (line.startsWith("data:")) {
					return JsonMapper.shared().readTree(line.substring("data:".length()));
				}
			}
		}

		void skipToEnd() {
			this.iterator.forEachRemaining((line) -> {
			});
		}

		@Override
		public void close() {
			this.lines.close();
		}

	}

}
