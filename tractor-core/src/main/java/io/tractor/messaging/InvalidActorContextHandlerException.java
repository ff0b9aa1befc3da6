package io.tractor.messaging;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * An {@link io.tractor.ActorContext @ActorContext} method cannot handle contexts: its
 * signature or an attribute is unusable, or its route is taken. Stops the application at
 * start-up (O5).
 */
@SuppressWarnings("serial")
public final class InvalidActorContextHandlerException extends IllegalStateException {

	private final transient Method method;

	private final String problem;

	private final String mend;

	/**
	 * Create an exception.
	 * @param method the method
	 * @param problem what is wrong with it, in sentences
	 * @param mend what to do, in sentences
	 */
	public InvalidActorContextHandlerException(Method method, String problem, String mend) {
		this(method, problem, mend, null);
	}

	InvalidActorContextHandlerException(Method method, String problem, String mend, @Nullable Throwable cause) {
		super("@ActorContext method [" + method.toGenericString() + "] cannot handle contexts: " + problem + " " + mend,
				cause);
		this.method = method;
		this.problem = problem;
		this.mend = mend;
	}

	/**
	 * Return the method.
	 * @return the method as found on the bean's class
	 */
	public Method method() {
		return this.method;
	}

	/**
	 * Return what is wrong with the method.
	 * @return one or more sentences
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return one or more sentences
	 */
	public String mend() {
		return this.mend;
	}

}
