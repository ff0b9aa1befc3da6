package io.tractor.task;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.tractor.ContextProtocolException;
import io.tractor.ErrorRedactor;
import io.tractor.MsgTypeException;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.StreamOverrunException;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.ErrorBoundary;
import io.tractor.engine.ErrorText;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * What an application tells peers about its errors, and what it makes of theirs.
 * Immutable.
 */
public final class RemoteErrors implements ErrorBoundary {

	/**
	 * What an application does that configures nothing: messages go out, stack traces do
	 * not, and no type of error is rebuilt.
	 */
	public static final RemoteErrors DEFAULT = new RemoteErrors(null, false, Set.of());

	private static final Log logger = LogFactory.getLog(RemoteErrors.class);

	private final @Nullable ErrorRedactor redactor;

	private final boolean includeStackTrace;

	private final Map<String, ErrorConstructor> rebuilt = new HashMap<>();

	/**
	 * Create what an application does with errors.
	 * @param redactor decides what peers are told as messages, or {@code null} to tell
	 * them as they are
	 * @param includeStackTrace whether a handler's error carries its stack trace to the
	 * caller, with messages as the redactor wants them
	 * @param rebuilt types of errors that are rebuilt here when a peer names them, as the
	 * {@linkplain Throwable#getCause() cause} of the {@link RemoteActorException} (E9)
	 * @throws IllegalArgumentException if one of the types has no constructor that takes
	 * a message, a message and a cause, or nothing
	 */
	public RemoteErrors(@Nullable ErrorRedactor redactor, boolean includeStackTrace,
			Collection<? extends Class<? extends Throwable>> rebuilt) {
		this.redactor = redactor;
		this.includeStackTrace = includeStackTrace;
		rebuilt.forEach((type) -> this.rebuilt.put(type.getName(), ErrorConstructor.of(type)));
	}

	@Override
	public String message(Throwable error) {
		return redact(error, ErrorText.message(error));
	}

	private String redact(Throwable error, String message) {
		if (this.redactor == null) {
			return message;
		}
		try {
			return this.redactor.redact(error, message);
		}
		catch (RuntimeException | StackOverflowError ex) {
			logger.error("The redactor of errors failed; the peer is not told the message", ex);
			return "";
		}
	}

	/**
	 * Describe the error of a callee's task for its caller (E8).
	 */
	RemoteActorException.Failure describe(Throwable error, ContextIdentity callee) {
		if (error instanceof RemoteActorException remote) {
			return relay(remote, callee.self());
		}
		RemoteActorException.Code code = RemoteActorException.Code.APPLICATION;
		OverrunReport report = null;
		List<Peer> path = new ArrayList<>();
		if (error instanceof StreamOverrunException overrun) {
			code = RemoteActorException.Code.OVERRUN;
			report = overrun.report();
			path.add(report.receivedBy());
		}
		else if (error instanceof MsgTypeException) {
			code = RemoteActorException.Code.TYPE;
		}
		else if (error instanceof ContextProtocolException) {
			code = RemoteActorException.Code.PROTOCOL;
		}
		path.add(callee.self());
		return new RemoteActorException.Failure(code, ClassUtils.getUserClass(error).getName(), message(error),
				callee.route(), callee.id(), path,
				this.includeStackTrace ? StackTraceText.of(error, this::message) : null, report);
	}

	/**
	 * Pass on the error of another application: where it comes from and how it came, but
	 * no more of what it says than what is said about an error of this one.
	 */
	private RemoteActorException.Failure relay(RemoteActorException remote, Peer self) {
		RemoteActorException.Failure failure = remote.failure();
		List<Peer> path = new ArrayList<>(failure.relayPath());
		path.add(self);
		boolean traced = this.includeStackTrace && this.redactor == null;
		return new RemoteActorException.Failure(failure.code(), failure.exceptionType(),
				redact(remote, failure.message()), failure.route(), failure.contextId(), path,
				traced ? failure.stackTrace() : null, failure.overrun());
	}

	@Override
	public RemoteActorException received(RemoteActorException.Failure failure) {
		ErrorConstructor constructor = this.rebuilt.get(failure.exceptionType());
		return new RemoteActorException(failure, (constructor != null) ? constructor.create(failure.message()) : null);
	}

}
