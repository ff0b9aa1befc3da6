package io.tractor.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.tractor.ActorContext;
import io.tractor.ContextType;
import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.RemoteActorException;
import io.tractor.TaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that return publishers as handlers, over Boot's own server.
 */
@Timeout(120)
class ReactiveHandlerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final TestApplications applications = new TestApplications();

	private ConfigurableApplicationContext server;

	private Portal portal;

	@BeforeEach
	void start() {
		this.server = this.applications.startServer(Handlers.class);
		this.portal = this.applications.startClient(this.server).getBean(Portals.class).get("there");
	}

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	@DisplayName("O1 M1 R1 a handler that returns a Mono has the context, and runs on a thread that must not block")
	void whenHandlerReturnsMonoThenItIsItsResult() {
		StepVerifier.create(this.portal.context(Handlers.SUM).argument(3).runMono((context) -> {
			ReactiveMsgStream<Integer, Integer> stream = context.openStream();
			assertThat(context.started()).isEqualTo("up to 3");
			return stream.sendAll(Flux.just(4, 5, 6))
				.then(Mono.fromRunnable(stream::endSend))
				.thenMany(stream.receive())
				.collectList()
				.zipWhen((list) -> context.result());
		})).assertNext((both) -> {
			assertThat(both.getT1()).containsExactly(4, 9, 15);
			assertThat(both.getT2()).isEqualTo("15 of " + Handlers.SUM.route());
		}).expectComplete().verify(TIMEOUT);
		assertThat(this.server.getBean(Handlers.class).nonBlocking).hasValue(1);
	}

	@Test
	@DisplayName("O11 M1 a handler's Flux is what it sends, its Flux parameter what it receives, and started is implied")
	void whenHandlerReturnsFluxThenItIsWhatItSends() {
		StepVerifier.create(this.portal.context(Handlers.UPPER).argument("!").runFlux((context) -> {
			ReactiveMsgStream<String, String> stream = context.openStream();
			assertThat(context.started()).isNull();
			return stream.sendAll(Flux.just("a", "b"))
				.then(Mono.fromRunnable(stream::endSend))
				.thenMany(stream.receive());
		})).expectNext("A!", "B!").expectComplete().verify(TIMEOUT);
	}

	@Test
	@DisplayName("R1 a handler's CompletableFuture is its result, for a blocking caller too")
	void whenHandlerReturnsFutureThenItIsItsResult() {
		String result = this.portal.context(Handlers.LATER).argument("a").run((context) -> context.result());
		assertThat(result).isEqualTo("a");
	}

	@Test
	@DisplayName("E8 what a handler throws before it returns a publisher reaches the caller")
	void whenHandlerThrowsThenCallerGetsIt() {
		StepVerifier.create(this.portal.context(Handlers.LATER).runMono((context) -> context.result()))
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(RemoteActorException.class)
				.hasMessageContaining("nothing to come later"))
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("O6 a reactive method is not called with an argument that is not of its type")
	void whenArgumentIsOfAnotherTypeThenMethodIsNotCalled() {
		ContextType<String, String, Integer, Integer, String> wrong = new ContextType<>("sum") {
		};
		StepVerifier.create(this.portal.context(wrong).argument("three").runMono((context) -> context.result()))
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOfSatisfying(RemoteActorException.class,
					(ex) -> assertThat(ex.failure().code()).isEqualTo(RemoteActorException.Code.TYPE)))
			.verify(TIMEOUT);
		assertThat(this.server.getBean(Handlers.class).nonBlocking).hasValue(0);
	}

	static class Handlers {

		static final ContextType<Integer, String, Integer, Integer, String> SUM = new ContextType<>("sum") {
		};

		static final ContextType<String, Void, String, String, Void> UPPER = new ContextType<>("upper") {
		};

		static final ContextType<String, Void, Void, Void, String> LATER = new ContextType<>("later") {
		};

		private final AtomicInteger nonBlocking = new AtomicInteger();

		@ActorContext("sum")
		Mono<String> sum(ReactiveCalleeContext<String, Integer, Integer> context, @Payload int count) {
			if (Schedulers.isInNonBlockingThread()) {
				this.nonBlocking.incrementAndGet();
			}
			context.started("up to " + count);
			ReactiveMsgStream<Integer, Integer> stream = context.openStream();
			Flux<Integer> sums = stream.receive().scan(0, Integer::sum).skip(1).cache();
			return stream.sendAll(sums)
				.then(sums.last())
				.flatMap((sum) -> Mono
					.deferContextual((view) -> Mono.just(sum + " of " + view.get(TaskContext.class).route())));
		}

		@ActorContext("upper")
		Flux<String> upper(Flux<String> texts, @Payload String suffix) {
			return texts.map((text) -> text.toUpperCase(Locale.ROOT) + suffix);
		}

		@ActorContext("later")
		CompletableFuture<String> later(@Payload(required = false) String text) {
			if (text == null) {
				throw new IllegalArgumentException("nothing to come later");
			}
			return CompletableFuture.supplyAsync(() -> text);
		}

	}

}
