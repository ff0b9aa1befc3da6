package io.tractor.task;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

import io.tractor.EndOfStreamException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Iterates over what is received until the end of the stream.
 *
 * @param <R> the messages
 */
final class MsgIterator<R> implements Iterator<R> {

	private final Supplier<R> receive;

	private @Nullable R next;

	MsgIterator(Supplier<R> receive) {
		this.receive = receive;
	}

	@Override
	public boolean hasNext() {
		if (this.next == null) {
			try {
				this.next = this.receive.get();
			}
			catch (EndOfStreamException ex) {
				return false;
			}
		}
		return true;
	}

	@Override
	public R next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		R msg = this.next;
		Assert.state(msg != null, "No message");
		this.next = null;
		return msg;
	}

}
