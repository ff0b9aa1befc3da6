package io.tractor.sample;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.tractor.CallerContext;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Portals;
import io.tractor.StreamSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One context of the viewer, from before its opening to its end: shows what the source
 * streams, and sends it a command now and then.
 */
final class Watch {

	private static final List<Command> COMMANDS = List.of(Command.enable("jdk.JavaThreadStatistics"),
			Command.period("jdk.CPULoad", Duration.ofMillis(200)), Command.disable("jdk.JavaThreadStatistics"),
			Command.period("jdk.CPULoad", Duration.ofSeconds(1)));

	private static final Duration LINE_INTERVAL = Duration.ofSeconds(1);

	// the viewer is what people know
	private static final Logger logger = LoggerFactory.getLogger(Viewer.class);

	private final CompletableFuture<Outcome<Summary>> outcome = new CompletableFuture<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Portals portals;

	private final SampleProperties.Viewer properties;

	private volatile ViewerSettings settings;

	private volatile boolean ending;

	private @Nullable CallerContext<JvmInfo, Command, JfrEvent, Summary> context;

	private @Nullable String cancelReason;

	Watch(Portals portals, SampleProperties.Viewer properties, ViewerSettings settings) {
		this.portals = portals;
		this.properties = properties;
		this.settings = settings;
	}

	/**
	 * Open the context in a thread of its own.
	 * @param before whose end is awaited first, if there is one
	 */
	void start(@Nullable Watch before) {
		new Thread(() -> {
			if (before != null) {
				before.await();
			}
			run();
		}, "viewer").start();
	}

	/**
	 * Return how the context ended, once it has.
	 * @return done when the context is over; cancelled if it was never opened
	 */
	CompletableFuture<Outcome<Summary>> outcome() {
		return this.outcome;
	}

	boolean isOver() {
		return this.outcome.isDone();
	}

	/**
	 * Wait until this is over, well or not.
	 */
	void await() {
		this.outcome.handle((outcome, failure) -> true).join();
	}

	/**
	 * Go on with other settings, of which those count at once that are not fixed when the
	 * stream is opened.
	 * @param settings the settings
	 */
	void adapt(ViewerSettings settings) {
		change(() -> this.settings = settings);
	}

	/**
	 * End the stream, and so the context, in order.
	 */
	void end() {
		change(() -> this.ending = true);
	}

	/**
	 * End the context at once.
	 * @param reason why
	 */
	void cancel(String reason) {
		change(() -> {
			this.ending = true;
			this.cancelReason = reason;
			if (this.context != null) {
				this.context.cancel(reason);
			}
		});
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		if (this.ending) {
			this.outcome.cancel(false);
			return;
		}
		try {
			Outcome<Summary> outcome = this.portals.get("telemetry")
				.context(Viewer.TELEMETRY)
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
		change(() -> {
			this.context = context;
			if (this.cancelReason != null) {
				context.cancel(this.cancelReason);
			}
		});
		logger.info("watching {} at {}", context.started(), context.peer());
		Timer end = new Timer(this.properties.duration());
		if (!this.settings.open()) {
			logger.info("the stream stays unopened");
			while (!isToEnd(end)) {
				// not a wait on the context: yet an overrun interrupts it
				idle(LINE_INTERVAL);
			}
			return 0;
		}
		try (MsgStream<JfrEvent, Command> stream = context.openStream(this.settings::applyTo)) {
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
		while (!isToEnd(end)) {
			if (this.settings.reading()) {
				Optional<JfrEvent> event = stream.receive(line.left());
				event.ifPresent(figures::add);
				idle(event.isPresent() ? this.settings.delay() : Duration.ZERO);
			}
			else {
				idle(line.left());
			}
			if (line.isDue()) {
				logger.info("{} | {}", figures.line(), shownSettings);
				line.restart();
			}
			if (command.isDue()) {
				stream.send(COMMANDS.get(commands++ % COMMANDS.size()));
				command.restart();
			}
		}
		stream.endSend();
		for (JfrEvent event : stream) {
			figures.add(event);
		}
		return figures.total();
	}

	private boolean isToEnd(Timer end) {
		return this.ending || end.isDue();
	}

	/**
	 * Wait for a time, or until something is changed or the end is asked for.
	 */
	private void idle(Duration time) throws InterruptedException {
		long left = time.toNanos();
		if (left <= 0) {
			return;
		}
		this.lock.lockInterruptibly();
		try {
			ViewerSettings before = this.settings;
			while (left > 0 && !this.ending && this.settings.equals(before)) {
				left = this.changed.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
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
		}
		logger.info("ledger: {}", ContextLog.describe(outcome.ledger()));
	}

	private static String describe(StreamSettings settings) {
		return "buffer " + settings.msgBufferSize() + " (" + settings.msgBufferSizeOrigin() + "), backpressure "
				+ (settings.backpressure() ? "on" : "off") + " (" + settings.backpressureOrigin() + "), overflow "
				+ settings.overflow() + " (" + settings.overflowOrigin() + ")";
	}

}
