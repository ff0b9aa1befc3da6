package io.tractor.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.OverrunReport;
import io.tractor.Portals;
import io.tractor.Side;
import io.tractor.StreamOverrunEvent;
import io.tractor.StreamOverrunException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link OverrunEvents}.
 */
class OverrunEventsTests {

	private static final ContextType<String, Void, Integer, Integer, Void> DEAF = new ContextType<>("deaf") {
	};

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	@DisplayName("V17 an overrun is an application event on both sides, when it begins and with the final figures")
	void whenOverrunThenEventsOnBothSides() {
		ConfigurableApplicationContext server = this.applications.start(
				List.of("spring.rsocket.server.port=0", "tractor.stream.msg-buffer-size=2"), Handlers.class,
				Events.class);
		ConfigurableApplicationContext client = this.applications.startClient(server, Events.class);
		assertThatExceptionOfType(StreamOverrunException.class)
			.isThrownBy(() -> client.getBean(Portals.class).get("there").context(DEAF).run((context) -> {
				try (MsgStream<Integer, Integer> stream = context.openStream()) {
					for (int i = 0; i < 3; i++) {
						stream.send(i);
					}
					return stream.receive();
				}
			}));
		await().untilAsserted(() -> {
			assertThat(reports(server, Side.CALLEE)).extracting(OverrunReport::provisional)
				.containsExactly(true, false);
			assertThat(reports(client, Side.CALLER)).extracting(OverrunReport::provisional)
				.containsExactly(true, false);
		});
		assertThat(reports(client, Side.CALLER).get(1)).isEqualTo(reports(server, Side.CALLEE).get(1));
	}

	private static List<OverrunReport> reports(ConfigurableApplicationContext application, Side side) {
		List<StreamOverrunEvent> events = application.getBean(Events.class).events;
		assertThat(events).allMatch((event) -> event.context().side() == side);
		return events.stream().map(StreamOverrunEvent::report).toList();
	}

	static class Handlers {

		@ActorContext("deaf")
		void deaf(CalleeContext<Void, Integer, Integer> context) throws InterruptedException {
			context.started(null);
			Thread.currentThread().join();
		}

	}

	static class Events {

		private final List<StreamOverrunEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void overrun(StreamOverrunEvent event) {
			this.events.add(event);
		}

	}

}
