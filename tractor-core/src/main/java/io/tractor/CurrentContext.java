package io.tractor;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Binds a context to the thread that runs its task. Meant for implementations; users look
 * the context up with {@link TaskContext#current()}.
 */
public final class CurrentContext {

	private static final ThreadLocal<@Nullable TaskContext> CURRENT = new ThreadLocal<>();

	private CurrentContext() {
	}

	static Optional<TaskContext> get() {
		return Optional.ofNullable(CURRENT.get());
	}

	static void set(@Nullable TaskContext context) {
		if (context == null) {
			CURRENT.remove();
		}
		else {
			CURRENT.set(context);
		}
	}

	/**
	 * Bind a context to the calling thread until the returned binding is closed, which
	 * restores the one bound before.
	 * @param context the context
	 * @return the binding, to be closed by the same thread
	 */
	public static Binding bind(TaskContext context) {
		TaskContext previous = CURRENT.get();
		set(context);
		return () -> set(previous);
	}

	/**
	 * A binding of a context to a thread.
	 */
	@FunctionalInterface
	public interface Binding extends AutoCloseable {

		@Override
		void close();

	}

}
