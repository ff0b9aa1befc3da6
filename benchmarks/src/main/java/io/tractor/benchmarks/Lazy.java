package io.tractor.benchmarks;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Makes something when it is first asked for.
 *
 * @param <T> what it makes
 */
public final class Lazy<T> {

	private final Callable<T> maker;

	private @Nullable T made;

	public Lazy(Callable<T> maker) {
		this.maker = maker;
	}

	/**
	 * Return it, the same each time.
	 */
	public synchronized T get() {
		T value = this.made;
		if (value == null) {
			try {
				value = this.maker.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			this.made = value;
		}
		return value;
	}

}
