package io.tractor.rows;

import io.tractor.ContextHandle;
import io.tractor.ContextSpec;

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

	},

	HANDLE {

		@Override
		<V, I, O, R, T> T run(ContextSpec<?, V, I, O, R> spec, ContextSpec.Body<V, I, O, R, T, Exception> body)
				throws Exception {
			try (ContextHandle<V, I, O, R> handle = spec.open()) {
				return body.run(handle);
			}
		}

	};

	abstract <V, I, O, R, T> T run(ContextSpec<?, V, I, O, R> spec, ContextSpec.Body<V, I, O, R, T, Exception> body)
			throws Exception;

}
