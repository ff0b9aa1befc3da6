package io.tractor.observation;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.tractor.ContextCancelledException;
import io.tractor.LogText;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.StallReport;
import io.tractor.observation.ContextObservationDocumentation.Events;
import io.tractor.task.ContextObservation;
import reactor.util.context.Context;

/**
 * The observation of one context on one side. It stops once the context is over and no
 * scope of it is open: so what is observed in a body is never longer than it. What is
 * told afterwards does not reach it.
 */
final class MicrometerContextObservation implements ContextObservation {

	private final ObservationRegistry registry;

	private final Observation observation;

	private final ObservedContext observed;

	private final Map<String, String> headers;

	/**
	 * How many keep it from stopping: the context, and each open scope.
	 */
	private final AtomicInteger holds = new AtomicInteger();

	private boolean ended;

	MicrometerContextObservation(ObservationRegistry registry, Observation observation, ObservedContext observed,
			Map<String, String> headers) {
		this.registry = registry;
		this.observation = observation;
		this.observed = observed;
		this.headers = headers;
	}

	@Override
	public void start() {
		Guard.run("start", () -> {
			this.observation.start();
			this.holds.set(1);
		});
	}

	@Override
	public Map<String, String> headers() {
		return this.headers;
	}

	@Override
	public Scope openScope() {
		if (!hold()) {
			return Scope.NONE;
		}
		// a handler that fails leaves the thread's scope to us
		Observation.Scope previous = this.registry.getCurrentObservationScope();
		Observation.Scope scope = Guard.get("open a scope", Observation.Scope.NOOP, this.observation::openScope);
		if (scope == Observation.Scope.NOOP) {
			this.registry.setCurrentObservationScope(previous);
		}
		return () -> {
			Guard.run("close a scope", scope::close);
			this.registry.setCurrentObservationScope(previous);
			release();
		};
	}

	private boolean hold() {
		return this.holds.getAndUpdate((count) -> (count > 0) ? count + 1 : 0) > 0;
	}

	private void release() {
		if (this.holds.decrementAndGet() == 0) {
			Guard.run("stop", this.observation::stop);
		}
	}

	@Override
	public Context write(Context context) {
		return context.put(ObservationThreadLocalAccessor.KEY, this.observation);
	}

	@Override
	public void started() {
		note(Events.STARTED);
	}

	@Override
	public void streamOpened() {
		note(Events.OPENED);
	}

	@Override
	public void overrun(OverrunReport report) {
		note(Events.OVERRUN.with(ContextKeyValues.value(report.reason()) + ", buffer of the " + report.receiver()));
	}

	@Override
	public void stalled(StallReport report) {
		note(Events.STALLED.with(ContextKeyValues.value(report.reason())));
	}

	@Override
	public void cancelled(ContextCancelledException cancellation) {
		note(Events.CANCELLED.with("by the " + cancellation.by() + ", " + LogText.escape(cancellation.reason())));
	}

	private synchronized void note(Observation.Event event) {
		if (!this.ended && this.holds.get() > 0) {
			Guard.run("note an event", () -> this.observation.event(event));
		}
	}

	@Override
	public synchronized void ended(Peer peer, Outcome<?> outcome) {
		if (this.ended || this.holds.get() == 0) {
			return;
		}
		this.ended = true;
		this.observed.ended(peer, outcome);
		if (outcome instanceof Outcome.Failed<?> failed) {
			Guard.run("note an error", () -> this.observation.error(failed.error()));
		}
		release();
	}

}
