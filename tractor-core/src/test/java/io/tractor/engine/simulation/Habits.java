package io.tractor.engine.simulation;

import io.tractor.engine.BufferLimits;

/**
 * What one side is set to and given to, in one schedule. What is named by a verb is how
 * likely it is whenever it is possible, in percent.
 */
final class Habits {

	private static final Mode[] OVERFLOWS = { Mode.ERROR, Mode.ERROR, Mode.DROP_LATEST, Mode.DROP_OLDEST };

	int msgBufferSize;

	long bufferedBytes;

	int maxMessage;

	int runAhead;

	int maxLength;

	int steps;

	int helpers;

	int open;

	int openWithBackpressure;

	Mode overflow;

	int openSize;

	int think;

	int send;

	boolean polite;

	int offer;

	int timed;

	int endSend;

	int close;

	int cancel;

	int fail;

	int finish;

	int swallow;

	int refuse;

	int endBeforeStart;

	int start;

	int useHandle;

	int awaitResult;

	int beDisturbed;

	int loseBound;

	int linger;

	int expire;

	Habits(Dice dice) {
		this.msgBufferSize = dice.pick(1, 2, 3, 4, 8);
		this.bufferedBytes = dice.chance(50) ? 1 << 20 : 1L + dice.below(100);
		this.maxMessage = dice.chance(50) ? 1000 : 1 + dice.below(100);
		this.runAhead = dice.pick(1, 2, 5, 20);
		this.maxLength = dice.pick(0, 5, 20, 60);
		this.steps = dice.pick(10, 40, 80, 120);
		this.helpers = dice.pick(0, 0, 0, 1, 2);
		this.open = dice.pick(10, 50, 100, 100);
		this.openWithBackpressure = dice.pick(0, 50, 100, 100);
		this.overflow = OVERFLOWS[dice.below(OVERFLOWS.length)];
		this.openSize = 1 + dice.below(2 * this.msgBufferSize);
		this.think = dice.pick(0, 0, 0, 20);
		this.send = dice.pick(0, 10, 50, 90, 100);
		this.polite = dice.chance(60);
		this.offer = dice.pick(0, 0, 10, 50);
		this.timed = dice.pick(0, 90, 100, 100, 100);
		this.endSend = dice.pick(0, 0, 0, 1, 5);
		this.close = dice.pick(0, 0, 0, 1, 5);
		this.cancel = dice.pick(0, 0, 0, 0, 0, 1, 3);
		this.fail = dice.pick(0, 0, 0, 0, 0, 1, 3);
		this.finish = dice.pick(0, 0, 0, 1, 3);
		this.swallow = dice.pick(0, 50, 90);
		this.refuse = dice.pick(0, 0, 0, 0, 0, 10);
		this.endBeforeStart = dice.pick(0, 0, 0, 0, 0, 10);
		this.start = dice.pick(100, 50, 20);
		this.useHandle = 30;
		this.awaitResult = dice.pick(0, 10, 50);
		this.beDisturbed = dice.pick(0, 0, 10, 100);
		this.loseBound = dice.pick(0, 0, 0, 50);
		this.expire = dice.pick(0, 0, 0, 20);
		this.linger = dice.pick(0, 0, 0, 20);
	}

	@Override
	public String toString() {
		return "a buffer of " + this.msgBufferSize + " messages, " + this.limits();
	}

	BufferLimits limits() {
		return new BufferLimits(this.bufferedBytes, this.maxMessage, this.runAhead);
	}

}
