package io.tractor.task;

import java.security.Principal;
import java.util.Map;

import io.tractor.Peer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.util.MimeType;

/**
 * What a caller sent to open a context.
 *
 * @param route the route, destination variables filled in
 * @param contextId the context's id
 * @param caller who opens it, as claimed
 * @param argument the encoded argument, or {@code null} if there is none
 * @param dataMimeType how the argument and all messages are encoded
 * @param headers headers that the caller added
 * @param deadline when the caller will end the context, or {@code null} if it does not
 * say
 * @param principal the authenticated principal, or {@code null} without security
 * @param reactorContext the Reactor context of the authorized request, with the security
 * context in it
 */
@SuppressWarnings("ArrayRecordComponent")
public record Opening(String route, String contextId, Peer caller, byte @Nullable [] argument, MimeType dataMimeType,
		Map<String, String> headers, @Nullable Deadline deadline, @Nullable Principal principal,
		ContextView reactorContext) {

	/**
	 * Return this opening with a Reactor context that may be another one.
	 */
	Opening in(ContextView context) {
		return (context == this.reactorContext) ? this : new Opening(this.route, this.contextId, this.caller,
				this.argument, this.dataMimeType, this.headers, this.deadline, this.principal, context);
	}

}
