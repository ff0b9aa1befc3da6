package io.tractor.sample;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tractor.ContextType;
import io.tractor.Outcome;
import io.tractor.Portals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * The viewer: opens a context on the {@link Telemetry source}, and another one when it is
 * told to. May be used from several threads.
 */
@Component
@Profile("viewer | !source")
public class Viewer implements ExitCodeGenerator {

	static final ContextType<Subscription, JvmInfo, Command, JfrEvent, Summary> TELEMETRY = new ContextType<>(
			"telemetry") {
	};

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(Viewer.class);

	private final Portals portals;

	private final SampleProperties.Viewer properties;

	private final boolean stay;

	private ViewerSettings settings;

	private @Nullable Watch watch;

	private boolean stopped;

	Viewer(Portals portals, SampleProperties properties) {
		this.portals = portals;
		this.properties = properties.viewer();
		this.stay = properties.stay();
		this.settings = ViewerSettings.of(this.properties);
	}

	@EventListener(ApplicationReadyEvent.class)
	synchronized void start() {
		open(null);
	}

	@EventListener(ContextClosedEvent.class)
	void stop() {
		Watch last = end();
		if (last == null) {
			return;
		}
		try {
			last.outcome().get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | CancellationException | TimeoutException ex) {
			logger.debug("The viewer did not end well", ex);
		}
	}

	private synchronized @Nullable Watch end() {
		this.stopped = true;
		if (this.watch != null) {
			this.watch.end();
		}
		return this.watch;
	}

	/**
	 * Return how the viewer behaves, or will in its next context.
	 * @return the settings
	 */
	public synchronized ViewerSettings settings() {
		return this.settings;
	}

	/**
	 * Return whether there is a context, or one is being opened.
	 * @return {@code false} after an overrun, for example
	 */
	public synchronized boolean isRunning() {
		return this.watch != null && !this.watch.isOver();
	}

	/**
	 * Behave differently from now on. Where that needs a new context, the one that is
	 * open is cancelled. One that has ended stays so, unless a restart is asked for.
	 * @param change what shall be different
	 */
	public synchronized void change(ViewerChange change) {
		ViewerSettings before = this.settings;
		this.settings = change.applyTo(before);
		if (this.watch == null || this.stopped) {
			return;
		}
		if (change.isRestart() || (isRunning() && !before.suitsContextOf(this.settings))) {
			this.watch.cancel("the viewer opens a new context");
			open(this.watch);
		}
		else {
			this.watch.adapt(this.settings);
		}
	}

	private void open(@Nullable Watch before) {
		this.watch = new Watch(this.portals, this.properties, this.settings);
		this.watch.start(before);
	}

	boolean endsProcess() {
		return this.properties.duration() != null && !this.stay;
	}

	CompletableFuture<Outcome<Summary>> outcome() {
		return current().outcome();
	}

	/**
	 * Wait until the viewer has ended, well or not.
	 */
	void await() {
		Watch last;
		do {
			last = current();
			last.await();
		}
		while (!last.equals(current()));
	}

	private synchronized Watch current() {
		Assert.state(this.watch != null, "The application is not ready yet");
		return this.watch;
	}

	@Override
	public int getExitCode() {
		CompletableFuture<Outcome<Summary>> outcome = outcome();
		boolean completed = outcome.isDone() && !outcome.isCompletedExceptionally()
				&& outcome.join() instanceof Outcome.Completed;
		return completed ? 0 : 1;
	}

}
