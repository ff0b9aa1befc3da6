package io.tractor.task;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sends nothing, and keeps what is to be run after sending.
 */
final class UnsentOutlet implements ContextMonitor.Outlet {

	final Deque<Runnable> afterwards = new ArrayDeque<>();

	boolean urgent;

	Runnable whenWritable = () -> {
	};

	@Override
	public void writable(boolean isUrgent) {
		this.urgent |= isUrgent;
		this.whenWritable.run();
	}

	@Override
	public void afterWriting(Runnable action) {
		this.afterwards.add(action);
	}

}
