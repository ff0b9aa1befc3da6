package io.tractor;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets context propagation carry the current context along, under the key that it has in
 * Reactor contexts: with Reactor's automatic context propagation switched on,
 * {@link TaskContext#current()} works in operators, on whatever thread (O7). Found by
 * {@link java.util.ServiceLoader}; not meant to be called.
 */
public final class TaskContextAccessor implements ThreadLocalAccessor<TaskContext> {

	@Override
	public Object key() {
		return TaskContext.class;
	}

	@Override
	public @Nullable TaskContext getValue() {
		return CurrentContext.get().orElse(null);
	}

	@Override
	public void setValue(TaskContext context) {
		CurrentContext.set(context);
	}

	@Override
	public void setValue() {
		CurrentContext.set(null);
	}

}
