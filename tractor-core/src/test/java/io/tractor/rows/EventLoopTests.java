package io.tractor.rows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.tractor.CalleeContext;
import io.tractor.CallerContext;
import io.tractor.ContextTimeoutException;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.ReactiveMsgStream;
import io.tractor.RemoteActorException;
import io.tractor.StreamOverrunException;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who waits in contexts does so in threads of its own: an event loop, which many
 * connections share, and Reactor's timer threads wait for nothing. The JVM's own record
 * of waits is the witness.
 */
@Timeout(120)
class EventLoopTests {

	/**
	 * What the JVM calls the ways to wait. To enter a lock or monitor is none of them: it
	 * lasts no longer than its owner's step, in which nobody waits either.
	 */
	private static final Map<String, String> WAITS = Map.of("jdk.ThreadPark", "parks", "jdk.ThreadSleep", "sleeps",
			"jdk.JavaMonitorWait", "waits");

	private static final List<String> EVENT_LOOPS = List.of("reactor-tcp-", "reactor-http-", "parallel-", "single-");

	private static final ContextType<String, String, Integer, Integer, String> TYPE = new ContextType<>("event-loop") {
	};

	private static final ContextType<String, String, Integer, Integer, String> DOUBLING = new ContextType<>(
			"doubling") {
	};

	@TempDir
	private Path directory;

	@Test
	@DisplayName("V12 whatever waits in a context, in any form and from either end, no event loop or timer thread does")
	void whenContextsWaitThenNoEventLoopDoes() throws Exception {
		try (Pair pair = new Pair(Link.TCP)) {
			Portal back = pair.back();
			// without a record, so that classes that threads wait for are there
			runAll(pair, back);
			List<String> waits = record(() -> {
				for (int i = 0; i < 2; i++) {
					runAll(pair, back);
				}
			});
			assertThat(waits).isEmpty();
		}
	}

	@Test
	@DisplayName("V12 a wait in an event loop or timer thread would be seen")
	void whenEventLoopWaitsThenItIsSeen() throws Exception {
		try (Pair pair = new Pair(Link.TCP)) {
			pair.there.react(TYPE, (context, argument) -> {
				context.started("");
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.receive()
					.doOnNext((msg) -> sleep())
					.then(Mono.delay(Duration.ofMillis(1)))
					.doOnNext((tick) -> park())
					.doOnNext((tick) -> waitForNothing())
					.thenReturn("done");
			});
			List<String> waits = record(() -> StepVerifier.create(pair.portal.context(TYPE).runMono((context) -> {
				ReactiveMsgStream<Integer, Integer> stream = context.openStream();
				return stream.send(1).then(Mono.fromRunnable(stream::endSend)).then(context.result());
			})).expectNext("done").expectComplete().verify(Duration.ofSeconds(30)));
			assertThat(waits).anyMatch((wait) -> wait.startsWith("reactor-tcp-") && wait.contains(" sleeps "))
				.anyMatch((wait) -> wait.startsWith("parallel-") && wait.contains(" parks "))
				.anyMatch((wait) -> wait.startsWith("parallel-") && wait.contains(" waits "));
		}
	}

	private static void sleep() {
		try {
			Thread.sleep(1);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void park() {
		try {
			assertThat(new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)).isFalse();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SuppressWarnings("WaitNotInLoop") // for nothing
	private static void waitForNothing() {
		Object monitor = new Object();
		synchronized (monitor) {
			try {
				monitor.wait(1);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	/**
	 * Return what of the library or of a test waits in a thread that must not.
	 */
	private List<String> record(Duet.Step step) throws Exception {
		Path file = this.directory.resolve("waits.jfr");
		try (Recording recording = new Recording()) {
			WAITS.keySet().forEach((wait) -> recording.enable(wait).withThreshold(Duration.ZERO).withStackTrace());
			recording.start();
			step.run();
			recording.stop();
			recording.dump(file);
		}
		return RecordingFile.readAllEvents(file)
			.stream()
			.filter((event) -> WAITS.containsKey(event.getEventType().getName()) && isOnEventLoop(event)
					&& isOurs(event) && !entersLock(event))
			.map((event) -> event.getThread().getJavaName() + " " + WAITS.get(event.getEventType().getName()) + " at "
					+ event.getStackTrace())
			.toList();
	}

	private static boolean isOnEventLoop(RecordedEvent event) {
		String thread = (event.getThread() != null) ? event.getThread().getJavaName() : null;
		return thread != null && EVENT_LOOPS.stream().anyMatch(thread::startsWith);
	}

	private static boolean isOurs(RecordedEvent event) {
		return frames(event).stream()
			.anyMatch((frame) -> frame.getMethod().getType().getName().startsWith("io.tractor."));
	}

	private static boolean entersLock(RecordedEvent event) {
		return frames(event).stream()
			.anyMatch((frame) -> frame.getMethod().getName().equals("lock")
					&& frame.getMethod().getType().getName().equals(ReentrantLock.class.getName()));
	}

	private static List<RecordedFrame> frames(RecordedEvent event) {
		return (event.getStackTrace() != null) ? event.getStackTrace().getFrames() : List.of();
	}

	private static void runAll(Pair pair, Portal back) throws Exception {
		for (Form form : Form.values()) {
			pair.use(form);
			for (Node node : List.of(pair.here, pair.there)) {
				node.handle(TYPE, EventLoopTests::handle);
				node.react(DOUBLING, (context, argument) -> {
					context.started("");
					ReactiveMsgStream<Integer, Integer> stream = context
						.openStream((options) -> options.msgBufferSize(2));
					return stream.send(0)
						.then(stream.sendAll(stream.receive().map((msg) -> msg * 2)))
						.thenReturn("doubled");
				});
			}
			for (Portal portal : List.of(pair.portal, back)) {
				stall(portal, form);
				overrun(portal, form);
				cancel(portal, form);
				fail(portal, form);
				expire(portal, form);
				react(portal);
			}
		}
		Waits.until(() -> pair.here.endpoint.openContexts() == 0 && pair.there.endpoint.openContexts() == 0);
	}

	private static String handle(CalleeContext<String, Integer, Integer> context, String argument) throws Exception {
		context.started("");
		switch (argument) {
			case "stall" -> {
				try (MsgStream<Integer, Integer> stream = context.openStream((options) -> options.msgBufferSize(1))) {
					stream.send(0);
					for (int msg : stream) {
						stream.send(msg);
					}
				}
			}
			case "fail" -> throw new IOException("broken");
			default -> Waits.awaitInterrupt();
		}
		return argument;
	}

	/**
	 * Let both sides wait, for credit and for messages, again and again.
	 */
	private static void stall(Portal portal, Form form) throws Exception {
		String result = form.run(portal.context(TYPE).argument("stall"), (ctx) -> {
			try (MsgStream<Integer, Integer> stream = ctx.openStream((options) -> options.msgBufferSize(1))) {
				assertThat(stream.receive()).isZero();
				for (int i = 0; i < 50; i++) {
					stream.send(2 * i);
					stream.send(2 * i + 1);
					assertThat(stream.receive()).isEqualTo(2 * i);
					assertThat(stream.receive()).isEqualTo(2 * i + 1);
				}
			}
			return ctx.result();
		});
		assertThat(result).isEqualTo("stall");
	}

	private static void overrun(Portal portal, Form form) {
		assertThatExceptionOfType(StreamOverrunException.class)
			.isThrownBy(() -> form.run(portal.context(TYPE).argument("wait"), (ctx) -> {
				MsgStream<Integer, Integer> stream = ctx.openStream();
				while (true) {
					stream.send(1);
				}
			}));
	}

	private static void cancel(Portal portal, Form form) throws Exception {
		form.run(portal.context(TYPE).argument("wait"), (ctx) -> {
			ctx.cancel("enough");
			return null;
		});
	}

	private static void fail(Portal portal, Form form) {
		assertThatExceptionOfType(RemoteActorException.class)
			.isThrownBy(() -> form.run(portal.context(TYPE).argument("fail"), CallerContext::result));
	}

	private static void expire(Portal portal, Form form) {
		assertThatExceptionOfType(ContextTimeoutException.class).isThrownBy(() -> form
			.run(portal.context(TYPE).argument("wait").deadline(Duration.ofMillis(200)), CallerContext::result));
	}

	/**
	 * Let both sides be reactive, so that their code runs wherever signals come from.
	 */
	private static void react(Portal portal) {
		StepVerifier.create(portal.context(DOUBLING).runFlux((context) -> {
			ReactiveMsgStream<Integer, Integer> stream = context.openStream((options) -> options.msgBufferSize(2));
			Mono<Void> sending = stream.sendAll(Flux.range(1, 200)).doOnSuccess((nothing) -> stream.endSend());
			return stream.receive()
				.next()
				.thenMany(Flux.merge(sending.cast(Object.class), stream.receive()))
				.concatWith(context.result());
		})).expectNextCount(200).expectNext("doubled").expectComplete().verify(Duration.ofSeconds(30));
	}

}
