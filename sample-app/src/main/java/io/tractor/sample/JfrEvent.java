package io.tractor.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import org.jspecify.annotations.Nullable;

/**
 * A message to the viewer: one event of the flight recorder.
 *
 * @param name the event's name
 * @param time when it ended
 * @param duration how long it took
 * @param thread name of the thread, if there is one
 * @param fields the first few fields that are no objects of their own
 */
record JfrEvent(String name, Instant time, Duration duration, @Nullable String thread, Map<String, String> fields) {

	private static final int MAX_FIELDS = 8;

	private static final Set<String> COMMON_FIELDS = Set.of("startTime", "duration", "eventThread", "stackTrace");

	static JfrEvent of(RecordedEvent event) {
		return new JfrEvent(event.getEventType().getName(), event.getEndTime(), event.getDuration(), thread(event),
				fields(event));
	}

	private static @Nullable String thread(RecordedEvent event) {
		RecordedThread thread = event.hasField("eventThread") ? event.getThread("eventThread") : null;
		return (thread != null) ? name(thread) : null;
	}

	private static Map<String, String> fields(RecordedEvent event) {
		List<ValueDescriptor> descriptors = event.getFields();
		Map<String, String> fields = new LinkedHashMap<>();
		for (ValueDescriptor descriptor : descriptors) {
			String name = descriptor.getName();
			String value = COMMON_FIELDS.contains(name) ? null : value(event, descriptor);
			if (value != null && fields.size() < MAX_FIELDS) {
				fields.put(name, value);
			}
		}
		return fields;
	}

	private static @Nullable String value(RecordedEvent event, ValueDescriptor descriptor) {
		String name = descriptor.getName();
		if (descriptor.getAnnotation(Timespan.class) != null) {
			return event.getDuration(name).toString();
		}
		if (descriptor.getAnnotation(Timestamp.class) != null) {
			return event.getInstant(name).toString();
		}
		Object value = event.getValue(name);
		if (value instanceof RecordedThread thread) {
			return name(thread);
		}
		if (value instanceof RecordedClass type) {
			return type.getName();
		}
		boolean simple = value instanceof Number || value instanceof String || value instanceof Boolean
				|| value instanceof Character;
		return simple ? value.toString() : null;
	}

	private static @Nullable String name(RecordedThread thread) {
		return (thread.getJavaName() != null) ? thread.getJavaName() : thread.getOSName();
	}

}
