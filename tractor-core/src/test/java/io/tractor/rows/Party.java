package io.tractor.rows;

import java.util.function.Consumer;
import java.util.function.Function;

import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Side;
import io.tractor.StreamOptions;
import io.tractor.TaskContext;

/**
 * One side of a context that looks the same from both, for rows that can be turned round.
 *
 * @param context the side's view of the context
 * @param opener opens the side's stream
 */
record Party(TaskContext context, Function<Consumer<StreamOptions>, MsgStream<String, String>> opener) {

	static final ContextType<String, String, String, String, String> TALK = new ContextType<>("talk") {
	};

	MsgStream<String, String> openStream() {
		return openStream((options) -> {
		});
	}

	MsgStream<String, String> openStream(Consumer<StreamOptions> options) {
		return this.opener.apply(options);
	}

	/**
	 * Open a context in which one side plays one part and the other side the other.
	 * @param side the side that plays the first part
	 * @return the result, which is "done"
	 */
	static String run(Pair pair, Form form, Side side, Part first, Part second) throws Exception {
		Part caller = (side == Side.CALLER) ? first : second;
		Part callee = (side == Side.CALLER) ? second : first;
		pair.handle(TALK, (ctx, argument) -> {
			ctx.started("ready");
			callee.play(new Party(ctx, ctx::openStream));
			return "done";
		});
		return form.run(pair.portal.context(TALK), (ctx) -> {
			caller.play(new Party(ctx, ctx::openStream));
			return ctx.result();
		});
	}

	/**
	 * What one side does.
	 */
	@FunctionalInterface
	interface Part {

		void play(Party party) throws Exception;

	}

}
