package io.tractor.engine.simulation;

/**
 * How fast everything goes, relative to each other, in one schedule.
 */
final class Traffic {

	int callerRuns;

	int calleeRuns;

	int callerWrites;

	int calleeWrites;

	int toCaller;

	int toCallee;

	/**
	 * Per mille of steps at which a clock or somebody from outside does something.
	 */
	int outside;

	/**
	 * Per mille of steps at which everything that is under way may arrive.
	 */
	int settle;

	int urgentFirst;

	int batchBytes;

	/**
	 * The steps in which one side's socket takes nothing.
	 */
	int blockedFrom;

	int blockedTo;

	boolean callerBlocked;

	/**
	 * The step at which the connection is lost, or -1.
	 */
	int cutAt = -1;

	int seeCut;

	Traffic(Dice dice) {
		this.callerRuns = speed(dice);
		this.calleeRuns = speed(dice);
		this.callerWrites = speed(dice);
		this.calleeWrites = speed(dice);
		this.toCaller = speed(dice);
		this.toCallee = speed(dice);
		this.outside = dice.pick(0, 5, 30);
		this.settle = dice.pick(0, 0, 10, 50);
		this.urgentFirst = dice.pick(0, 50, 100);
		this.batchBytes = dice.pick(1, 10, 50, 16 * 1024, 16 * 1024);
		this.blockedFrom = dice.below(100);
		this.blockedTo = dice.chance(20) ? this.blockedFrom + dice.below(200) : -1;
		this.callerBlocked = dice.chance(50);
		this.seeCut = dice.pick(2, 20, 100);
	}

	private static int speed(Dice dice) {
		return dice.pick(1, 3, 3, 10, 30);
	}

}
