package io.tractor.rows;

import java.util.Arrays;
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
		return Stream.of(Link.MEMORY, Link.TCP)
			.flatMap((link) -> Stream.of(Form.SCOPE, Form.HANDLE)
				.flatMap((form) -> Arrays.stream(Side.values()).map((side) -> new Case(link, form, side))));
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

	@Override
	public String toString() {
		return this.link + ", " + this.form + ", " + this.side;
	}

}
