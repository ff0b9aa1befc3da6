package io.tractor.engine.simulation;

/**
 * A thread beside the one that runs the task.
 */
final class HelperThread extends UserThread {

	HelperThread(Half half, Dice dice) {
		super(half, dice);
	}

	@Override
	void next() {
		if (this.stepsLeft <= 0) {
			end();
		}
		else {
			useStream();
		}
	}

	@Override
	void failed(RuntimeException error) {
		if (!this.dice.chance(this.habits.swallow)) {
			end();
		}
	}

}
