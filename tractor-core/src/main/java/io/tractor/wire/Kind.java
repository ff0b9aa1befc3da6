package io.tractor.wire;

/**
 * First byte of an envelope. A receiver ignores unknown kinds from {@link #IGNORABLE} up.
 */
final class Kind {

	static final int STARTED = 0x01;

	static final int MSG = 0x02;

	static final int BATCH = 0x03;

	static final int OPENED = 0x04;

	static final int END_SEND = 0x05;

	static final int RETURN = 0x06;

	static final int BUNDLE = 0x07;

	static final int CREDIT = 0x10;

	static final int PROBE = 0x11;

	static final int STOP_RECEIVE = 0x12;

	static final int OVERRUN = 0x13;

	static final int DROPPED = 0x14;

	static final int DECODE_FAILED = 0x15;

	static final int CANCEL = 0x16;

	static final int ERROR = 0x17;

	static final int REJECT = 0x18;

	static final int CANCELLED = 0x19;

	static final int END = 0x1a;

	static final int IGNORABLE = 0x80;

	private Kind() {
	}

}
