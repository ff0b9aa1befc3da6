package io.tractor.rows;

import java.util.stream.Stream;

import io.tractor.Side;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Under what circumstances a row is tested.
 */
final class Cases {

	private Cases() {
	}

	/**
	 * Return each form over the fast links, and one over the slowest.
	 */
	static Stream<Arguments> linkAndForm() {
		return Stream.concat(
				Stream.of(Link.MEMORY, Link.TCP)
					.flatMap((link) -> Stream.of(Form.values()).map((form) -> Arguments.of(link, form))),
				Stream.of(Arguments.of(Link.WEBSOCKET, Form.SCOPE)));
	}

	static Stream<Arguments> linkFormAndSide() {
		return linkAndForm()
			.flatMap((arguments) -> Stream.of(Side.values()).map((side) -> append(arguments.get(), side)));
	}

	/**
	 * Return the circumstances in which code goes on after its context was ended: what is
	 * subscribed reactively is cancelled instead, and that is its end.
	 */
	static Stream<Arguments> goingOn() {
		return linkAndForm().filter((arguments) -> arguments.get()[1] != Form.REACTIVE);
	}

	private static Arguments append(Object[] arguments, Side side) {
		return Arguments.of(arguments[0], arguments[1], side);
	}

}
