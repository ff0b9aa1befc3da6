package io.tractor;

/**
 * A message met a full buffer that has no backpressure: raised in the sender's scope (V4,
 * V9).
 */
@SuppressWarnings("serial")
public final class StreamOverrunException extends TooSlowException {

	private final OverrunReport report;

	/**
	 * Create an exception.
	 * @param report what the receiver says about the overrun
	 */
	public StreamOverrunException(OverrunReport report) {
		super("Stream overrun: " + report.describe() + advice(report));
		this.report = report;
	}

	private static String advice(OverrunReport report) {
		return switch (report.reason()) {
			case NEVER_OPENED -> ". Open the stream on the " + report.receiver()
					+ "'s side before more messages are sent than its buffer holds, or enlarge msg-buffer-size there";
			case SLOW_CONSUMER -> ". Open the stream on the " + report.receiver()
					+ "'s side with backpressure or an overflow that drops, or enlarge msg-buffer-size there";
		};
	}

	/**
	 * Return the receiver's report, which carries the sender's identity too (V26).
	 * @return the report
	 */
	public OverrunReport report() {
		return this.report;
	}

}
