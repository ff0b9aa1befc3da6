package io.tractor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of any Spring bean as the handler of contexts on a route. For each
 * context that a peer opens, the method runs once: on a handler thread where it may
 * block, or without one if it returns a reactive type, such as a {@code Mono}, a
 * {@code Flux} or a {@code CompletableFuture}.
 * <p>
 * Supported arguments:
 * <table>
 * <caption>Arguments of handler methods</caption>
 * <tr>
 * <th>Argument</th>
 * <th>Gets</th>
 * </tr>
 * <tr>
 * <td>{@link CalleeContext}</td>
 * <td>the context, at most once; without it the method is a plain call: {@code started}
 * is implied (O11)</td>
 * </tr>
 * <tr>
 * <td>{@link ReactiveCalleeContext}</td>
 * <td>the same for a reactive method, which cannot take a {@link CalleeContext}</td>
 * </tr>
 * <tr>
 * <td>{@code Flux} of messages, in a reactive method without a context</td>
 * <td>what the caller sends; subscribing to it receives</td>
 * </tr>
 * <tr>
 * <td>{@code @Payload} or an argument without annotation, at most one</td>
 * <td>the caller's argument, validated if annotated with {@code @Validated} or
 * {@code @Valid}</td>
 * </tr>
 * <tr>
 * <td>{@code @Header}, {@code @Headers}</td>
 * <td>headers that the caller set</td>
 * </tr>
 * <tr>
 * <td>{@code @DestinationVariable}</td>
 * <td>a variable of the route</td>
 * </tr>
 * <tr>
 * <td>{@link java.security.Principal}</td>
 * <td>who opened the context, with Spring Security</td>
 * </tr>
 * <tr>
 * <td>{@link Peer}</td>
 * <td>who opened the context, as claimed</td>
 * </tr>
 * <tr>
 * <td>{@link TaskContext}</td>
 * <td>the context as far as a plain call needs it</td>
 * </tr>
 * </table>
 * The return value is the context's result: of a {@code Mono} or future what it gives. A
 * {@code Flux} gives the messages to the caller, and there is no result then. An
 * exception or error signal ends the caller's scope with {@link RemoteActorException}.
 * When the context is cancelled, the thread is interrupted, or the subscription
 * cancelled.
 * <p>
 * A method with an unusable signature, or two on one route, stop the application at
 * start-up (O5).
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ActorContext {

	/**
	 * The route, with <code>{name}</code> for destination variables. Placeholders are
	 * resolved.
	 * @return the route
	 */
	String value();

	/**
	 * Whether a caller that sends waits while this side's buffer is full: {@code true} or
	 * {@code false}, placeholders are resolved. By default the application's setting
	 * holds.
	 * @return the setting, or empty
	 */
	String backpressure() default "";

	/**
	 * How many unconsumed messages this side's buffer holds, at least 1; placeholders are
	 * resolved. By default the application's setting holds.
	 * @return the size in messages, or empty
	 */
	String msgBufferSize() default "";

	/**
	 * What becomes of a message that meets the full buffer of a stream that this side
	 * opened without backpressure (V22): {@code error} ends the caller's scope with
	 * {@link StreamOverrunException}, {@code drop-latest} drops that message, and
	 * {@code drop-oldest} drops the oldest ones until it has room. Placeholders are
	 * resolved. A dropping policy implies {@code backpressure = "false"}, and cannot be
	 * combined with {@code "true"}. By default the application's setting holds.
	 * @return the policy, or empty
	 */
	String overflow() default "";

}
