package io.tractor.autoconfigure.security;

import java.security.Principal;

import io.tractor.rsocket.PrincipalResolver;
import reactor.core.publisher.Mono;
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

}
