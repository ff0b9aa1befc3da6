package io.tractor.rows;

import io.tractor.CalleeContext;

/**
 * What a test lets its callee do.
 */
@FunctionalInterface
interface Handler<A, V, I, O, R> {

	R handle(CalleeContext<V, I, O> context, A argument) throws Exception;

}
