package io.tractor.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The steps of a schedule, kept only when somebody wants to read them.
 */
final class Trace {

	private final boolean kept;

	private final List<String> steps = new ArrayList<>();

	Trace(boolean kept) {
		this.kept = kept;
	}

	void note(Supplier<String> step) {
		if (this.kept) {
			this.steps.add(step.get());
		}
	}

	List<String> steps() {
		return this.steps;
	}

}
