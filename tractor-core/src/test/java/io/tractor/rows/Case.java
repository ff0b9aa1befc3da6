package io.tractor.rows;

import java.util.stream.Stream;

import io.tractor.Side;

/**
 * What a row is turned round by: the link, the form in which the context is opened, and
 * the side that sends, or that does what the row is about.
 *
 * @param link how the applications are connected
 * @param form how the caller opens the context
 * @param side the side that sends or acts
 */
record Case(Link link, Form form, Side side) {

	static Stream<Case> all() {
		return Cases.linkFormAndSide().map((arguments) -> {
			Object[] values = arguments.get();
			return new Case((Link) values[0], (Form) values[1], (Side) values[2]);
		});
	}

	static Stream<Case> callers() {
		return all().filter((each) -> each.side == Side.CALLER);
	}

	static Stream<Case> callees() {
		return all().filter((each) -> each.side == Side.CALLEE);
	}

	static Stream<Case> scopes() {
		return all().filter((each) -> each.form == Form.SCOPE);
	}

	static Stream<Case> scopesOfCallees() {
		return scopes().filter((each) -> each.side == Side.CALLEE);
	}

	/**
	 * Return the callees of callers whose body's error the library sees.
	 */
	static Stream<Case> calleesOfBodies() {
		return callees().filter((each) -> each.form != Form.HANDLE);
	}

	static Stream<Case> handles() {
		return callers().filter((each) -> each.form == Form.HANDLE);
	}

	/**
	 * Return the callees of callers whose code goes on after the context was ended: what
	 * is subscribed reactively is cancelled instead, and that is its end.
	 */
	static Stream<Case> calleesOfGoingOn() {
		return callees().filter((each) -> each.form != Form.REACTIVE);
	}

	@Override
	public String toString() {
		return this.link + ", " + this.form + ", " + this.side;
	}

}
