package io.tractor.autoconfigure.security;

import java.security.Principal;

import io.tractor.rsocket.PrincipalResolver;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;

/**
 * Finds the authentication in Spring Security's reactive context, and knows Spring
 * Security's errors. An anonymous authentication counts as none.
 */
final class SecurityPrincipalResolver implements PrincipalResolver {

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	@Override
	public Mono<Principal> resolve(ContextView context) {
		return ReactiveSecurityContextHolder.getContext()
			.mapNotNull(SecurityContext::getAuthentication)
			.filter(this.trust::isAuthenticated)
			.cast(Principal.class)
			.contextWrite(context);
	}

	/**
	 * Add the context under the name by which it gets into the
	 * {@link org.springframework.security.core.context.SecurityContextHolder}.
	 */
	@Override
	public Mono<ContextView> handlerContext(ContextView context) {
		return ReactiveSecurityContextHolder.getContext()
			.<ContextView>map((security) -> Context.of(context).put(SecurityContext.class.getName(), security))
			.defaultIfEmpty(context)
			.contextWrite(context);
	}

	/**
	 * Return whether access was denied, or the authentication refused. That
	 * authentication could not be tried at all is a failure, not a denial.
	 */
	@Override
	public boolean isDenial(Throwable error) {
		return error instanceof AccessDeniedException
				|| (error instanceof AuthenticationException && !(error instanceof AuthenticationServiceException))
				|| PrincipalResolver.super.isDenial(error);
	}

}
