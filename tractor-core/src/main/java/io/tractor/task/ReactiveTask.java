package io.tractor.task;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import io.tractor.CurrentContext;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.TaskContext;
import reactor.util.context.Context;

/**
 * What the reactive views of both sides have in common.
 */
abstract sealed class ReactiveTask implements TaskContext permits ReactiveCallee, ReactiveScope {

	private final LinkedTask<?, ?> task;

	ReactiveTask(LinkedTask<?, ?> task) {
		this.task = task;
	}

	@Override
	public final String id() {
		return this.task.id();
	}

	@Override
	public final String route() {
		return this.task.route();
	}

	@Override
	public final Side side() {
		return this.task.side();
	}

	@Override
	public final Peer peer() {
		return this.task.peer();
	}

	@Override
	public final Optional<Duration> remainingTime() {
		return this.task.remainingTime();
	}

	@Override
	public final void cancel(String reason) {
		this.task.cancel(reason);
	}

	/**
	 * Call something with this context as the current one of the thread.
	 */
	final <T> T bind(Supplier<T> action) {
		CurrentContext.Binding binding = this.task.bind(this);
		try {
			return action.get();
		}
		finally {
			binding.close();
		}
	}

	/**
	 * Make this context, and its observation, the current ones of what is subscribed with
	 * a Reactor context.
	 */
	final Context write(Context context) {
		return this.task.observation().write(context.put(TaskContext.class, this));
	}

	@Override
	public final String toString() {
		return this.task.toString();
	}

}
