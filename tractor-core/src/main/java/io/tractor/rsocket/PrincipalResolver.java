package io.tractor.rsocket;

import java.security.Principal;

import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Finds who is authenticated for an opening.
 */
@FunctionalInterface
public interface PrincipalResolver {

	/**
	 * Resolve the principal.
	 * @param context the Reactor context of the authorized request
	 * @return the principal, or empty if there is none
	 */
	Mono<Principal> resolve(ContextView context);

	/**
	 * Give the context from which the thread-locals of the handler's thread are set, by
	 * the accessors that Micrometer's context propagation knows. By default this is the
	 * given one.
	 * @param context the Reactor context of the authorized request
	 * @return the context for the handler
	 */
	default Mono<ContextView> handlerContext(ContextView context) {
		return Mono.just(context);
	}

}
