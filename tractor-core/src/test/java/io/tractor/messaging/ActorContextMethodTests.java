package io.tractor.messaging;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.security.Principal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.MsgTypeException;
import io.tractor.Peer;
import io.tractor.StreamSettings;
import io.tractor.TaskContext;
import io.tractor.task.BlockingCalleeHandler;
import io.tractor.task.Opening;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.codec.cbor.JacksonCborDecoder;
import org.springframework.http.codec.cbor.JacksonCborEncoder;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.reactive.ArgumentResolverConfigurer;
import org.springframework.messaging.handler.invocation.reactive.HandlerMethodArgumentResolver;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.util.MimeType;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ActorContextMethod} and the arguments of handler methods.
 */
class ActorContextMethodTests {

	private static final MimeType CBOR = MimeType.valueOf("application/cbor");

	private final RSocketStrategies strategies = RSocketStrategies.builder()
		.encoder(new JacksonCborEncoder())
		.decoder(new JacksonCborDecoder())
		.build();

	private final StrategiesMsgCodecs codecs = new StrategiesMsgCodecs(this.strategies);

	private final ActorContextHandlers handlers = new ActorContextHandlers(this.strategies, this.codecs,
			StreamSettings.DEFAULT);

	private final LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();

	private final StubCalleeContext context = new StubCalleeContext();

	private final Handlers bean = new Handlers();

	@BeforeEach
	void registerHandlers() {
		this.validator.setMessageInterpolator(new ParameterMessageInterpolator());
		this.validator.afterPropertiesSet();
		this.handlers.setValidator(this.validator);
		ArgumentResolverConfigurer configurer = new ArgumentResolverConfigurer();
		configurer.addCustomResolver(new UserResolver());
		this.handlers.setArgumentResolverConfigurer(configurer);
		this.handlers.register(this.bean);
	}

	@AfterEach
	void closeValidator() {
		this.validator.close();
	}

	@Test
	void whenMethodTakesContextAndPayloadThenBothAreGiven() throws Exception {
		assertThat(handle("context", encode(new Item("a")))).isEqualTo("context a");
		assertThat(this.bean.seen).containsExactly(this.context, new Item("a"));
		BlockingCalleeHandler handler = handler("context");
		assertThat(handler.startedType().resolve()).isEqualTo(Integer.class);
		assertThat(handler.receivedType().toString()).isEqualTo("java.util.List<" + Item.class.getName() + ">");
		assertThat(handler.sentType().resolve()).isEqualTo(Item.class);
		assertThat(handler.resultType().resolve()).isEqualTo(String.class);
	}

	@Test
	@DisplayName("O11 when a method takes no context then it is a plain call")
	void whenMethodTakesNoContextThenItIsPlainCall() throws Exception {
		assertThat(handle("plain", encode("x"))).isEqualTo(1);
		BlockingCalleeHandler handler = handler("plain");
		assertThat(handler.startedType().resolve()).isEqualTo(Void.class);
		assertThat(handler.receivedType().resolve()).isEqualTo(Void.class);
		assertThat(handler.sentType().resolve()).isEqualTo(Void.class);
		assertThat(handler.resultType().resolve()).isEqualTo(Integer.class);
	}

	@Test
	void whenMethodIsVoidThenResultTypeIsVoid() throws Exception {
		assertThat(handle("void", null)).isNull();
		assertThat(handler("void").resultType().resolve()).isEqualTo(Void.class);
	}

	@Test
	void whenMethodIsInheritedFromGenericClassThenTypesAreThoseOfTheBean() throws Exception {
		this.handlers.register(new ItemHandlers());
		BlockingCalleeHandler handler = handler("generic");
		assertThat(handler.startedType().resolve()).isEqualTo(Item.class);
		assertThat(handler.receivedType().toString()).isEqualTo("java.util.List<" + Item.class.getName() + ">");
		assertThat(handler.resultType().toString()).isEqualTo("java.util.List<" + Item.class.getName() + ">");
		assertThat(handle("generic", encode(new Item("a")))).isEqualTo(List.of(new Item("a")));
	}

	@Test
	void whenParametersAreAboutTheOpeningThenTheyAreGiven() throws Exception {
		Principal principal = () -> "alice";
		Opening opening = new Opening("opening.7", "id", new Peer("app", "1"), null, CBOR,
				Map.of("h", "5", "day", "2026-01-02"), null, principal, Context.empty());
		handler("opening.7").handle(opening, this.context);
		assertThat(this.bean.seen).startsWith(principal, new Peer("app", "1"), this.context, 5L,
				LocalDate.of(2026, 1, 2), "fallback", 7);
		assertThat(this.bean.seen.get(7)).asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("h", "5")
			.doesNotContainKeys("id", "timestamp");
	}

	@Test
	void whenCallerSetsHeadersOfReservedNamesThenTheyDoNoHarm() throws Exception {
		Opening opening = new Opening("reserved.7", "id", Peer.UNKNOWN, null, CBOR,
				Map.of("id", "mine", "timestamp", "now", "contentType", "image/gif", "nativeHeaders", "x",
						"DestinationVariableMethodArgumentResolver.templateVariables", "y"),
				null, null, Context.empty());
		handler("reserved.7").handle(opening, this.context);
		assertThat(this.bean.seen).containsExactly("mine", "now", CBOR, "7", null);
	}

	@Test
	void whenCustomResolverReadsReactorContextThenItFindsWhatTheOpeningHas() throws Exception {
		Opening opening = opening("custom", null, Context.of("user", "bob"));
		handler("custom").handle(opening, this.context);
		assertThat(this.bean.seen).containsExactly("bob");
	}

	@Test
	void whenCustomResolverFailsThenItsErrorPasses() {
		assertThatExceptionOfType(SecurityException.class).isThrownBy(() -> handle("custom", null))
			.withMessage("no user");
		assertThat(this.bean.seen).isEmpty();
	}

	@Test
	@DisplayName("O6 when the argument cannot be read then the handler is not called and the error names the type")
	void whenArgumentCannotBeReadThenTypeError() {
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> handle("list", encode(3)))
			.withMessageContaining("java.util.List<" + Item.class.getName() + ">")
			.withMessageContaining("route 'list'")
			.withMessageContaining("items");
		assertThat(this.bean.seen).isEmpty();
	}

	@Test
	@DisplayName("O6 when a required argument is missing then the handler is not called")
	void whenRequiredArgumentIsMissingThenTypeError() {
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> handle("list", null))
			.withMessageContaining("no argument")
			.withMessageContaining("java.util.List<" + Item.class.getName() + ">")
			.withMessageContaining("route 'list'");
		assertThat(this.bean.seen).isEmpty();
	}

	@Test
	void whenArgumentIsOptionalThenItMayBeMissing() throws Exception {
		handle("not-required", null);
		handle("nullable", null);
		handle("optional", null);
		handle("optional", encode(new Item("a")));
		assertThat(this.bean.seen).containsExactly(null, null, Optional.empty(), Optional.of(new Item("a")));
	}

	@Test
	void whenArgumentIsEmptyStringThenItIsAnArgument() throws Exception {
		assertThat(handle("plain", encode(""))).isEqualTo(0);
	}

	@Test
	@DisplayName("O6 when the argument is invalid then the handler is not called and the error says why")
	void whenArgumentIsInvalidThenErrorSaysWhy() throws Exception {
		assertThatExceptionOfType(MethodArgumentNotValidException.class)
			.isThrownBy(() -> handle("valid", encode(new Item(" "))))
			.withMessageContaining("'name'")
			.withMessageContaining("must not be blank");
		assertThat(this.bean.seen).isEmpty();
		handle("valid", encode(new Item("a")));
		assertThat(this.bean.seen).containsExactly(new Item("a"));
	}

	@Test
	void whenHeaderIsMissingOrUnfitThenErrorNamesIt() {
		assertThatExceptionOfType(MsgTypeException.class).isThrownBy(() -> handle("header", null))
			.withMessageContaining("Missing header 'count'")
			.withMessageContaining("route 'header'");
		Opening opening = new Opening("header", "id", Peer.UNKNOWN, null, CBOR, Map.of("count", "x"), null, null,
				Context.empty());
		assertThatExceptionOfType(MsgTypeException.class)
			.isThrownBy(() -> handler("header").handle(opening, this.context))
			.withMessageContaining("'int count'");
		assertThat(this.bean.seen).isEmpty();
	}

	@Test
	void whenPrincipalIsOfOtherTypeThenErrorNamesIt() {
		Principal principal = () -> "alice";
		Opening opening = new Opening("user", "id", Peer.UNKNOWN, null, CBOR, Map.of(), null, principal,
				Context.empty());
		assertThatExceptionOfType(MsgTypeException.class)
			.isThrownBy(() -> handler("user").handle(opening, this.context))
			.withMessageContaining(principal.getClass().getName());
	}

	@Test
	void whenMethodThrowsThenItsExceptionIsUnchanged() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> handle("throws", null))
			.isSameAs(this.bean.checked);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> handle("error", null))
			.isSameAs(this.bean.error);
	}

	private BlockingCalleeHandler handler(String route) {
		BlockingCalleeHandler handler = (BlockingCalleeHandler) this.handlers.find(route);
		assertThat(handler).isNotNull();
		return handler;
	}

	private @Nullable Object handle(String route, byte @Nullable [] argument) throws Exception {
		return handler(route).handle(opening(route, argument, Context.empty()), this.context);
	}

	private static Opening opening(String route, byte @Nullable [] argument, ContextView reactorContext) {
		return new Opening(route, "id", Peer.UNKNOWN, argument, CBOR, Map.of(), null, null, reactorContext);
	}

	private byte[] encode(Object value) {
		return this.codecs.codec(ResolvableType.forInstance(value), CBOR).encode(value);
	}

	record Item(@NotBlank String name) {

	}

	static class User implements Principal {

		@Override
		public String getName() {
			return "user";
		}

	}

	static class Handlers {

		final List<@Nullable Object> seen = new ArrayList<>();

		final IOException checked = new IOException("checked");

		final AssertionError error = new AssertionError("error");

		@ActorContext("context")
		String context(CalleeContext<Integer, List<Item>, Item> context, @Payload Item item) {
			saw(context, item);
			return "context " + item.name();
		}

		@ActorContext("plain")
		int plain(String text) {
			return text.length();
		}

		@ActorContext("void")
		void nothing() {
			saw("nothing");
		}

		@ActorContext("opening.{number}")
		void opening(Principal principal, Peer peer, TaskContext context, @Header("h") long header,
				@Header @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) LocalDate day,
				@Header(name = "none", defaultValue = "fallback") String none, @DestinationVariable int number,
				@Headers Map<String, Object> headers) {
			saw(principal, peer, context, header, day, none, number, headers);
		}

		@ActorContext("reserved.{number}")
		void reserved(@Header String id, @Header String timestamp, @Header MimeType contentType,
				@DestinationVariable("number") String number,
				@Header(name = "absent", required = false) String absent) {
			saw(id, timestamp, contentType, number, absent);
		}

		@ActorContext("custom")
		void custom(@FromContext String user) {
			saw(user);
		}

		@ActorContext("list")
		void list(List<Item> items) {
			saw(items);
		}

		@ActorContext("not-required")
		void notRequired(@Payload(required = false) Item item) {
			saw(item);
		}

		@ActorContext("nullable")
		void nullable(@Nullable Item item) {
			saw(item);
		}

		@ActorContext("optional")
		void optional(Optional<Item> item) {
			saw(item);
		}

		@ActorContext("valid")
		void valid(@Valid Item item) {
			saw(item);
		}

		@ActorContext("header")
		void header(@Header("count") int count) {
			saw(count);
		}

		@ActorContext("user")
		void user(User user) {
			saw(user);
		}

		@ActorContext("throws")
		void fails() throws IOException {
			throw this.checked;
		}

		@ActorContext("error")
		void failsBadly() {
			throw this.error;
		}

		private void saw(@Nullable Object... arguments) {
			this.seen.addAll(Arrays.asList(arguments));
		}

	}

	abstract static class GenericHandlers<T> {

		@ActorContext("generic")
		List<T> handle(CalleeContext<T, List<T>, Void> context, T value) {
			return List.of(value);
		}

	}

	static class ItemHandlers extends GenericHandlers<Item> {

	}

	@Target(ElementType.PARAMETER)
	@Retention(RetentionPolicy.RUNTIME)
	@interface FromContext {

	}

	static class UserResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.hasParameterAnnotation(FromContext.class);
		}

		@Override
		public Mono<Object> resolveArgument(MethodParameter parameter, Message<?> message) {
			return Mono.deferContextual((context) -> context.<Object>getOrEmpty("user")
				.map(Mono::just)
				.orElseGet(() -> Mono.error(new SecurityException("no user"))));
		}

	}

}
