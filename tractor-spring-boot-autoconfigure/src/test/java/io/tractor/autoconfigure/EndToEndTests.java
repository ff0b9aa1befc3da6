package io.tractor.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.Portals;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts between two applications, over Boot's own server.
 */
class EndToEndTests {

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp", "websocket" })
	@DisplayName("O1 M1 R1 a context from end to end over Boot's server")
	void contextFromEndToEnd(String transport) {
		ConfigurableApplicationContext server = this.applications.start(List.of("spring.application.name=server",
				"spring.rsocket.server.port=0", "spring.rsocket.server.transport=" + transport), Echo.class);
		Portal portal = this.applications.startClient(server).getBean(Portals.class).get("there");
		List<String> echoed = new ArrayList<>();
		List<String> seen = portal.context(Echo.TYPE).argument(new Echo.Greeting("world")).run((context) -> {
			assertThat(context.started().text()).isEqualTo("Hello world");
			assertThat(context.peer().application()).isEqualTo("server");
			try (MsgStream<Echo.Greeting, Echo.Greeting> stream = context.openStream()) {
				for (int i = 0; i < 10; i++) {
					stream.send(new Echo.Greeting("m" + i));
					echoed.add(stream.receive().text());
				}
			}
			return context.result();
		});
		assertThat(seen).hasSize(10).isEqualTo(echoed);
	}

}
