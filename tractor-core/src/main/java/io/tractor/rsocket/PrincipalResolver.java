package io.tractor.rsocket;

import java.security.Principal;

import io.rsocket.exceptions.RejectedException;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * What the server's security says of an opening: who is authenticated, and what its
 * errors mean.
 */
@FunctionalInterface
public interface PrincipalResolver {

	/**
	 * Resolve the principal. Not called where nothing stands between the connection and
	 * the handlers that could have authenticated anybody.
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

	/**
	 * Return whether an error of the security chain means that the opening is denied, so
	 * that its message is for the caller, or that something failed, which is logged here
	 * (L4). By default RSocket's {@link RejectedException} and {@link SecurityException}
	 * deny.
	 * @param error the error
	 * @return whether the opening is denied
	 */
	default boolean isDenial(Throwable error) {
		return error instanceof RejectedException || error instanceof SecurityException;
	}

}
