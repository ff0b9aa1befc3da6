package io.tractor.rows;

import io.tractor.ContextHandle;
import io.tractor.ContextSpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * How a test opens its contexts.
 */
enum Form {

	SCOPE {

		@Override
		<V, I, O, R, T> T run(ContextSpec<?, V, I, O, R> spec, ContextSpec.Body<V, I, O, R, T, Exception> body)
				throws Exception {
			return spec.run(body);
		}

		@Override
		void awaitBroken(ThrowingCallable probe) {
			Waits.awaitInterrupt();
		}

	},

	HANDLE {

		@Override
		<V, I, O, R, T> T run(ContextSpec<?, V, I, O, R> spec, ContextSpec.Body<V, I, O, R, T, Exception> body)
				throws Exception {
			try (ContextHandle<V, I, O, R> handle = spec.open()) {
				return body.run(handle);
			}
		}

		@Override
		void awaitBroken(ThrowingCallable probe) {
			Waits.until(() -> catchThrowable(probe) != null);
		}

	},

	REACTIVE {

		@Override
		<V, I, O, R, T> T run(ContextSpec<?, V, I, O, R> spec, ContextSpec.Body<V, I, O, R, T, Exception> body)
				throws Exception {
			return Reactively.run(spec, body);
		}

		@Override
		void awaitBroken(ThrowingCallable probe) {
			Waits.awaitInterrupt();
		}

	};

	abstract <V, I, O, R, T> T run(ContextSpec<?, V, I, O, R> spec, ContextSpec.Body<V, I, O, R, T, Exception> body)
			throws Exception;

	/**
	 * Wait until the caller's side knows that its context was ended.
	 * @param probe a call on the context that throws then
	 */
	abstract void awaitBroken(ThrowingCallable probe);

}
