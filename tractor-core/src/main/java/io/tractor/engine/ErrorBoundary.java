package io.tractor.engine;

import io.tractor.RemoteActorException;

/**
 * What errors say when they leave the process, and what is made of those that come in.
 * Called from within calls on the engine; must not block.
 */
public interface ErrorBoundary {

	/**
	 * Tells everything, and makes nothing but what is said of what comes in.
	 */
	ErrorBoundary OPEN = new ErrorBoundary() {

		@Override
		public String message(Throwable error) {
			return ErrorText.message(error);
		}

		@Override
		public RemoteActorException received(RemoteActorException.Failure failure) {
			return new RemoteActorException(failure);
		}

	};

	/**
	 * Return what the peer is told as an error's message.
	 * @param error the error
	 * @return the message, empty if there is none or the peer is not to know
	 */
	String message(Throwable error);

	/**
	 * Make an exception of what the peer says about its error.
	 * @param failure what it says
	 * @return the exception
	 */
	RemoteActorException received(RemoteActorException.Failure failure);

}
