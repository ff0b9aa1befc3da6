package io.tractor.sample;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tractor.CallerContext;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Portals;
import io.tractor.StreamOptions;
import io.tractor.StreamSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The viewer: opens a context on the {@link Telemetry source}, shows what it streams, and
 * sends a command now and then.
 */
@Component
@Profile("viewer | !source")
class Viewer implements ExitCodeGenerator {

	static final ContextType<Subscription, JvmInfo, Command, JfrEvent, Summary> TELEMETRY = new ContextType<>(
			"telemetry") {
	};

	private static final List<Command> COMMANDS = List.of(Command.enable("jdk.JavaThreadStatistics"),
			Command.period("jdk.CPULoad", Duration.ofMillis(200)), Command.disable("jdk.JavaThreadStatistics"),
			Command.period("jdk.CPULoad", Duration.ofSeconds(1)));

	private static final Duration LINE_INTERVAL = Duration.ofSeconds(1);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(Viewer.class);

	private final CountDownLatch ending = new CountDownLatch(1);

	private final CompletableFuture<Outcome<Summary>> outcome = new CompletableFuture<>();

	private final Portals portals;

	private final SampleProperties.Viewer properties;

	private final boolean stay;

	private final Environment environment;

	Viewer(Portals portals, SampleProperties properties, Environment environment) {
		this.portals = portals;
		this.properties = properties.viewer();
		this.stay = properties.stay();
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void start() {
		new Thread(this::run, "viewer").start();
	}

	@EventListener(ContextClosedEvent.class)
	void stop() {
		this.ending.countDown();
		try {
			this.outcome.get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The viewer did not end well", ex);
		}
	}

	boolean endsProcess() {
		return this.properties.duration() != null && !this.stay;
	}

	CompletableFuture<Outcome<Summary>> outcome() {
		return this.outcome;
	}

	/**
	 * Wait until the viewer has ended, well or not.
	 */
	void await() {
		this.outcome.handle((outcome, failure) -> true).join();
	}

	@Override
	public int getExitCode() {
		boolean completed = this.outcome.isDone() && !this.outcome.isCompletedExceptionally()
				&& this.outcome.join() instanceof Outcome.Completed;
		return completed ? 0 : 1;
	}

	private void run() {
		try {
			Outcome<Summary> outcome = this.portals.get("telemetry")
				.context(TELEMETRY)
				.argument(new Subscription(this.properties.events()))
				.runForOutcome(this::watch);
			show(outcome);
			this.outcome.complete(outcome);
		}
		catch (RuntimeException | Error ex) {
			logger.error("The viewer failed", ex);
			this.outcome.completeExceptionally(ex);
		}
	}

	private long watch(CallerContext<JvmInfo, Command, JfrEvent, Summary> context) throws InterruptedException {
		logger.info("watching {} at {}", context.started(), context.peer());
		Timer end = new Timer(this.properties.duration());
		if (!this.properties.open()) {
			logger.info("the stream stays unopened");
			while (!isOver(end)) {
				// not a wait on the context: yet an overrun interrupts it
				idle(LINE_INTERVAL);
			}
			return 0;
		}
		try (MsgStream<JfrEvent, Command> stream = context.openStream(this::customize)) {
			logger.info("opened the stream with {}", describe(stream.settings()));
			return watch(stream, end);
		}
	}

	private long watch(MsgStream<JfrEvent, Command> stream, Timer end) throws InterruptedException {
		StreamSettings settings = stream.settings();
		String shownSettings = "buffer " + settings.msgBufferSize() + ", backpressure "
				+ (settings.backpressure() ? "on" : "off");
		Figures figures = new Figures();
		Timer line = new Timer(LINE_INTERVAL);
		Timer command = new Timer(this.properties.commandInterval());
		int commands = 0;
		while (!isOver(end)) {
			Optional<JfrEvent> event = stream.receive(line.left());
			event.ifPresent(figures::add);
			if (line.isDue()) {
				logger.info("{} | {}", figures.line(), shownSettings);
				line.restart();
			}
			if (command.isDue()) {
				stream.send(COMMANDS.get(commands++ % COMMANDS.size()));
				command.restart();
			}
			if (event.isPresent()) {
				idle(this.properties.delay());
			}
		}
		stream.endSend();
		for (JfrEvent event : stream) {
			figures.add(event);
		}
		return figures.total();
	}

	private void customize(StreamOptions options) {
		Boolean backpressure = this.properties.backpressure();
		if (backpressure != null) {
			options.backpressure(backpressure);
		}
		Integer msgBufferSize = this.properties.msgBufferSize();
		if (msgBufferSize != null) {
			options.msgBufferSize(msgBufferSize);
		}
	}

	private boolean isOver(Timer end) {
		return this.ending.getCount() == 0 || end.isDue();
	}

	private void idle(Duration time) throws InterruptedException {
		if (this.ending.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
			logger.debug("The viewer is told to end");
		}
	}

	private void show(Outcome<Summary> outcome) {
		if (outcome instanceof Outcome.Completed<Summary> completed) {
			logger.info("summary: {}", completed.value());
		}
		else if (outcome instanceof Outcome.Cancelled<Summary> cancelled) {
			logger.error("no summary: {}", cancelled.cancellation().getMessage());
		}
		else if (outcome instanceof Outcome.Failed<Summary> failed) {
			logger.error("no summary: {}", failed.error().getMessage());
			if (!endsProcess()) {
				logger.info(
						"the application stays up; see http://localhost:{}/actuator/metrics/tractor.stream.overruns",
						this.environment.getProperty("local.server.port"));
			}
		}
		logger.info("ledger: {}", ContextLog.describe(outcome.ledger()));
	}

	private static String describe(StreamSettings settings) {
		return "buffer " + settings.msgBufferSize() + " (" + settings.msgBufferSizeOrigin() + "), backpressure "
				+ (settings.backpressure() ? "on" : "off") + " (" + settings.backpressureOrigin() + "), overflow "
				+ settings.overflow() + " (" + settings.overflowOrigin() + ")";
	}

	/**
	 * Is due after a time, or never if there is none.
	 */
	private static final class Timer {

		private final long nanos;

		private long begin = System.nanoTime();

		Timer(@Nullable Duration time) {
			this.nanos = (time != null && !time.isZero()) ? time.toNanos() : Long.MAX_VALUE;
		}

		boolean isDue() {
			return System.nanoTime() - this.begin >= this.nanos;
		}

		Duration left() {
			return Duration.ofNanos(Math.max(0, this.nanos - (System.nanoTime() - this.begin)));
		}

		void restart() {
			this.begin = System.nanoTime();
		}

	}

}
