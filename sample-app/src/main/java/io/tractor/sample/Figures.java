package io.tractor.sample;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Live figures, of the time since the last line and in total.
 */
final class Figures {

	private final Map<String, Long> counts = new TreeMap<>();

	private long begin = System.nanoTime();

	private long total;

	private @Nullable String heap;

	private @Nullable String cpu;

	void add(JfrEvent event) {
		this.counts.merge(event.name(), 1L, Long::sum);
		this.total++;
		if (event.name().equals("jdk.GCHeapSummary")) {
			this.heap = format("%.0f MB", number(event, "heapUsed") / (1024 * 1024));
		}
		if (event.name().equals("jdk.CPULoad")) {
			this.cpu = format("JVM %.0f %%, machine %.0f %%",
					100 * (number(event, "jvmUser") + number(event, "jvmSystem")), 100 * number(event, "machineTotal"));
		}
	}

	long total() {
		return this.total;
	}

	/**
	 * Return the figures since the last call.
	 * @return a line
	 */
	String line() {
		long now = System.nanoTime();
		double seconds = (now - this.begin) / 1e9;
		String rates = this.counts.entrySet()
			.stream()
			.map((entry) -> format("%s %.0f", shortName(entry.getKey()), entry.getValue() / seconds))
			.collect(Collectors.joining(", "));
		this.counts.clear();
		this.begin = now;
		return "events/s: " + (rates.isEmpty() ? "none" : rates) + " | total " + this.total + " | heap "
				+ ((this.heap != null) ? this.heap : "not yet known") + " | CPU "
				+ ((this.cpu != null) ? this.cpu : "not yet known");
	}

	private static double number(JfrEvent event, String field) {
		String value = event.fields().get(field);
		return (value != null) ? Double.parseDouble(value) : Double.NaN;
	}

	private static String shortName(String event) {
		return event.substring(event.lastIndexOf('.') + 1);
	}

	private static String format(String format, Object... arguments) {
		return String.format(Locale.ROOT, format, arguments);
	}

}
