package io.tractor.engine.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * One run of a context from its opening to its end, and of another one if the connection
 * is lost: a seed decides everything.
 */
final class Schedule {

	private static final int MAX_STEPS = 20_000;

	private static final int KINDS = 6;

	/**
	 * How often the dice decide what moves next before everything is tried in turn.
	 */
	private static final int DRAWS = 6;

	private final Dice dice;

	private final Trace trace;

	private final Tally tally;

	private final Profile profile;

	private final Traffic traffic;

	private final int[] weights;

	private final List<Link> links = new ArrayList<>(2);

	private int steps;

	Schedule(long seed, Trace trace, Tally tally) {
		this.dice = new Dice(seed);
		this.trace = trace;
		this.tally = tally;
		Profile[] profiles = Profile.values();
		this.profile = profiles[this.dice.below(profiles.length)];
		this.traffic = new Traffic(this.dice);
		connect();
		this.weights = new int[] { this.traffic.callerRuns, this.traffic.calleeRuns, this.traffic.callerWrites,
				this.traffic.calleeWrites, this.traffic.toCaller, this.traffic.toCallee };
	}

	private void connect() {
		Habits caller = new Habits(this.dice);
		Habits callee = new Habits(this.dice);
		this.profile.shape(caller, callee, this.traffic, this.dice);
		this.links.add(new Link("c-" + (1 + this.links.size()), caller, callee, this.dice, this.trace, this.tally));
	}

	Profile profile() {
		return this.profile;
	}

	/**
	 * Run until all is over.
	 */
	void run() {
		while (!isOver()) {
			Check.that(this.steps++ < MAX_STEPS, "it never ends");
			step();
		}
		this.links.forEach(Link::checkEnd);
	}

	private boolean isOver() {
		for (int i = 0; i < this.links.size(); i++) {
			if (!this.links.get(i).isOver()) {
				return false;
			}
		}
		return true;
	}

	private void step() {
		Link first = this.links.get(0);
		if (this.steps == this.traffic.cutAt && !first.isOver()) {
			first.cut(randomHalf(first));
			this.tally.add(Event.RECONNECTED);
			connect();
		}
		Link link = this.links.get((this.links.size() > 1) ? this.dice.below(this.links.size()) : 0);
		if (link.isOver()) {
			return;
		}
		if (link.isCut() && this.dice.chance(this.traffic.seeCut)) {
			link.seeCut();
		}
		int outside = this.dice.below(1000);
		if (outside < this.traffic.outside) {
			disturb(link);
		}
		else if (outside >= 1000 - this.traffic.settle) {
			link.settle();
		}
		if (!move(link)) {
			wakeUp(link);
		}
	}

	private Half randomHalf(Link link) {
		return this.dice.chance(50) ? link.caller : link.callee;
	}

	private void disturb(Link link) {
		Half half = randomHalf(link);
		switch (this.dice.below(4)) {
			case 0 -> link.release(half);
			case 1 -> {
				if (this.dice.chance(link.caller.habits.expire)) {
					link.caller.expire();
				}
			}
			case 2 -> {
				if (this.dice.chance(half.habits.beDisturbed)) {
					link.disturb(half, this.dice);
				}
			}
			default -> {
				if (this.dice.chance(half.habits.linger)) {
					link.linger();
				}
			}
		}
	}

	private boolean move(Link link) {
		for (int i = 0; i < DRAWS; i++) {
			if (move(link, draw())) {
				return true;
			}
		}
		int first = this.dice.below(KINDS);
		for (int i = 0; i < KINDS; i++) {
			if (move(link, (first + i) % KINDS)) {
				return true;
			}
		}
		return false;
	}

	private int draw() {
		int total = 0;
		for (int weight : this.weights) {
			total += weight;
		}
		int rest = this.dice.below(total);
		int kind = 0;
		while (rest >= this.weights[kind]) {
			rest -= this.weights[kind];
			kind++;
		}
		return kind;
	}

	private boolean move(Link link, int kind) {
		return switch (kind) {
			case 0 -> link.run(link.caller, this.dice);
			case 1 -> link.run(link.callee, this.dice);
			case 2 -> write(link, link.caller);
			case 3 -> write(link, link.callee);
			case 4 -> link.deliver(link.caller);
			default -> link.deliver(link.callee);
		};
	}

	private boolean write(Link link, Half half) {
		boolean blocked = this.traffic.callerBlocked == (half == link.caller) && this.steps >= this.traffic.blockedFrom
				&& this.steps < this.traffic.blockedTo;
		return !blocked && link.write(half, this.dice.chance(this.traffic.urgentFirst), this.traffic.batchBytes);
	}

	/**
	 * Nothing moves: let time pass until something does.
	 */
	private void wakeUp(Link link) {
		Half half = randomHalf(link);
		Half other = (half == link.caller) ? link.callee : link.caller;
		boolean moved = link.settle() || link.release(half) || link.release(other) || link.seeCut()
				|| link.disturb(half, this.dice) || link.disturb(other, this.dice);
		Check.that(moved || link.isOver(), "nothing will ever move again");
	}

}
