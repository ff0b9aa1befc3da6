package io.tractor.autoconfigure.actuate;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of the {@link TractorEndpoint}, for
 * HTTP's status codes.
 */
@EndpointWebExtension(endpoint = TractorEndpoint.class)
public final class TractorEndpointWebExtension {

	private final TractorEndpoint delegate;

	TractorEndpointWebExtension(TractorEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * Cancel a context.
	 * @param securityContext says who asks for it
	 * @param id its id
	 * @param reason why, for people on both sides
	 * @return the context as it is then, or status 404 if there is no such context, or it
	 * is over
	 */
	@DeleteOperation
	public WebEndpointResponse<ContextSides> cancel(SecurityContext securityContext, @Selector String id,
			@Nullable String reason) {
		Principal operator = securityContext.getPrincipal();
		ContextSides cancelled = this.delegate.cancel(id, reason, (operator != null) ? operator.getName() : null);
		return (cancelled != null) ? new WebEndpointResponse<>(cancelled)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
