package io.tractor.autoconfigure.actuate;

import java.util.Comparator;

import io.tractor.task.ContextSnapshot;

/**
 * Orders of contexts.
 */
public enum ContextSort {

	/**
	 * The oldest one first.
	 */
	AGE(Comparator.comparing(ContextSnapshot::since)),

	/**
	 * The one with the fullest buffer first.
	 */
	FILL(Comparator.comparing((context) -> -context.receiving().fill())),

	/**
	 * The one that has waited the longest first, those that do not wait last.
	 */
	WAITING(Comparator.comparing((context) -> (context.stall() != null) ? context.stall().since() : null,
			Comparator.nullsLast(Comparator.naturalOrder())));

	private final Comparator<ContextSnapshot> comparator;

	ContextSort(Comparator<ContextSnapshot> comparator) {
		this.comparator = comparator.thenComparing(ContextSnapshot::since)
			.thenComparing(ContextSnapshot::id)
			.thenComparing(ContextSnapshot::side);
	}

	Comparator<ContextSnapshot> comparator() {
		return this.comparator;
	}

}
