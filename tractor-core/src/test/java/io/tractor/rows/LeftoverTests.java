package io.tractor.rows;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.rsocket.RSocket;
import io.tractor.CalleeContext;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.engine.BufferLimits;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What is left when contexts have ended in all kinds of ways, those of hostile peers
 * included.
 */
@Timeout(120)
class LeftoverTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final int ROUNDS = 2;

	private static final ContextType<String, String, String, String, String> TALK = new ContextType<>("talk") {
	};

	private static final ContextType<String, String, String, String, String> UNKNOWN = new ContextType<>("unknown") {
	};

	@ParameterizedTest
	@EnumSource(value = Link.class, names = { "TCP", "WEBSOCKET" })
	@DisplayName("D6 after all kinds of ends no channel, context, busy thread, timer or byte buffer is left")
	void whenEverythingHasEndedThenNothingIsLeft(Link link) throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
		ListAppender<ILoggingEvent> leaks = new ListAppender<>();
		leaks.start();
		logger.addAppender(leaks);
		long timers = timers();
		Node here = new Node("here", BufferLimits.DEFAULT, PATIENCE);
		Node there = new Node("there", BufferLimits.DEFAULT, PATIENCE);
		there.endpoint.setLimits(
				new ConnectionLimits(64, 1000, 1 << 20, 64 * 1024, Duration.ofSeconds(20), Duration.ofSeconds(90)));
		there.handle(TALK, LeftoverTests::talk);
		try (Pair pair = new Pair(link, here, there, UnaryOperator.identity())) {
			there.endpoint.setLingerTimeout(Duration.ofMillis(50));
			foes(pair);
			there.endpoint.setLingerTimeout(Duration.ofSeconds(60));
			for (int i = 0; i < ROUNDS; i++) {
				friends(pair);
				breaks(pair);
			}
			there.endpoint.shutdown(Duration.ZERO);
			here.endpoint.shutdown(Duration.ZERO);
		}
		for (Node node : List.of(here, there)) {
			Waits.until(() -> node.endpoint.openContexts() == 0 && node.endpoint.connected().isEmpty());
			Waits.until(() -> node.executor.getActiveCount() == 0);
		}
		Waits.until(() -> timers() <= timers);
		for (int i = 0; i < 3; i++) {
			System.gc();
			// leaks are reported when something else is allocated
			for (int j = 0; j < 1000; j++) {
				ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(64);
				buffer.release();
			}
		}
		logger.detachAppender(leaks);
		assertThat(leaks.list).isEmpty();
	}

	private static String talk(CalleeContext<String, String, String> context, String end) throws Exception {
		if (end.equals("early")) {
			throw new IllegalStateException("early");
		}
		context.started("started");
		if (end.equals("unopened")) {
			Waits.awaitInterrupt();
		}
		try (MsgStream<String, String> stream = context.openStream()) {
			for (String message : stream) {
				if (end.equals("error")) {
					throw new IllegalStateException("late");
				}
				if (end.equals("cancel")) {
					context.cancel("enough");
				}
				stream.send(message);
			}
		}
		return "done";
	}

	/**
	 * Ends that both sides know of.
	 */
	private static void friends(Pair pair) {
		for (String end : List.of("return", "early", "error", "cancel")) {
			end(() -> pair.portal.context(TALK).argument(end).run((ctx) -> {
				try (MsgStream<String, String> stream = ctx.openStream()) {
					stream.send("1");
					stream.receive();
				}
				return ctx.result();
			}));
		}
		end(() -> pair.portal.context(TALK).argument("unopened").run((ctx) -> {
			try (MsgStream<String, String> stream = ctx.openStream()) {
				while (true) {
					stream.send("overrun");
				}
			}
		}));
		end(() -> pair.portal.context(TALK).argument("return").run((ctx) -> {
			ctx.cancel("enough");
			return null;
		}));
		end(() -> pair.portal.context(TALK).argument("return").run((ctx) -> {
			throw new IllegalStateException("the body failed");
		}));
		end(() -> pair.portal.context(UNKNOWN).open());
		end(() -> pair.portal.context(TALK).argument("x".repeat(2 << 20)).open());
	}

	/**
	 * Let a context end, whether that raises an error or not.
	 */
	private static void end(ThrowingCallable scope) {
		Throwable error = catchThrowable(scope);
		assertThat(error instanceof Error).as(String.valueOf(error)).isFalse();
	}

	/**
	 * Ends that a peer brings about that keeps to no rule.
	 */
	private static void foes(Pair pair) {
		RawPeer peer = new RawPeer(pair.client()).setup().reading();
		for (String envelope : List.of("", "00", "02", "7f 01", "1a 00 00 00", "16 00 00 00 00 00 00 00",
				"06 00 00 00")) {
			int stream = peer.open("talk");
			peer.envelope(stream, RawPeer.STARTED);
			if (!envelope.isEmpty()) {
				peer.envelope(stream, envelope);
			}
			if (envelope.length() % 2 == 0) {
				peer.complete(stream);
			}
			else {
				peer.cancel(stream);
			}
		}
		for (int i = 0; i < 5; i++) {
			peer.open("unknown");
			peer.open(new byte[] { 1, 2, 3 }, new byte[0]);
			peer.cancel(peer.open("talk"));
		}
		for (int i = 0; i < 4; i++) {
			int stream = peer.open("talk");
			peer.envelope(stream, RawPeer.STARTED);
			peer.fragment(stream, null, 10_000);
			if (i % 2 == 0) {
				peer.complete(stream);
			}
			else {
				peer.cancel(stream);
			}
		}
		int halfOpen = peer.open("talk");
		peer.envelope(halfOpen, RawPeer.STARTED);
		// cancels, and never acknowledges the end
		peer.envelope(halfOpen, "16 00 00 00 00 00 00 00");
		Waits.until(() -> pair.there.endpoint.openContexts() == 0);
		int last = peer.open("talk");
		peer.envelope(last, RawPeer.STARTED);
		for (int i = 0; i < 20; i++) {
			peer.fragment(last, null, 10_000);
		}
		Waits.until(() -> pair.there.endpoint.openContexts() == 0);
		peer.close();
	}

	/**
	 * Ends by the loss of the connection.
	 */
	private static void breaks(Pair pair) throws Exception {
		List<CompletableFuture<?>> callers = new ArrayList<>();
		try (RSocketPortal other = new PortalBuilder("other", pair.here.endpoint).build(pair.client())) {
			for (int i = 0; i < 4; i++) {
				callers.add(Waits.inThread(() -> other.context(TALK)
					.argument("return")
					.runForOutcome((ctx) -> ctx.openStream().receive())));
			}
			Waits.until(() -> pair.there.endpoint.openContexts() == 4);
		}
		RawPeer peer = new RawPeer(pair.client()).setup().reading();
		peer.envelope(peer.open("talk"), RawPeer.STARTED);
		peer.close();
		for (CompletableFuture<?> caller : callers) {
			caller.exceptionally((ex) -> null).get(10, TimeUnit.SECONDS);
		}
		pair.portal.connect().block(PATIENCE);
		CompletableFuture<?> lost = Waits
			.inThread(() -> pair.portal.context(TALK).argument("return").runForOutcome((ctx) -> {
				pair.accepted.forEach(RSocket::dispose);
				return ctx.openStream().receive();
			}));
		Waits.await(lost);
		Waits.until(() -> pair.there.endpoint.openContexts() == 0 && pair.here.endpoint.openContexts() == 0);
	}

	/**
	 * Return how many tasks wait for their time on Reactor's timers.
	 */
	private static long timers() {
		Object state = field(field(Schedulers.parallel(), "cached"), "state");
		return Stream.of((ScheduledExecutorService[]) field(state, "currentResource"))
			.mapToLong((executor) -> ((ThreadPoolExecutor) executor).getQueue().size())
			.sum();
	}

	private static Object field(Object object, String name) {
		Field field = ReflectionUtils.findField(object.getClass(), name);
		assertThat(field).isNotNull();
		ReflectionUtils.makeAccessible(field);
		return ReflectionUtils.getField(field, object);
	}

}
