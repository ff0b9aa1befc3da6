package io.tractor.autoconfigure.server;

import java.util.List;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.autoconfigure.FailureAnalyses;
import io.tractor.autoconfigure.TestApplications;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What stops an application at start-up, and what it says.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	@DisplayName("O5 a handler method with an unusable signature stops the start-up, and is named with the mend")
	void whenSignatureIsUnusableThenFails(CapturedOutput output) {
		FailureAnalysis analysis = fails(List.of("spring.rsocket.server.port=0"), TwoContexts.class);
		assertThat(analysis.getDescription()).contains("TwoContexts.twice").contains("more than one context parameter");
		assertThat(analysis.getAction()).contains("Keep one of them");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("TwoContexts.twice");
	}

	@Test
	@DisplayName("O5 two handler methods on one route stop the start-up, and are named with the mend")
	void whenRouteIsTakenThenFails() {
		FailureAnalysis analysis = fails(List.of("spring.rsocket.server.port=0"), First.class, Second.class);
		assertThat(analysis.getDescription()).contains("Second.handle").contains("First.handle").contains("'same'");
		assertThat(analysis.getAction()).contains("another route");
	}

	@Test
	@DisplayName("O5 handlers without an RSocket server stop the start-up, and are named with what to configure")
	void whenThereIsNoServerThenFails(CapturedOutput output) {
		FailureAnalysis analysis = fails(List.of(), First.class);
		assertThat(analysis.getDescription()).contains("No RSocket server").contains("First.handle").contains("'same'");
		assertThat(analysis.getAction()).contains("spring.rsocket.server.port");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("spring.rsocket.server.port");
	}

	@Test
	void whenThereIsAPortalThenHandlersNeedNoServer() {
		ConfigurableApplicationContext application = this.applications
			.start(List.of("tractor.portals.there.uri=tcp://localhost:1"), First.class);
		assertThat(application.isRunning()).isTrue();
	}

	@Test
	void whenThereAreNoHandlersThenNoServerIsNeeded() {
		assertThat(this.applications.start(List.of()).isRunning()).isTrue();
	}

	@Test
	@DisplayName("V2 a bad buffer size stops the start-up, with the property, where it was set and what to write")
	void whenPropertyIsBadThenFails(CapturedOutput output) {
		FailureAnalysis analysis = fails(List.of("tractor.stream.msg-buffer-size=0"));
		assertThat(analysis.getDescription()).contains("tractor.stream.msg-buffer-size")
			.contains("\"0\"")
			.contains("at least 1 message");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("Origin: ");
	}

	@Test
	@DisplayName("V2 a bad buffer size on an annotation stops the start-up")
	void whenAnnotationIsBadThenFails() {
		FailureAnalysis analysis = fails(List.of("spring.rsocket.server.port=0"), BadSize.class);
		assertThat(analysis.getDescription()).contains("BadSize.handle").contains("msgBufferSize").contains("'0'");
	}

	@Test
	@DisplayName("O5 a port in use stops the start-up, with the property to change")
	void whenPortIsInUseThenFails() {
		ConfigurableApplicationContext server = this.applications.startServer();
		FailureAnalysis analysis = fails(List
			.of("spring.rsocket.server.port=" + server.getEnvironment().getProperty("local.rsocket.server.port")));
		assertThat(analysis.getDescription()).contains("in use");
		assertThat(analysis.getAction()).contains("spring.rsocket.server.port");
	}

	private FailureAnalysis fails(List<String> properties, Class<?>... sources) {
		Throwable failure = catchThrowable(() -> this.applications.start(properties, sources));
		assertThat(failure).isNotNull();
		return FailureAnalyses.analyze(failure);
	}

	static class TwoContexts {

		@ActorContext("twice")
		void twice(CalleeContext<Void, Void, Void> one, CalleeContext<Void, Void, Void> two) {
		}

	}

	static class First {

		@ActorContext("same")
		void handle() {
		}

	}

	static class Second {

		@ActorContext("same")
		void handle() {
		}

	}

	static class BadSize {

		@ActorContext(value = "bad", msgBufferSize = "0")
		void handle() {
		}

	}

}
