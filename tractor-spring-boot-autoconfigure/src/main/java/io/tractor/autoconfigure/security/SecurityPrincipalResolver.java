package io.tractor.autoconfigure.security;

import java.security.Principal;

import io.tractor.rsocket.PrincipalResolver;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;

/**
 * Finds the authentication in Spring Security's reactive context. An anonymous one counts
 * as none.
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

}
