package io.tractor.autoconfigure.security;

import java.security.Principal;
import java.util.ArrayList;
import java.util.List;

import io.rsocket.Payload;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.util.RSocketProxy;
import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.ContextRejectedException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.Portals;
import io.tractor.ReactiveCalleeContext;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import io.tractor.autoconfigure.TestApplications;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.rsocket.server.RSocketServerCustomizer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.rsocket.RSocketSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.rsocket.core.PayloadSocketAcceptorInterceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Contexts on a server with Spring Security.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class SecurityTests {

	private static final ContextType<Void, List<String>, Integer, Integer, Integer> SECURED = new ContextType<>(
			"secured") {
	};

	private static final ContextType<Void, String, Void, Void, String> REACTIVE = new ContextType<>("reactive") {
	};

	private static final ContextType<Void, String, Void, Void, Void> OPEN = new ContextType<>("open") {
	};

	private static final ContextType<Void, String, Void, Void, Void> ADMIN = new ContextType<>("admin") {
	};

	private static final ContextType<Void, String, Void, Void, Void> UNLISTED = new ContextType<>("unlisted") {
	};

	private static final ContextType<Void, String, Void, Void, Void> UNDECIDED = new ContextType<>("undecided") {
	};

	private final TestApplications applications = new TestApplications();

	private ConfigurableApplicationContext server;

	@BeforeEach
	void start() {
		this.server = this.applications.start(List.of("spring.application.name=server", "spring.rsocket.server.port=0",
				"spring.autoconfigure.exclude="), Handlers.class, Rules.class);
	}

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@Test
	@DisplayName("O8 L4 the authenticated principal is what handlers see, by each of the ways there are")
	void whenAuthorizedThenPrincipalIsVisible() {
		portal("user").context(SECURED).run((context) -> {
			assertThat(context.started()).containsExactly("user", "user", "user", "user");
			return null;
		});
	}

	@Test
	@DisplayName("O8 L4 the authenticated principal is what a reactive handler sees, where Spring Security's own code looks")
	void whenHandlerIsReactiveThenPrincipalIsInItsContext() {
		String result = portal("user").context(REACTIVE).run((context) -> {
			assertThat(context.started()).isEqualTo("user");
			return context.result();
		});
		assertThat(result).isEqualTo("user");
		assertThatExceptionOfType(ContextRejectedException.class)
			.isThrownBy(() -> portal(null).context(REACTIVE).open())
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.DENIED));
	}

	@Test
	@DisplayName("O15 the opening is what is authorized: without a catch-all, 10,000 messages pass each way")
	void whenThereIsNoCatchAllThenMessagesPass() {
		int sum = portal("user").context(SECURED).run((context) -> {
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				int received = 0;
				for (int i = 0; i < 10_000; i++) {
					stream.send(i);
					received += stream.receive();
				}
				stream.endSend();
				assertThat(received).isEqualTo(49_995_000);
			}
			return context.result();
		});
		assertThat(sum).isEqualTo(49_995_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "admin", "unlisted" })
	@DisplayName("O15 L4 what the rules deny, or do not name, is refused as denied")
	void whenRulesDenyThenRejected(String route) {
		Portal portal = portal("user");
		assertThatExceptionOfType(ContextRejectedException.class)
			.isThrownBy(() -> portal.context("admin".equals(route) ? ADMIN : UNLISTED).open())
			.withMessageContaining("'" + route + "'")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.DENIED));
		assertThat(this.server.getBean(Handlers.class).forbiddenCalls).isZero();
		assertThat(started(portal, OPEN)).isEqualTo("user");
	}

	@Test
	@DisplayName("L4 a rule that fails to decide is no denial: the opening failed, the caller is not told why, and the log is")
	void whenRuleFailsThenOpeningFailed(CapturedOutput output) {
		Portal portal = portal("user");
		assertThatExceptionOfType(ContextRejectedException.class).isThrownBy(() -> portal.context(UNDECIDED).open())
			.withMessageContaining("'undecided'")
			.withMessageContaining("its log says why")
			.withMessageNotContaining("no database")
			.satisfies((ex) -> {
				assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.FAILED);
				assertThat(ex.retryable()).isTrue();
			});
		assertThat(output).contains("'undecided'").contains("IllegalStateException: no database");
		assertThat(this.server.getBean(Handlers.class).forbiddenCalls).isZero();
		assertThat(started(portal, OPEN)).isEqualTo("user");
	}

	@Test
	@DisplayName("O15 an anonymous peer opens what is open to all, and has no principal")
	void whenAnonymousThenNoPrincipal() {
		Portal portal = portal(null);
		assertThat(started(portal, OPEN)).isEqualTo("nobody");
		assertThatExceptionOfType(ContextRejectedException.class).isThrownBy(() -> portal.context(SECURED).open())
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.DENIED));
	}

	@Test
	@DisplayName("L4 wrong credentials refuse the connection")
	void whenPasswordIsWrongThenConnectionIsRefused() {
		Portal portal = this.applications
			.start(List.of("tractor.portals.there.uri=" + TestApplications.uri(this.server),
					"tractor.portals.there.username=user", "tractor.portals.there.password=wrong"))
			.getBean(Portals.class)
			.get("there");
		assertThatExceptionOfType(TractorException.class).isThrownBy(() -> portal.context(OPEN).open())
			.isInstanceOf(TransportClosedException.class)
			.withMessageContaining("Invalid Credentials");
	}

	@Test
	@DisplayName("O15 an interceptor of the highest order still stands before the handlers")
	void whenSecurityHasHighestOrderThenItStillDenies() {
		ConfigurableApplicationContext strict = this.applications.start(
				List.of("spring.application.name=strict", "spring.rsocket.server.port=0"), Handlers.class,
				HighestOrder.class);
		Portal portal = this.applications.startClient(strict).getBean(Portals.class).get("there");
		assertThatExceptionOfType(ContextRejectedException.class).isThrownBy(() -> portal.context(OPEN).open())
			.withMessageContaining("closed today")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ContextRejectedException.Code.DENIED));
	}

	private static String started(Portal portal, ContextType<Void, String, Void, Void, Void> type) {
		return portal.context(type).run((context) -> context.started());
	}

	private Portal portal(String user) {
		List<String> properties = new ArrayList<>(
				List.of("tractor.portals.there.uri=" + TestApplications.uri(this.server)));
		if (user != null) {
			properties.add("tractor.portals.there.username=" + user);
			properties.add("tractor.portals.there.password=secret");
		}
		return this.applications.start(properties).getBean(Portals.class).get("there");
	}

	static class Handlers {

		volatile int forbiddenCalls;

		@ActorContext("secured")
		int secured(CalleeContext<List<String>, Integer, Integer> context, Principal principal,
				@AuthenticationPrincipal UserDetails user) {
			context.started(List.of(principal.getName(), user.getUsername(), context.principal().getName(),
					SecurityContextHolder.getContext().getAuthentication().getName()));
			int sum = 0;
			try (MsgStream<Integer, Integer> stream = context.openStream()) {
				for (Integer number : stream) {
					sum += number;
					stream.send(number);
				}
			}
			return sum;
		}

		@ActorContext("reactive")
		Mono<String> reactive(ReactiveCalleeContext<String, Void, Void> context) {
			return ReactiveSecurityContextHolder.getContext()
				.map((security) -> security.getAuthentication().getName())
				.doOnNext((name) -> context.started(context.principal().getName()));
		}

		@ActorContext("open")
		void open(CalleeContext<String, Void, Void> context) {
			context.started((context.principal() != null) ? context.principal().getName() : "nobody");
		}

		@ActorContext("admin")
		synchronized void admin() {
			this.forbiddenCalls++;
		}

		@ActorContext("undecided")
		synchronized void undecided() {
			this.forbiddenCalls++;
		}

		@ActorContext("unlisted")
		synchronized void unlisted() {
			this.forbiddenCalls++;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Rules {

		@Bean
		PayloadSocketAcceptorInterceptor rules(RSocketSecurity security) {
			return security.authorizePayload((authorize) -> authorize.setup()
				.permitAll()
				.route("open")
				.permitAll()
				.route("secured")
				.hasRole("USER")
				.route("reactive")
				.hasRole("USER")
				.route("admin")
				.hasRole("ADMIN")
				.route("undecided")
				.access((authentication, exchange) -> {
					throw new IllegalStateException("no database");
				})).simpleAuthentication(Customizer.withDefaults()).build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("user").password("{noop}secret").roles("USER").build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HighestOrder {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		RSocketServerCustomizer denyAll() {
			return (server) -> server.interceptors((registry) -> registry.forSocketAcceptor((acceptor) -> (setup,
					rsocket) -> acceptor.accept(setup, rsocket).map((responder) -> new RSocketProxy(responder) {
						@Override
						public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
							return Flux.from(payloads)
								.doOnNext(Payload::release)
								.thenMany(Flux.error(new RejectedException("closed today")));
						}
					})));
		}

	}

}
