package io.tractor.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations that {@link MicrometerContextObserver} makes: one for each context on
 * each side. The callee's is a part of the caller's.
 */
public enum ContextObservationDocumentation implements ObservationDocumentation {

	/**
	 * A context that this application opens: from the call that opens it, connecting
	 * included, until it is over and its body has returned.
	 */
	CALLER("tractor.caller", DefaultCallerObservationConvention.class),

	/**
	 * A context that this application has a handler for: from when the handler is to be
	 * called until the context is over. Openings that are refused before are not observed
	 * on this side.
	 */
	CALLEE("tractor.callee", DefaultCalleeObservationConvention.class);

	private final String name;

	private final Class<? extends ObservationConvention<? extends Observation.Context>> convention;

	ContextObservationDocumentation(String name,
			Class<? extends ObservationConvention<? extends Observation.Context>> convention) {
		this.name = name;
		this.convention = convention;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
		return this.convention;
	}

	@Override
	public String getContextualName() {
		return "context %s";
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return LowCardinalityKeys.values();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return HighCardinalityKeys.values();
	}

	@Override
	public Observation.Event[] getEvents() {
		return Events.values();
	}

	/**
	 * Keys with few values.
	 */
	public enum LowCardinalityKeys implements KeyName {

		/**
		 * The pattern of the context's route, {@code other} for routes of a caller beyond
		 * the first 200.
		 */
		ROUTE("route"),

		/**
		 * How the context ended for this side: {@code completed}, {@code cancelled} or
		 * {@code failed}; {@code unknown} before its end.
		 */
		OUTCOME("outcome"),

		/**
		 * The simple name of the class of the error, {@code none} for a context that did
		 * not fail.
		 */
		EXCEPTION("exception");

		private final String key;

		LowCardinalityKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Keys with many values, which meters do not have.
	 */
	public enum HighCardinalityKeys implements KeyName {

		/**
		 * The context's id, the same on both sides and in reports and logs.
		 */
		CONTEXT_ID("context.id"),

		/**
		 * The other side, as {@code application/instance}.
		 */
		PEER("peer");

		private final String key;

		HighCardinalityKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * What is noted when it happens. An error is noted as the observation's error.
	 */
	public enum Events implements Observation.Event {

		/**
		 * The context has started: for the callee when it said so, for the caller when it
		 * heard of it.
		 */
		STARTED("started"),

		/**
		 * This side has opened its stream.
		 */
		OPENED("opened"),

		/**
		 * Messages met a full buffer, on this side or the other one. In a trace, with the
		 * reason and the receiver.
		 */
		OVERRUN("overrun"),

		/**
		 * This side has waited for the other one for longer than
		 * {@code tractor.stalled-after}. In a trace, with what it waits for.
		 */
		STALLED("stalled"),

		/**
		 * The context was cancelled, and is about to end. In a trace, with who cancelled
		 * it, and why.
		 */
		CANCELLED("cancelled");

		private final String event;

		Events(String event) {
			this.event = event;
		}

		@Override
		public String getName() {
			return this.event;
		}

		Observation.Event with(String details) {
			return Observation.Event.of(this.event, this.event + ": " + details);
		}

	}

}
