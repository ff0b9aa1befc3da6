package io.tractor.sample;

import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import jdk.jfr.Configuration;
import jdk.jfr.EventSettings;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records some of this JVM's events, with the thresholds and periods of the JDK's default
 * settings where no others are given.
 */
final class Recorder implements AutoCloseable {

	// What is on disk when the viewer reads more slowly than events happen.
	private static final long MAX_SIZE = 64 * 1024 * 1024;

	private static final Duration MAX_AGE = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(Recorder.class);

	private final Map<String, String> defaults = defaultSettings();

	// Other recordings may run in this JVM: their events come too.
	private final Set<String> enabled = ConcurrentHashMap.newKeySet();

	private final RecordingStream recording;

	/**
	 * Create a recorder.
	 * @param events the events to begin with
	 * @throws IllegalArgumentException if this JVM has no event of such a name
	 */
	Recorder(List<EventChoice> events) {
		for (EventChoice event : events) {
			if (!isKnown(event.name())) {
				throw new IllegalArgumentException("This JVM has no event '" + event.name() + "'");
			}
		}
		this.recording = new RecordingStream();
		this.recording.setMaxSize(MAX_SIZE);
		this.recording.setMaxAge(MAX_AGE);
		events.forEach((event) -> enable(event.name(), event.period()));
	}

	/**
	 * Begin to record.
	 * @param target takes the events in the recorder's own thread; what it throws is lost
	 */
	void start(Consumer<RecordedEvent> target) {
		this.recording.onEvent((event) -> {
			if (this.enabled.contains(event.getEventType().getName())) {
				target.accept(event);
			}
		});
		this.recording.startAsync();
	}

	/**
	 * Do as the viewer says. What makes no sense is passed over.
	 * @param command the command
	 */
	void apply(Command command) {
		logger.info("command {} {}{}", command.kind(), command.event(),
				(command.period() != null) ? " " + command.period() : "");
		switch (command.kind()) {
			case ENABLE -> {
				if (isKnown(command.event())) {
					enable(command.event(), command.period());
				}
				else {
					logger.warn("This JVM has no event '{}'", command.event());
				}
			}
			case DISABLE -> {
				if (this.enabled.remove(command.event())) {
					this.recording.disable(command.event());
				}
			}
			case PERIOD -> {
				if (this.enabled.contains(command.event())) {
					enable(command.event(), command.period());
				}
			}
		}
	}

	private void enable(String event, @Nullable Duration period) {
		EventSettings settings = this.recording.enable(event).withoutStackTrace();
		String prefix = event + "#";
		this.defaults.forEach((key, value) -> {
			if (key.equals(prefix + "threshold") || key.equals(prefix + "throttle") || key.equals(prefix + "period")) {
				settings.with(key.substring(prefix.length()), value);
			}
		});
		if (period != null) {
			settings.withPeriod(period);
		}
		this.enabled.add(event);
	}

	@Override
	public void close() {
		this.recording.close();
	}

	private static boolean isKnown(String event) {
		return FlightRecorder.getFlightRecorder()
			.getEventTypes()
			.stream()
			.map(EventType::getName)
			.anyMatch(event::equals);
	}

	private static Map<String, String> defaultSettings() {
		try {
			return Configuration.getConfiguration("default").getSettings();
		}
		catch (IOException | ParseException ex) {
			throw new IllegalStateException("Cannot read the JDK's default flight-recorder settings", ex);
		}
	}

}
