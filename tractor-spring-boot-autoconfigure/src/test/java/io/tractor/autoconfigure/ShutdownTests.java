package io.tractor.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextHandle;
import io.tractor.ContextListener;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.ReactiveCalleeContext;
import io.tractor.Side;
import io.tractor.TaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications that stop while contexts run.
 */
@Timeout(120)
class ShutdownTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final TestApplications applications = new TestApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "talk", "talk.reactive" })
	@DisplayName("D5 a server that stops refuses openings, and closes when the contexts that run have ended")
	void whenServerStopsThenContextsMayEnd(String route) {
		ConfigurableApplicationContext server = server("10m");
		Portal portal = portal(server);
		ContextHandle<String, String, Void, String> handle = portal.context(type(route)).open();
		MsgStream<Void, String> stream = handle.openStream();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
		assertThatExceptionOfType(ContextRejectedException.class).isThrownBy(() -> {
			while (true) {
				// the application may not have begun to stop yet
				portal.context(Handlers.PROBE).run((context) -> context.result());
			}
		}).withMessageContaining("shutting down").satisfies((ex) -> {
			assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.SHUTDOWN);
			assertThat(ex.retryable()).isTrue();
		});
		assertThat(closed).isNotDone();
		stream.send("last");
		assertThat(handle.result()).isEqualTo("last");
		assertThat(closed).succeedsWithin(TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "talk", "talk.reactive" })
	@DisplayName("D5 contexts that outlive the grace time of a server are cancelled with the reason 'shutdown', as both sides see")
	void whenGraceIsOverThenContextsAreCancelled(String route) throws InterruptedException {
		ConfigurableApplicationContext server = server("50ms");
		Ends ends = server.getBean(Ends.class);
		Portal portal = portal(server);
		if (route.equals("talk")) {
			ContextHandle<String, String, Void, String> handle = portal.context(type(route)).open();
			server.close();
			assertThatExceptionOfType(ContextCancelledException.class).isThrownBy(handle::result)
				.satisfies(ShutdownTests::isShutdownOfCallee);
		}
		else {
			StepVerifier.create(portal.context(type(route)).runMono((context) -> {
				new Thread(server::close).start();
				return context.result();
			}))
				.expectErrorSatisfies((error) -> assertThat(error)
					.isInstanceOfSatisfying(ContextCancelledException.class, ShutdownTests::isShutdownOfCallee))
				.verify(TIMEOUT);
		}
		Outcome<?> end = ends.outcomes.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(end).isInstanceOfSatisfying(Outcome.Cancelled.class,
				(cancelled) -> isShutdownOfCallee(cancelled.cancellation()));
	}

	@Test
	@DisplayName("D5 the contexts that a stopping application has opened are cancelled alike, and their callees hear why")
	void whenClientStopsThenCalleesHearWhy() throws InterruptedException {
		ConfigurableApplicationContext server = server("0s");
		ConfigurableApplicationContext client = this.applications.startClient(server);
		ContextHandle<String, String, Void, String> handle = client.getBean(Portals.class)
			.get("there")
			.context(type("talk"))
			.open();
		client.close();
		Outcome<?> end = server.getBean(Ends.class).outcomes.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		for (Outcome<?> outcome : List.of(handle.outcome(), end)) {
			assertThat(outcome).isInstanceOfSatisfying(Outcome.Cancelled.class, (cancelled) -> {
				assertThat(cancelled.cancellation().reason()).isEqualTo("shutdown");
				assertThat(cancelled.cancellation().by()).isEqualTo(Side.CALLER);
				assertThat(cancelled.cancellation().peer().application()).isEqualTo("client");
			});
		}
	}

	private static void isShutdownOfCallee(ContextCancelledException cancellation) {
		assertThat(cancellation.reason()).isEqualTo("shutdown");
		assertThat(cancellation.by()).isEqualTo(Side.CALLEE);
		assertThat(cancellation.peer().application()).isEqualTo("server");
	}

	private ConfigurableApplicationContext server(String gracePeriod) {
		return this.applications.start(List.of("spring.application.name=server", "spring.rsocket.server.port=0",
				"tractor.shutdown.grace-period=" + gracePeriod), Handlers.class, Ends.class);
	}

	private Portal portal(ConfigurableApplicationContext server) {
		return this.applications.startClient(server).getBean(Portals.class).get("there");
	}

	private static ContextType<Void, String, String, Void, String> type(String route) {
		return route.equals("talk") ? Handlers.TALK : Handlers.REACTIVE;
	}

	static class Handlers {

		static final ContextType<Void, String, String, Void, String> TALK = new ContextType<>("talk") {
		};

		static final ContextType<Void, String, String, Void, String> REACTIVE = new ContextType<>("talk.reactive") {
		};

		static final ContextType<Void, Void, Void, Void, String> PROBE = new ContextType<>("probe") {
		};

		@ActorContext("talk")
		String talk(CalleeContext<String, String, Void> context) {
			context.started("started");
			try (MsgStream<String, Void> stream = context.openStream()) {
				return stream.receive();
			}
		}

		@ActorContext("talk.reactive")
		Mono<String> reactive(ReactiveCalleeContext<String, String, Void> context) {
			context.started("started");
			return context.openStream().receive().next();
		}

		@ActorContext("probe")
		String probe() {
			return "";
		}

	}

	static class Ends implements ContextListener {

		private final BlockingQueue<Outcome<?>> outcomes = new LinkedBlockingQueue<>();

		@Override
		public void ended(TaskContext context, Outcome<?> outcome) {
			this.outcomes.add(outcome);
		}

	}

}
