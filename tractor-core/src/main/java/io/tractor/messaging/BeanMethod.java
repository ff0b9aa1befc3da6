package io.tractor.messaging;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean's class, with the bean to call it on, which may be a proxy. Generic
 * types are resolved against the bean's class, annotations of parameters are found on
 * interfaces too.
 */
final class BeanMethod extends AnnotatedMethod {

	private final String beanName;

	private final Class<?> beanType;

	private final Supplier<Object> bean;

	BeanMethod(String beanName, Class<?> beanType, Supplier<Object> bean, Method method) {
		super(method);
		this.beanName = beanName;
		this.beanType = beanType;
		this.bean = bean;
	}

	String beanName() {
		return this.beanName;
	}

	ResolvableType resultType() {
		return ResolvableType.forMethodReturnType(getBridgedMethod(), this.beanType);
	}

	@Override
	protected Class<?> getContainingClass() {
		return this.beanType;
	}

	@Nullable Object invoke(@Nullable Object[] arguments) throws Exception {
		Object target = this.bean.get();
		Method method = AopUtils.selectInvocableMethod(getBridgedMethod(), target.getClass());
		ReflectionUtils.makeAccessible(method);
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			Throwable failure = ex.getTargetException();
			if (failure instanceof Exception exception) {
				throw exception;
			}
			if (failure instanceof Error error) {
				throw error;
			}
			throw new UndeclaredThrowableException(failure);
		}
	}

}
