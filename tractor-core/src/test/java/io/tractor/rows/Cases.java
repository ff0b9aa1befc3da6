package io.tractor.rows;

import java.util.List;
import java.util.stream.Stream;

import io.tractor.Side;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Under what circumstances a row is tested.
 */
final class Cases {

	private static final List<Link> LINKS = List.of(Link.MEMORY, Link.TCP);

	private Cases() {
	}

	static Stream<Arguments> linkAndForm() {
		return LINKS.stream()
			.flatMap((link) -> Stream.of(Form.SCOPE, Form.HANDLE).map((form) -> Arguments.of(link, form)));
	}

	static Stream<Arguments> linkFormAndSide() {
		return linkAndForm()
			.flatMap((arguments) -> Stream.of(Side.values()).map((side) -> append(arguments.get(), side)));
	}

	private static Arguments append(Object[] arguments, Side side) {
		return Arguments.of(arguments[0], arguments[1], side);
	}

}
