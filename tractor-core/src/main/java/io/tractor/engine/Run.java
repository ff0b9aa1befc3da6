package io.tractor.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Messages that follow each other at the head of a buffer, for this side's task to take
 * without calling the engine. Those that it has not taken are still in the buffer: the
 * engine may take them back at any time. Thread-safe.
 */
public final class Run {

	static final int MAX_LENGTH = 64;

	private static final VarHandle TAKEN;

	private static final int RECALLED = -1;

	private static final byte[] GONE = {};

	static {
		try {
			TAKEN = MethodHandles.lookup().findVarHandle(Run.class, "taken", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final byte[][] messages;

	/**
	 * Kept, as messages are let go of when they are taken.
	 */
	private final int[] lengths;

	private final long first;

	private volatile int taken;

	/**
	 * Create a run whose first message is taken.
	 * @param messages the messages
	 * @param length how many they are
	 * @param first the index of the first one among all that the peer sent
	 */
	Run(byte[][] messages, int length, long first) {
		this.messages = messages;
		this.first = first;
		this.lengths = new int[length];
		for (int i = 0; i < length; i++) {
			this.lengths[i] = messages[i].length;
		}
		this.taken = 1;
	}

	/**
	 * Take the next message.
	 * @return its position, or a negative number if none is left
	 */
	public int take() {
		int position = this.taken;
		while (position >= 0 && position < this.lengths.length) {
			if (TAKEN.compareAndSet(this, position, position + 1)) {
				return position;
			}
			position = this.taken;
		}
		return -1;
	}

	/**
	 * Return a message. To be called once by who took it.
	 * @param position its position in the run
	 * @return its bytes
	 */
	public byte[] message(int position) {
		byte[] message = this.messages[position];
		this.messages[position] = GONE;
		return message;
	}

	/**
	 * Return the index of a message among all that the peer sent.
	 * @param position its position in the run
	 * @return the index
	 */
	public long index(int position) {
		return this.first + position;
	}

	int size() {
		return this.lengths.length;
	}

	int length(int position) {
		return this.lengths[position];
	}

	/**
	 * Return how many messages have been taken so far.
	 */
	int taken() {
		return this.taken;
	}

	/**
	 * Let no more messages be taken.
	 * @return how many have been taken
	 */
	int recall() {
		return (int) TAKEN.getAndSet(this, RECALLED);
	}

}
