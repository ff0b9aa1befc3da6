package io.tractor.task;

import java.util.ArrayList;
import java.util.List;

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
	 * not.
	 */
	public static final RemoteErrors DEFAULT = new RemoteErrors(null, false);

	private static final Log logger = LogFactory.getLog(RemoteErrors.class);

	private final @Nullable ErrorRedactor redactor;

	private final boolean includeStackTrace;

	/**
	 * Create what an application does with errors.
	 * @param redactor decides what peers are told as messages, or {@code null} to tell
	 * them as they are
	 * @param includeStackTrace whether a handler's error carries its stack trace to the
	 * caller, with messages as the redactor wants them
	 */
	public RemoteErrors(@Nullable ErrorRedactor redactor, boolean includeStackTrace) {
		this.redactor = redactor;
		this.includeStackTrace = includeStackTrace;
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
		return new RemoteActorException(failure);
	}

}
