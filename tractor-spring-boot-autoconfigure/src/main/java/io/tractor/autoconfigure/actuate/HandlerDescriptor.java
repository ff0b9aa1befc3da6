package io.tractor.autoconfigure.actuate;

import io.tractor.task.CalleeHandler;
import io.tractor.task.ReactiveCalleeHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * A handler of contexts.
 *
 * @param route the pattern of its route
 * @param handledBy the method and its bean
 * @param kind how it runs: {@code blocking} or {@code reactive}
 * @param types the types of what passes between the two sides
 * @param settings the settings of its stream unless the call to {@code openStream} says
 * otherwise
 */
public record HandlerDescriptor(String route, String handledBy, String kind, Types types, SettingsDescriptor settings) {

	static HandlerDescriptor of(CalleeHandler handler) {
		return new HandlerDescriptor(handler.pattern(), handler.description(),
				(handler instanceof ReactiveCalleeHandler) ? "reactive" : "blocking", Types.of(handler),
				SettingsDescriptor.of(handler.settings()));
	}

	/**
	 * Types by name, each {@code null} for what there is not.
	 *
	 * @param argument the caller's argument
	 * @param started the started value
	 * @param received messages to the handler
	 * @param sent messages from the handler
	 * @param result its result
	 */
	public record Types(@Nullable String argument, @Nullable String started, @Nullable String received,
			@Nullable String sent, @Nullable String result) {

		static Types of(CalleeHandler handler) {
			return new Types(name(handler.argumentType()), name(handler.startedType()), name(handler.receivedType()),
					name(handler.sentType()), name(handler.resultType()));
		}

		private static @Nullable String name(ResolvableType type) {
			return (type.resolve() != Void.class) ? type.toString() : null;
		}

	}

}
