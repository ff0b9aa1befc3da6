package io.tractor.task;

import java.security.Principal;
import java.util.function.Consumer;

import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * The callee's side of a context for reactive code.
 */
final class ReactiveCallee extends ReactiveTask implements ReactiveCalleeContext<Object, Object, Object> {

	private final CalleeTask task;

	ReactiveCallee(CalleeTask task) {
		super(task);
		this.task = task;
	}

	@Override
	public void started(@Nullable Object value) {
		this.task.started(value);
	}

	@Override
	public ReactiveMsgStream<Object, Object> openStream() {
		return openStream((options) -> {
		});
	}

	@Override
	public ReactiveMsgStream<Object, Object> openStream(Consumer<StreamOptions> options) {
		return this.task.openReactiveStream(options);
	}

	@Override
	public @Nullable Principal principal() {
		return this.task.principal();
	}

}
