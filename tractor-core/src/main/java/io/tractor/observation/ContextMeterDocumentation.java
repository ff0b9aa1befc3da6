package io.tractor.observation;

import java.util.Arrays;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * The meters that {@link MeterContextListener} keeps. No tag has a value of which there
 * are many: a route is its pattern, and never a context's id.
 */
public enum ContextMeterDocumentation implements MeterDocumentation {

	/**
	 * Overruns of the stream's buffers that this application was told of, as the receiver
	 * or as the sender of the message that found no room. An episode of a dropping policy
	 * counts as one. Exists at 0 for every known route.
	 */
	STREAM_OVERRUNS("tractor.stream.overruns", Meter.Type.COUNTER, "overruns",
			"Messages that met a full buffer without backpressure", CommonKeys.ROUTE, CommonKeys.SIDE,
			OverrunKeys.RECEIVER, OverrunKeys.REASON),

	/**
	 * Messages that this application's tasks have sent.
	 */
	STREAM_MESSAGES_SENT("tractor.stream.messages.sent", Meter.Type.COUNTER, "messages", "Messages sent",
			CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * Messages that this application's tasks have taken from their buffers.
	 */
	STREAM_MESSAGES_RECEIVED("tractor.stream.messages.received", Meter.Type.COUNTER, "messages",
			"Messages taken from the buffer by the receiving task", CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * Messages that an overflow policy has dropped, in episodes that are over and that
	 * this application was told of, as the receiver or as the sender. Exists at 0 for
	 * every known route.
	 */
	STREAM_MESSAGES_DROPPED("tractor.stream.messages.dropped", Meter.Type.COUNTER, "messages",
			"Messages dropped by a full buffer's overflow policy", CommonKeys.ROUTE, CommonKeys.SIDE,
			OverrunKeys.RECEIVER),

	/**
	 * Messages to this application's tasks that nobody took, because the receiver stopped
	 * or the context ended. Counted when a context ends.
	 */
	STREAM_MESSAGES_DISCARDED("tractor.stream.messages.discarded", Meter.Type.COUNTER, "messages",
			"Messages that the receiving task left when it stopped or the context ended", CommonKeys.ROUTE,
			CommonKeys.SIDE),

	/**
	 * Encoded bytes of the messages that this application's tasks have sent.
	 */
	STREAM_BYTES_SENT("tractor.stream.bytes.sent", Meter.Type.COUNTER, "bytes", "Bytes of messages sent",
			CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * Encoded bytes of the messages that have arrived for this application's tasks.
	 */
	STREAM_BYTES_RECEIVED("tractor.stream.bytes.received", Meter.Type.COUNTER, "bytes", "Bytes of messages arrived",
			CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * Encoded bytes of the messages to this application's tasks that an overflow policy
	 * has dropped.
	 */
	STREAM_BYTES_DROPPED("tractor.stream.bytes.dropped", Meter.Type.COUNTER, "bytes",
			"Bytes of messages dropped by this side's overflow policy", CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * Encoded bytes of the messages that have arrived for this application's tasks and
	 * that nobody took. Counted when a context ends.
	 */
	STREAM_BYTES_DISCARDED("tractor.stream.bytes.discarded", Meter.Type.COUNTER, "bytes",
			"Bytes of messages that the receiving task left when it stopped or the context ended", CommonKeys.ROUTE,
			CommonKeys.SIDE),

	/**
	 * Messages in the buffers of all contexts of the route that run.
	 */
	STREAM_BUFFER_MESSAGES("tractor.stream.buffer.messages", Meter.Type.GAUGE, "messages",
			"Messages in the receive buffers now", CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * How full the fullest buffer of the route is, from 0 to 1.
	 */
	STREAM_BUFFER_FILL("tractor.stream.buffer.fill", Meter.Type.GAUGE, "ratio",
			"How full the fullest receive buffer is now", CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * The most messages that have been in one buffer, of the contexts of the route that
	 * run.
	 */
	STREAM_BUFFER_HIGH_WATER("tractor.stream.buffer.high.water", Meter.Type.GAUGE, "messages",
			"The most messages that a receive buffer has held, of the contexts that run", CommonKeys.ROUTE,
			CommonKeys.SIDE),

	/**
	 * How often and how long calls have waited for credit to send.
	 */
	STREAM_SEND_WAIT("tractor.stream.send.wait", Meter.Type.TIMER, "seconds",
			"Time that senders waited for the peer to make room", CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * How long openings took until the callee said {@code started}: for the caller from
	 * the sending of the opening on, for the callee from its arrival on.
	 */
	CONTEXTS_OPENING("tractor.contexts.opening", Meter.Type.TIMER, "seconds", "Time until a context had started",
			CommonKeys.ROUTE, CommonKeys.SIDE),

	/**
	 * Contexts that have started and not ended.
	 */
	CONTEXTS_ACTIVE("tractor.contexts.active", Meter.Type.GAUGE, "contexts", "Contexts that run now", CommonKeys.ROUTE,
			CommonKeys.SIDE),

	/**
	 * Times that a side has waited for the other one for longer than
	 * {@code tractor.stalled-after}, and cancellations that a callee ignored. Exists at 0
	 * for every known route.
	 */
	CONTEXTS_STALLED("tractor.contexts.stalled", Meter.Type.COUNTER, "waits",
			"Waits for a peer that does not read, does not return or ignores cancellation", CommonKeys.ROUTE,
			CommonKeys.SIDE, StallKeys.REASON),

	/**
	 * Contexts that have ended, those whose opening failed included.
	 */
	CONTEXTS_ENDED("tractor.contexts.ended", Meter.Type.COUNTER, "contexts", "Contexts that have ended",
			CommonKeys.ROUTE, CommonKeys.SIDE, EndKeys.OUTCOME),

	/**
	 * RSocket connections that contexts can be opened on, whoever made them.
	 */
	CONNECTIONS("tractor.connections", Meter.Type.GAUGE, "connections", "Connections that carry contexts");

	private final String name;

	private final Meter.Type type;

	private final String baseUnit;

	private final String description;

	private final KeyName[] keys;

	ContextMeterDocumentation(String name, Meter.Type type, String baseUnit, String description, KeyName... keys) {
		this.name = name;
		this.type = type;
		this.baseUnit = baseUnit;
		this.description = description;
		this.keys = keys;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	@Override
	public String getBaseUnit() {
		return this.baseUnit;
	}

	@Override
	public KeyName[] getKeyNames() {
		return Arrays.copyOf(this.keys, this.keys.length);
	}

	/**
	 * Return what the meter measures.
	 * @return one line
	 */
	public String description() {
		return this.description;
	}

	/**
	 * Tags of every meter but {@link ContextMeterDocumentation#CONNECTIONS}.
	 */
	public enum CommonKeys implements KeyName {

		/**
		 * The pattern of the context's route, or {@code other} once an application has
		 * opened contexts on very many of them.
		 */
		ROUTE("route"),

		/**
		 * The side that this application is on: {@code caller} or {@code callee}.
		 */
		SIDE("side");

		private final String key;

		CommonKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Tags of {@link ContextMeterDocumentation#STREAM_OVERRUNS} and
	 * {@link ContextMeterDocumentation#STREAM_MESSAGES_DROPPED}.
	 */
	public enum OverrunKeys implements KeyName {

		/**
		 * The side whose buffer was full: {@code caller} or {@code callee}.
		 */
		RECEIVER("receiver"),

		/**
		 * Why it was full: {@code never-opened} or {@code slow-consumer}.
		 */
		REASON("reason");

		private final String key;

		OverrunKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Tags of {@link ContextMeterDocumentation#CONTEXTS_STALLED}.
	 */
	public enum StallKeys implements KeyName {

		/**
		 * What is waited for: {@code does-not-read}, {@code does-not-return} or
		 * {@code ignores-cancellation}.
		 */
		REASON("reason");

		private final String key;

		StallKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Tags of {@link ContextMeterDocumentation#CONTEXTS_ENDED}.
	 */
	public enum EndKeys implements KeyName {

		/**
		 * How the context ended for this side: {@code completed}, {@code cancelled} or
		 * {@code failed}.
		 */
		OUTCOME("outcome");

		private final String key;

		EndKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
