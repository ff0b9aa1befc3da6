package io.tractor.messaging;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.MsgStream;
import io.tractor.Peer;
import io.tractor.ReactiveCalleeContext;
import io.tractor.StreamSettings;
import io.tractor.StreamSettings.Origin;
import io.tractor.task.BlockingCalleeHandler;
import io.tractor.task.CalleeHandler;
import io.tractor.task.Opening;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.util.pattern.PathPatternRouteMatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ActorContextHandlers}.
 */
class ActorContextHandlersTests {

	private final ActorContextHandlers handlers = handlers();

	@BeforeEach
	void resetLazyHandler() {
		LazyHandler.created = 0;
	}

	@Test
	void whenObjectIsRegisteredThenItsMethodsAreFoundByRoute() throws Exception {
		assertThat(this.handlers.find("one")).isNull();
		this.handlers.register(new Routes());
		assertThat(call(this.handlers, "one")).isEqualTo("one");
		assertThat(this.handlers.find("two")).isNull();
	}

	@Test
	void whenSeveralPatternsMatchThenTheMostSpecificHandles() throws Exception {
		for (ActorContextHandlers matching : List.of(this.handlers, pathPatternHandlers())) {
			matching.register(new Routes());
			assertThat(call(matching, "orders.special")).isEqualTo("exact");
			assertThat(call(matching, "orders.7")).isEqualTo("variable 7");
			assertThat(call(matching, "orders.7.items")).isEqualTo("items of 7");
			assertThat(call(matching, "orders.{}")).isEqualTo("variable {}");
			assertThat(matching.find("orders")).isNull();
		}
	}

	@Test
	void whenAllAreAskedForThenTheyAreInTheOrderOfTheirPatterns() {
		this.handlers.register(new Routes());
		assertThat(this.handlers.all()).extracting(CalleeHandler::pattern)
			.containsExactly("one", "orders.special", "orders.{id}", "orders.{id}.items");
	}

	@Test
	void whenObjectHasNoHandlerMethodThenItIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.handlers.register("text"))
			.withMessageContaining("java.lang.String");
	}

	@Test
	void whenObjectIsProxyThenMethodRunsBehindIt() throws Exception {
		ProxyFactory byInterface = new ProxyFactory(new ContractHandler());
		this.handlers.register(byInterface.getProxy());
		assertThat(call(this.handlers, "contract")).isEqualTo("contract");
		assertThat(call(this.handlers, "declared")).isEqualTo("declared");
		ProxyFactory byClass = new ProxyFactory(new Routes());
		byClass.setProxyTargetClass(true);
		this.handlers.register(byClass.getProxy());
		assertThat(call(this.handlers, "one")).isEqualTo("one");
	}

	@Test
	void whenAnnotationsAreOnInterfaceThenParametersHaveThem() throws Exception {
		this.handlers.register(new AnnotatedByInterface());
		assertThat(call(this.handlers, "inherited.7")).isEqualTo("7");
	}

	@Test
	@DisplayName("O5 when a proxy does not have the method then start-up fails")
	void whenProxyDoesNotHaveMethodThenItIsRefused() {
		ProxyFactory byInterface = new ProxyFactory(new HiddenHandler());
		assertThatExceptionOfType(InvalidActorContextHandlerException.class)
			.isThrownBy(() -> this.handlers.register(byInterface.getProxy()))
			.withMessageContaining("hidden")
			.withMessageContaining("interface");
	}

	@Test
	void whenAnnotationIsMetaAnnotationThenAttributesAreMerged() {
		this.handlers.register(new MetaAnnotated());
		CalleeHandler handler = this.handlers.find("meta");
		assertThat(handler).isNotNull();
		assertThat(handler.settings()).isEqualTo(new StreamSettings(false, Origin.ANNOTATION, 64, Origin.DEFAULT,
				BufferOverflowStrategy.ERROR, Origin.DEFAULT));
	}

	@Test
	void whenBeanOfContextHasHandlerMethodThenItIsFound() throws Exception {
		try (AnnotationConfigApplicationContext context = context(Map.of("route", "placed"),
				BeansConfiguration.class)) {
			ActorContextHandlers found = context.getBean(ActorContextHandlers.class);
			assertThat(found.all()).extracting(CalleeHandler::pattern)
				.containsExactly("contract", "declared", "lazy", "placed", "proxied", "scoped");
			assertThat(call(found, "placed")).isEqualTo("placed");
			assertThat(call(found, "contract")).isEqualTo("contract");
			assertThat(call(found, "proxied")).isEqualTo("proxied");
			assertThat(call(found, "scoped")).isEqualTo("scoped");
		}
	}

	@Test
	void whenBeanIsLazyThenItIsCreatedByTheFirstContext() throws Exception {
		try (AnnotationConfigApplicationContext context = context(Map.of("route", "placed"),
				BeansConfiguration.class)) {
			ActorContextHandlers found = context.getBean(ActorContextHandlers.class);
			assertThat(LazyHandler.created).isZero();
			assertThat(call(found, "lazy")).isEqualTo("lazy");
			assertThat(call(found, "lazy")).isEqualTo("lazy");
			assertThat(LazyHandler.created).isOne();
		}
	}

	@Test
	@DisplayName("O5 when two beans handle one route then start-up fails and names both")
	void whenTwoBeansHandleOneRouteThenStartUpFails() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean("first", Routes.class);
		context.registerBean("second", SameRoute.class);
		context.registerBean(ActorContextHandlers.class, () -> handlers());
		assertThatExceptionOfType(InvalidActorContextHandlerException.class).isThrownBy(context::refresh)
			.withMessageContaining("Route 'one'")
			.withMessageContaining("Routes.one()")
			.withMessageContaining("SameRoute.same()")
			.withMessageContaining("bean 'first'")
			.withMessageContaining("bean 'second'");
		assertThat(context.isActive()).isFalse();
	}

	@Test
	@DisplayName("O5 when two patterns differ in names of variables only then they are one route")
	void whenPatternsDifferInNamesOfVariablesThenTheyAreOneRoute() {
		this.handlers.register(new Routes());
		assertThatExceptionOfType(InvalidActorContextHandlerException.class)
			.isThrownBy(() -> this.handlers.register(new SamePattern()))
			.withMessageContaining("orders.{number}");
	}

	@ParameterizedTest(name = "{0}")
	@DisplayName("O5 when a signature is unusable then start-up fails and names the method and the mend")
	@MethodSource
	void whenSignatureIsUnusableThenMethodAndMendAreNamed(Object handler, String problem, String mend) {
		assertThatExceptionOfType(InvalidActorContextHandlerException.class)
			.isThrownBy(() -> this.handlers.register(handler))
			.satisfies((ex) -> {
				assertThat(ex.method().getName()).isEqualTo("handle");
				assertThat(ex.problem()).contains(problem).endsWith(".");
				assertThat(ex.mend()).contains(mend).endsWith(".");
				assertThat(ex).hasMessageContaining(ex.method().toGenericString())
					.hasMessageContaining(ex.problem())
					.hasMessageContaining(ex.mend());
			});
		assertThat(this.handlers.all()).isEmpty();
	}

	static Stream<Arguments> whenSignatureIsUnusableThenMethodAndMendAreNamed() {
		return Stream.of(Arguments.of(new TwoContexts(), "more than one context parameter", "Keep one"),
				Arguments.of(new RawContext(), "types of its parameter", "CalleeContext<Started, Received, Sent>"),
				Arguments.of(new WildcardContext(), "types of its parameter", "Void for what there is not"),
				Arguments.of(new VariableContext<>(), "types of its parameter", "Void for what there is not"),
				Arguments.of(new TakesCallerContext(), "CallerContext", "Take a CalleeContext"),
				Arguments.of(new TakesStream(), "is a stream", "openStream()"),
				Arguments.of(new TwoPayloads(), "more than one payload parameter: 'java.lang.String first'",
						"@DestinationVariable"),
				Arguments.of(new InboundOfBlocking(), "'reactor.core.publisher.Flux<java.lang.String> values'",
						"Return a Mono or a Flux"),
				Arguments.of(new RawInbound(), "types of its parameter", "Flux<Command>"),
				Arguments.of(new TwoInbounds(), "more than one stream parameter", "Keep one"),
				Arguments.of(new ReactivePayload(), "single value of a reactive type", "Take the plain value"),
				Arguments.of(new PlainFutureResult(), "Its return type is java.util.concurrent.Future",
						"Return a Mono"),
				Arguments.of(new BlockingContextOfReactive(), "whose calls block", "Take a ReactiveCalleeContext"),
				Arguments.of(new ReactiveContextOfBlocking(), "which is not reactive", "take a CalleeContext"),
				Arguments.of(new ContextAndInbound(), "two would use the one stream", "leave the context out"),
				Arguments.of(new ContextAndOutbound(), "returns messages", "return a Mono"),
				Arguments.of(new PrivateMethod(), "private", "not private"),
				Arguments.of(new StaticMethod(), "static", "instance method"),
				Arguments.of(new UnknownVariable(), "'unknown'", "Write {unknown} into the route"),
				Arguments.of(new PayloadExpression(), "@Payload expression", "Remove the expression"),
				Arguments.of(new EmptyRoute(), "Its route is empty", "Name a route"),
				Arguments.of(new Unresolved(), "'${missing}'", "Set the property"),
				Arguments.of(new BadBackpressure(), "backpressure of its annotation is 'maybe'", "true or false"),
				Arguments.of(new BadSize(), "msgBufferSize of its annotation is 'many'", "from 1"),
				Arguments.of(new ZeroSize(), "msgBufferSize of its annotation is '0'", "from 1"),
				Arguments.of(new BadOverflow(), "overflow of its annotation is 'drop-all'",
						"error, drop-latest or drop-oldest"),
				Arguments.of(new DroppingBackpressure(), "has backpressure, and the overflow DROP_OLDEST",
						"Leave the backpressure out"));
	}

	@Test
	@DisplayName("O5 when a pattern cannot be parsed then start-up fails")
	void whenPatternCannotBeParsedThenItIsRefused() {
		assertThatExceptionOfType(InvalidActorContextHandlerException.class)
			.isThrownBy(() -> pathPatternHandlers().register(new BadPattern()))
			.withMessageContaining("a.{b");
	}

	@Test
	@DisplayName("V2 T9 when the route is configured then it beats the annotation, which beats the application")
	void whenSettingsAreGivenThenRouteBeatsAnnotationBeatsApplication() {
		StreamSettings application = StreamSettings.DEFAULT.with(null, 10, null, Origin.APPLICATION);
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", Map.of("size", "20")));
		context.registerBean(SettingsHandlers.class);
		context.registerBean(ActorContextHandlers.class, () -> {
			ActorContextHandlers configured = handlers(application);
			configured.setSettingsResolver((pattern, settings) -> (pattern.startsWith("route."))
					? settings.with(null, 30, null, Origin.ROUTE) : settings);
			return configured;
		});
		context.refresh();
		try (context) {
			assertThat(settings(context, "application")).isEqualTo(new StreamSettings(true, Origin.DEFAULT, 10,
					Origin.APPLICATION, BufferOverflowStrategy.ERROR, Origin.DEFAULT));
			assertThat(settings(context, "annotation")).isEqualTo(new StreamSettings(false, Origin.ANNOTATION, 20,
					Origin.ANNOTATION, BufferOverflowStrategy.ERROR, Origin.DEFAULT));
			assertThat(settings(context, "route.annotation")).isEqualTo(new StreamSettings(false, Origin.ANNOTATION, 30,
					Origin.ROUTE, BufferOverflowStrategy.ERROR, Origin.DEFAULT));
		}
	}

	@Test
	@DisplayName("V22 T9 the annotation's policy may be spelled in any case, and a dropping one implies no backpressure")
	void whenOverflowIsGivenThenItIsTakenHoweverItIsSpelled() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("policy", "dropOldest")));
		context.registerBean(OverflowHandlers.class);
		context.registerBean(ActorContextHandlers.class, () -> handlers());
		context.refresh();
		try (context) {
			assertThat(settings(context, "latest")).isEqualTo(
					StreamSettings.DEFAULT.with(false, null, BufferOverflowStrategy.DROP_LATEST, Origin.ANNOTATION));
			assertThat(settings(context, "oldest")).isEqualTo(
					StreamSettings.DEFAULT.with(false, null, BufferOverflowStrategy.DROP_OLDEST, Origin.ANNOTATION));
			assertThat(settings(context, "error"))
				.isEqualTo(StreamSettings.DEFAULT.with(true, null, BufferOverflowStrategy.ERROR, Origin.ANNOTATION));
		}
	}

	private static StreamSettings settings(AnnotationConfigApplicationContext context, String route) {
		CalleeHandler handler = context.getBean(ActorContextHandlers.class).find(route);
		assertThat(handler).isNotNull();
		return handler.settings();
	}

	private static ActorContextHandlers handlers() {
		return handlers(StreamSettings.DEFAULT);
	}

	private static ActorContextHandlers handlers(StreamSettings settings) {
		RSocketStrategies strategies = RSocketStrategies.create();
		return new ActorContextHandlers(strategies, new StrategiesMsgCodecs(strategies), settings);
	}

	private static ActorContextHandlers pathPatternHandlers() {
		RSocketStrategies strategies = RSocketStrategies.builder().routeMatcher(new PathPatternRouteMatcher()).build();
		return new ActorContextHandlers(strategies, new StrategiesMsgCodecs(strategies), StreamSettings.DEFAULT);
	}

	private static AnnotationConfigApplicationContext context(Map<String, Object> properties, Class<?> configuration) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
		context.register(configuration);
		context.refresh();
		return context;
	}

	private static Object call(ActorContextHandlers handlers, String route) throws Exception {
		CalleeHandler handler = handlers.find(route);
		assertThat(handler).as(route).isNotNull();
		Opening opening = new Opening(route, "id", Peer.UNKNOWN, null, MimeTypeUtils.TEXT_PLAIN, Map.of(), null, null,
				Context.empty());
		return ((BlockingCalleeHandler) handler).handle(opening, new StubCalleeContext());
	}

	static class Routes {

		@ActorContext("one")
		String one() {
			return "one";
		}

		@ActorContext("orders.special")
		String exact() {
			return "exact";
		}

		@ActorContext("orders.{id}")
		String variable(@DestinationVariable String id) {
			return "variable " + id;
		}

		@ActorContext("orders.{id}.items")
		String items(@DestinationVariable("id") String order) {
			return "items of " + order;
		}

	}

	static class SameRoute {

		@ActorContext("one")
		void same() {
		}

	}

	static class SamePattern {

		@ActorContext("orders.{number}")
		void same() {
		}

	}

	interface Contract {

		@ActorContext("contract")
		String contract();

		String declared();

	}

	static class ContractHandler implements Contract {

		@Override
		public String contract() {
			return "contract";
		}

		@Override
		@ActorContext("declared")
		public String declared() {
			return "declared";
		}

	}

	static class HiddenHandler implements Runnable {

		@Override
		public void run() {
		}

		@ActorContext("hidden")
		void hidden() {
		}

	}

	interface InheritedAnnotations<T> {

		@ActorContext("inherited.{id}")
		T inherited(@DestinationVariable("id") T value);

	}

	static class AnnotatedByInterface implements InheritedAnnotations<String> {

		@Override
		public String inherited(String value) {
			return value;
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@ActorContext(value = "", backpressure = "false")
	@interface Telemetry {

		@AliasFor(annotation = ActorContext.class, attribute = "value")
		String route();

	}

	static class MetaAnnotated {

		@Telemetry(route = "meta")
		void handle() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BeansConfiguration {

		@Bean
		static BeanNameAutoProxyCreator proxyCreator() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("proxied", "contract");
			return creator;
		}

		@Bean
		ActorContextHandlers actorContextHandlers() {
			return handlers();
		}

		@Bean
		Placed placed() {
			return new Placed();
		}

		@Bean
		Contract contract() {
			return new ContractHandler();
		}

		@Bean
		Proxied proxied() {
			return new Proxied();
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Scoped scoped() {
			return new Scoped();
		}

		@Bean
		@Lazy
		LazyHandler lazyHandler() {
			return new LazyHandler();
		}

	}

	static class Placed {

		@ActorContext("${route}")
		String placed() {
			return "placed";
		}

	}

	static class Proxied {

		private final String value = String.join("", "prox", "ied");

		@ActorContext("proxied")
		String proxied() {
			return this.value;
		}

	}

	static class Scoped {

		@ActorContext("scoped")
		String scoped() {
			return "scoped";
		}

	}

	static class LazyHandler {

		static int created;

		LazyHandler() {
			created++;
		}

		@ActorContext("lazy")
		String lazy() {
			return "lazy";
		}

	}

	static class SettingsHandlers {

		@ActorContext("application")
		void application() {
		}

		@ActorContext(value = "annotation", backpressure = "false", msgBufferSize = "${size}")
		void annotation() {
		}

		@ActorContext(value = "route.annotation", backpressure = "${none:false}", msgBufferSize = "20")
		void route() {
		}

	}

	static class OverflowHandlers {

		@ActorContext(value = "latest", overflow = "drop-latest")
		void latest() {
		}

		@ActorContext(value = "oldest", backpressure = "false", overflow = "${policy}")
		void oldest() {
		}

		@ActorContext(value = "error", backpressure = "true", overflow = "ERROR")
		void error() {
		}

	}

	static class TwoContexts {

		@ActorContext("x")
		void handle(CalleeContext<Void, Void, Void> first, CalleeContext<Void, Void, Void> second) {
		}

	}

	static class RawContext {

		@ActorContext("x")
		@SuppressWarnings("rawtypes")
		void handle(CalleeContext context) {
		}

	}

	static class WildcardContext {

		@ActorContext("x")
		void handle(CalleeContext<?, String, String> context) {
		}

	}

	static class VariableContext<T extends Number> {

		@ActorContext("x")
		void handle(CalleeContext<T, String, String> context) {
		}

	}

	static class TakesCallerContext {

		@ActorContext("x")
		void handle(CallerContext<Void, Void, Void, Void> context) {
		}

	}

	static class TakesStream {

		@ActorContext("x")
		void handle(MsgStream<String, String> stream) {
		}

	}

	static class TwoPayloads {

		@ActorContext("x")
		void handle(String first, @Payload String second) {
		}

	}

	static class InboundOfBlocking {

		@ActorContext("x")
		void handle(Flux<String> values) {
		}

	}

	static class RawInbound {

		@ActorContext("x")
		@SuppressWarnings("rawtypes")
		Mono<Void> handle(Flux values) {
			return Mono.empty();
		}

	}

	static class TwoInbounds {

		@ActorContext("x")
		Mono<Void> handle(Flux<String> values, Flux<String> others) {
			return Mono.empty();
		}

	}

	static class ReactivePayload {

		@ActorContext("x")
		void handle(@Payload Mono<String> value) {
		}

	}

	static class PlainFutureResult {

		@ActorContext("x")
		Future<String> handle() {
			return new CompletableFuture<>();
		}

	}

	static class BlockingContextOfReactive {

		@ActorContext("x")
		Mono<Void> handle(CalleeContext<Void, Void, Void> context) {
			return Mono.empty();
		}

	}

	static class ReactiveContextOfBlocking {

		@ActorContext("x")
		void handle(ReactiveCalleeContext<Void, Void, Void> context) {
		}

	}

	static class ContextAndInbound {

		@ActorContext("x")
		Mono<Void> handle(ReactiveCalleeContext<Void, Void, Void> context, Flux<String> values) {
			return Mono.empty();
		}

	}

	static class ContextAndOutbound {

		@ActorContext("x")
		Flux<String> handle(ReactiveCalleeContext<Void, Void, Void> context) {
			return Flux.empty();
		}

	}

	static class PrivateMethod {

		@ActorContext("x")
		@SuppressWarnings("UnusedMethod")
		private void handle() {
		}

	}

	static class StaticMethod {

		@ActorContext("x")
		static void handle() {
		}

	}

	static class UnknownVariable {

		@ActorContext("x.{known}")
		void handle(@DestinationVariable String unknown) {
		}

	}

	static class PayloadExpression {

		@ActorContext("x")
		void handle(@Payload("name") String name) {
		}

	}

	static class EmptyRoute {

		@ActorContext(" ")
		void handle() {
		}

	}

	static class Unresolved {

		@ActorContext("${missing}")
		void handle() {
		}

	}

	static class BadPattern {

		@ActorContext("a.{b")
		void handle() {
		}

	}

	static class BadBackpressure {

		@ActorContext(value = "x", backpressure = "maybe")
		void handle() {
		}

	}

	static class BadSize {

		@ActorContext(value = "x", msgBufferSize = "many")
		void handle() {
		}

	}

	static class ZeroSize {

		@ActorContext(value = "x", msgBufferSize = "0")
		void handle() {
		}

	}

	static class BadOverflow {

		@ActorContext(value = "x", overflow = "drop-all")
		void handle() {
		}

	}

	static class DroppingBackpressure {

		@ActorContext(value = "x", backpressure = "true", overflow = "drop-oldest")
		void handle() {
		}

	}

}
