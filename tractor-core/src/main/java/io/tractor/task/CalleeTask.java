package io.tractor.task;

import java.security.Principal;
import java.util.List;
import java.util.concurrent.Executor;

import io.tractor.CalleeContext;
import io.tractor.ContextCancelledException;
import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.CurrentContext;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Side;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Envelopes;
import io.tractor.engine.Envelopes.Cancellation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The callee's side of a context: runs the handler and tells the caller how it ended.
 */
public final class CalleeTask extends LinkedTask<Object, Object> implements CalleeContext<Object, Object, Object> {

	private static final Log logger = LogFactory.getLog(CalleeTask.class);

	private final CalleeHandler handler;

	private final Opening opening;

	private final RemoteErrors errors;

	private final MsgCodec<Object> startedCodec;

	private final MsgCodec<Object> resultCodec;

	private @Nullable Ledger ledger;

	private @Nullable Ending ending;

	/**
	 * Create a task for an opening.
	 * @param handler runs it
	 * @param opening what the caller sent
	 * @param grant how much the caller lets this side send
	 * @param setup what all contexts have in common
	 * @param outlet told when there is something to write
	 */
	public CalleeTask(CalleeHandler handler, Opening opening, Envelopes.Grant grant, TaskSetup setup,
			ContextMonitor.Outlet outlet) {
		super(handler.pattern(), setup,
				new ContextIdentity(Side.CALLEE, opening.contextId(), opening.route(), setup.self()),
				opening.deadline(), opening.caller(), handler.settings(),
				setup.codecs().codec(handler.receivedType(), opening.dataMimeType()),
				setup.codecs().codec(handler.sentType(), opening.dataMimeType()), outlet, true,
				setup.observer().callee(handler.pattern(), opening));
		this.handler = handler;
		this.opening = opening.in(observation().write(Context.of(opening.reactorContext())));
		this.errors = setup.errors();
		this.startedCodec = setup.codecs().codec(handler.startedType(), opening.dataMimeType());
		this.resultCodec = setup.codecs().codec(handler.resultType(), opening.dataMimeType());
		monitor().update((engine) -> engine.granted(grant));
	}

	@Override
	public void started(@Nullable Object value) {
		byte[] bytes = encode(this.startedCodec, value, "A started value");
		monitor().update((engine) -> engine.start(bytes));
		tellStarted();
	}

	@Override
	public @Nullable Principal principal() {
		return this.opening.principal();
	}

	/**
	 * Refuse the opening instead of running the handler.
	 * @param rejection why
	 */
	public void reject(ContextRejectedException rejection) {
		monitor().update((engine) -> engine.refuse(rejection));
		conclude(new Ending(null, rejection));
	}

	/**
	 * Run the handler and tell the caller how it ended: a blocking one on a thread of the
	 * executor, a reactive one on the calling thread.
	 * @param executor has threads that may be blocked
	 * @throws java.util.concurrent.RejectedExecutionException if the executor has no
	 * thread
	 */
	public void start(Executor executor) {
		observation().start();
		register();
		if (this.handler instanceof ReactiveCalleeHandler reactive) {
			subscribe(reactive);
		}
		else if (this.handler instanceof BlockingCalleeHandler blocking) {
			executor.execute(() -> run(blocking));
		}
		else {
			throw new IllegalStateException("A handler must be blocking or reactive, but " + this.handler + " is not");
		}
	}

	private void run(BlockingCalleeHandler blocking) {
		Object result = null;
		byte[] bytes = null;
		Throwable error = null;
		CurrentContext.Binding binding = bind(this);
		monitor().enterBody();
		try {
			result = blocking.handle(this.opening, this);
			bytes = encode(this.resultCodec, result, "A result");
		}
		catch (Throwable ex) {
			error = ex;
		}
		finally {
			finish(result, bytes, error);
			binding.close();
		}
	}

	private void subscribe(ReactiveCalleeHandler reactive) {
		ReactiveCallee view = new ReactiveCallee(this);
		HandlerRun run = new HandlerRun();
		try {
			monitor().whenBroken(run);
			Mono.<Object>defer(() -> view.bind(() -> reactive.handle(this.opening, view)))
				.contextWrite((context) -> view.write(context).putAll(this.opening.reactorContext()))
				.subscribe(run);
		}
		catch (Throwable ex) {
			// what Reactor takes for fatal and does not signal must not leave the caller
			// waiting
			run.hookOnError(ex);
		}
	}

	private void returned(@Nullable Object result) {
		byte[] bytes;
		try {
			bytes = encode(this.resultCodec, result, "A result");
		}
		catch (RuntimeException ex) {
			finish(null, null, ex);
			return;
		}
		finish(result, bytes, null);
	}

	private void finish(@Nullable Object result, byte @Nullable [] bytes, @Nullable Throwable error) {
		conclude(monitor().compute((engine) -> {
			monitor().exitBody();
			TractorException cause = engine.cause();
			if (error != null && (cause == null || isOwnError(error, cause))) {
				return fail(engine, error);
			}
			if (cause != null) {
				if (error != null && error != cause && !Causes.isInterruption(error)) {
					cause.addSuppressed(error);
				}
				return endBy(engine, cause);
			}
			if (!engine.isStarted()) {
				return fail(engine, new ContextProtocolException("The handler of route '" + this.handler.pattern()
						+ "' returned without calling started(…): call it before returning"));
			}
			engine.complete(bytes);
			return new Ending(result, null);
		}));
	}

	private static boolean isOwnError(Throwable error, TractorException cause) {
		return cause instanceof ContextCancelledException && !Causes.contains(error, cause)
				&& !Causes.isInterruption(error);
	}

	private Ending fail(ContextEngine engine, Throwable error) {
		if (isClosedThere(error)) {
			engine.acknowledge(new Cancellation(Cancellation.Origin.LEFT, "the caller receives no more messages",
					error.getClass().getName(), this.errors.message(error)));
			return new Ending(null, new ContextCancelledException(route(), Side.CALLER, engine.peer(),
					"the caller receives no more messages", null, null));
		}
		engine.fail(this.errors.describe(error, identity()));
		monitor()
			.later(() -> logger.warn("The handler of route '" + this.handler.pattern() + "' failed in " + this, error));
		return new Ending(null, error);
	}

	private Ending endBy(ContextEngine engine, TractorException cause) {
		if (cause instanceof ContextCancelledException cancelled) {
			engine.acknowledge(new Cancellation(
					(cancelled.by() == Side.CALLER) ? Cancellation.Origin.CALLER : Cancellation.Origin.CALLEE,
					cancelled.reason(), cancelled.causeType(), cancelled.causeMessage()));
		}
		else if (!(cause instanceof TransportClosedException)) {
			engine.fail(this.errors.describe(cause, identity()));
		}
		return new Ending(null, cause);
	}

	private void conclude(Ending how) {
		monitor().update((engine) -> {
			this.ending = how;
			if (this.ledger != null) {
				monitor().later(this::tellOutcome);
			}
		});
	}

	@Override
	public Runnable finished(Ledger result) {
		unregister();
		this.ledger = result;
		return (this.ending != null) ? this::tellOutcome : () -> {
		};
	}

	private void tellOutcome() {
		Ending how = this.ending;
		Ledger figures = this.ledger;
		if (how == null || figures == null) {
			return;
		}
		List<OverrunReport> overruns = monitor().compute(ContextEngine::overruns);
		Throwable error = (how.error() != null) ? how.error() : monitor().compute(ContextEngine::cause);
		if (error == null) {
			tellEnded(new Outcome.Completed<>(how.result(), figures, overruns));
		}
		else if (error instanceof ContextCancelledException cancellation) {
			tellEnded(new Outcome.Cancelled<>(cancellation, figures, overruns));
		}
		else {
			TractorException late = monitor().compute(ContextEngine::lateError);
			if (late != null && late != error) {
				error.addSuppressed(late);
			}
			tellEnded(new Outcome.Failed<>(error, figures, overruns));
		}
	}

	/**
	 * Takes what a reactive handler gives, once, unless the context breaks before.
	 */
	private final class HandlerRun extends BaseSubscriber<Object> implements Runnable {

		private boolean over;

		private synchronized boolean end() {
			boolean first = !this.over;
			this.over = true;
			return first;
		}

		@Override
		protected void hookOnNext(Object result) {
			if (end()) {
				returned(result);
			}
		}

		@Override
		protected void hookOnComplete() {
			if (end()) {
				returned(null);
			}
		}

		@Override
		protected void hookOnError(Throwable error) {
			if (end()) {
				finish(null, null, error);
			}
			else {
				Operators.onErrorDropped(error, currentContext());
			}
		}

		/**
		 * The context is broken.
		 */
		@Override
		public void run() {
			cancel();
			hookOnComplete();
		}

	}

	private record Ending(@Nullable Object result, @Nullable Throwable error) {

	}

}
