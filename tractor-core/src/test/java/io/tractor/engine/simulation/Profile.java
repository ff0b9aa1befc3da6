package io.tractor.engine.simulation;

/**
 * Kinds of schedules, each of which leads to states that the others hardly reach.
 */
enum Profile {

	ANYTHING {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
		}

	},

	/**
	 * Messages to a side that has not opened its stream, and does so late or never.
	 */
	FLOOD_BEFORE_OPENING {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			Habits sender = flood(caller, callee, dice);
			Habits receiver = (sender == caller) ? callee : caller;
			receiver.open = dice.pick(0, 2, 10);
			receiver.finish = dice.pick(0, 1);
			receiver.steps = 60;
		}

	},

	/**
	 * Messages to a stream without backpressure that is read slowly.
	 */
	RUN_AHEAD {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			Habits sender = flood(caller, callee, dice);
			Habits receiver = (sender == caller) ? callee : caller;
			receiver.openWithBackpressure = 0;
			receiver.open = 100;
			receiver.send = dice.pick(0, 10, 100);
			receiver.steps = 60;
		}

	},

	/**
	 * Messages to a stream that drops some of them, now and then.
	 */
	DROPS {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			Habits sender = flood(caller, callee, dice);
			Habits receiver = (sender == caller) ? callee : caller;
			sender.polite = dice.chance(50);
			sender.maxLength = dice.pick(0, 5, 20);
			sender.steps = 120;
			receiver.bufferedBytes = dice.chance(50) ? 10 : 1 << 20;
			receiver.runAhead = dice.pick(1, 20, 1000);
			receiver.openSize = 1 + dice.below(4);
			receiver.overflow = dice.chance(50) ? Mode.DROP_LATEST : Mode.DROP_OLDEST;
			receiver.openWithBackpressure = 0;
			receiver.open = 100;
			receiver.send = dice.pick(0, 0, 10);
			receiver.steps = 120;
			receiver.finish = 0;
			if (dice.chance(50)) {
				receiver.bufferedBytes = 1 << 20;
				receiver.runAhead = 1000;
				receiver.openSize = 1;
				receiver.think = 0;
				receiver.offer = 100;
				traffic.settle = 0;
				traffic.callerBlocked = receiver == caller;
				traffic.blockedFrom = 50;
				traffic.blockedTo = 500;
				traffic.callerRuns = 10;
				traffic.calleeRuns = 10;
				traffic.toCallee = 10;
				traffic.toCaller = 10;
			}
		}

	},

	/**
	 * Messages that use up the bytes before the buffer's places.
	 */
	BYTES {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			for (Habits habits : new Habits[] { caller, callee }) {
				habits.bufferedBytes = 1L + dice.below(60);
				habits.maxMessage = 1 + dice.below(60);
				habits.msgBufferSize = 8;
				habits.openSize = 1 + dice.below(16);
				habits.maxLength = 60;
				habits.open = 100;
				habits.openWithBackpressure = dice.pick(50, 100, 100);
				habits.send = dice.pick(20, 50, 80);
				habits.endSend = 1;
				habits.helpers = dice.pick(0, 1, 2);
				habits.steps = 60;
			}
		}

	},

	/**
	 * Both sides wait for each other, and close one direction after the other.
	 */
	HALF_CLOSE {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			for (Habits habits : new Habits[] { caller, callee }) {
				habits.open = 100;
				habits.openWithBackpressure = 100;
				habits.endSend = dice.pick(2, 10);
				habits.close = dice.pick(0, 2);
				habits.swallow = 90;
				habits.cancel = 0;
				habits.fail = dice.pick(0, 0, 3);
				habits.awaitResult = 50;
			}
		}

	},

	/**
	 * Ends of all kinds that meet each other, and whatever else is under way.
	 */
	ENDS {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			for (Habits habits : new Habits[] { caller, callee }) {
				habits.open = 100;
				habits.cancel = dice.pick(0, 1, 5);
				habits.fail = dice.pick(0, 1, 5);
				habits.finish = dice.pick(0, 1, 5);
				habits.close = dice.pick(0, 1, 5);
				habits.beDisturbed = 100;
				habits.loseBound = dice.pick(0, 50);
				habits.linger = dice.pick(0, 20);
				habits.endBeforeStart = dice.pick(0, 10);
				habits.timed = 50;
			}
			traffic.outside = 60;
		}

	},

	/**
	 * Callers and linger times that are over at once.
	 */
	IMPATIENCE {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			for (Habits habits : new Habits[] { caller, callee }) {
				habits.timed = 100;
				habits.beDisturbed = 100;
				habits.loseBound = 100;
				habits.linger = 50;
				habits.expire = 50;
			}
			callee.start = dice.pick(2, 20);
			traffic.outside = dice.pick(100, 500);
		}

	},

	/**
	 * The connection is lost at some time, and one side sees it before the other.
	 */
	CUT {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			traffic.cutAt = dice.below(dice.pick(10, 50, 150, 300));
		}

	},

	/**
	 * Messages that are large against what may wait to be written.
	 */
	BULK {

		@Override
		void shape(Habits caller, Habits callee, Traffic traffic, Dice dice) {
			Habits sender = flood(caller, callee, dice);
			Habits receiver = (sender == caller) ? callee : caller;
			sender.bufferedBytes = 1L + dice.below(1000);
			sender.maxLength = 9_000;
			receiver.msgBufferSize = 16;
			receiver.openSize = 16;
			receiver.bufferedBytes = 1 << 20;
			receiver.maxMessage = 9_000;
			traffic.callerRuns = 30;
			traffic.calleeRuns = 30;
			traffic.callerWrites = 1;
			traffic.calleeWrites = 1;
		}

	};

	/**
	 * Let one of the sides send, and little else.
	 * @return that side
	 */
	private static Habits flood(Habits caller, Habits callee, Dice dice) {
		Habits sender = dice.chance(50) ? caller : callee;
		sender.open = 100;
		sender.send = 95;
		sender.polite = false;
		sender.offer = dice.pick(0, 0, 20);
		sender.think = 0;
		sender.cancel = dice.pick(0, 0, 1);
		sender.fail = dice.pick(0, 0, 1);
		sender.close = 0;
		sender.finish = 0;
		sender.endSend = dice.pick(0, 0, 3);
		sender.steps = 60;
		return sender;
	}

	/**
	 * Turn what was drawn into a schedule of this kind.
	 */
	abstract void shape(Habits caller, Habits callee, Traffic traffic, Dice dice);

}
