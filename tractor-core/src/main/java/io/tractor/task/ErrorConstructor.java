package io.tractor.task;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;

import io.tractor.LogText;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Makes exceptions of one type from their messages.
 *
 * @param constructor takes a message, a message and a cause, or nothing
 */
record ErrorConstructor(Constructor<? extends Throwable> constructor) {

	private static final Log logger = LogFactory.getLog(RemoteErrors.class);

	private static final Class<?>[][] SIGNATURES = { { String.class }, { String.class, Throwable.class }, {} };

	/**
	 * Find the constructor of a type.
	 * @throws IllegalArgumentException if it has none that can be called
	 */
	static ErrorConstructor of(Class<? extends Throwable> type) {
		if (Throwable.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
			for (Class<?>[] signature : SIGNATURES) {
				Constructor<? extends Throwable> constructor = find(type, signature);
				if (constructor != null) {
					return new ErrorConstructor(constructor);
				}
			}
		}
		throw new IllegalArgumentException(type.getName() + " cannot be rebuilt: it must be an exception that is not"
				+ " abstract, with a constructor that takes (String), (String, Throwable) or nothing and is not private");
	}

	private static @Nullable Constructor<? extends Throwable> find(Class<? extends Throwable> type,
			Class<?>[] signature) {
		try {
			Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(signature);
			if (Modifier.isPrivate(constructor.getModifiers())) {
				return null;
			}
			ReflectionUtils.makeAccessible(constructor);
			return constructor;
		}
		catch (NoSuchMethodException | InaccessibleObjectException ex) {
			return null;
		}
	}

	/**
	 * Make an exception, without a stack trace since it was not thrown here, and with a
	 * message that is fit for a log.
	 * @return the exception, or {@code null} if its own code failed
	 */
	@Nullable Throwable create(String message) {
		try {
			Throwable error = switch (this.constructor.getParameterCount()) {
				case 0 -> this.constructor.newInstance();
				case 1 -> this.constructor.newInstance(LogText.escape(message));
				default -> this.constructor.newInstance(LogText.escape(message), null);
			};
			error.setStackTrace(new StackTraceElement[0]);
			return error;
		}
		catch (ReflectiveOperationException | RuntimeException | LinkageError ex) {
			logger.warn("An error of type " + this.constructor.getDeclaringClass().getName()
					+ " from another application could not be rebuilt, and is told by its name alone", ex);
			return null;
		}
	}

}
