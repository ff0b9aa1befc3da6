package io.tractor.engine.simulation;

import java.util.StringJoiner;

/**
 * How often each event came about.
 */
final class Tally {

	private final long[] counts = new long[Event.values().length];

	void add(Event event) {
		this.counts[event.ordinal()]++;
	}

	long count(Event event) {
		return this.counts[event.ordinal()];
	}

	@Override
	public String toString() {
		StringJoiner text = new StringJoiner(", ");
		for (Event event : Event.values()) {
			text.add(event + "=" + count(event));
		}
		return text.toString();
	}

}
