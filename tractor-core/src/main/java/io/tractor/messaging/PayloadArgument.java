package io.tractor.messaging;

import java.lang.annotation.Annotation;
import java.util.Optional;
import java.util.function.Supplier;

import io.tractor.MsgTypeException;
import io.tractor.TaskContext;
import io.tractor.task.MsgCodecs;
import io.tractor.task.Opening;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Conventions;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Decodes the caller's argument, and validates it if the parameter asks for that. An
 * argument of no bytes, such as an empty string, is an argument.
 */
final class PayloadArgument implements HandlerArgument {

	private final MethodParameter parameter;

	private final ResolvableType type;

	private final boolean required;

	private final MsgCodecs codecs;

	private final @Nullable Validator validator;

	private final Object @Nullable [] validationHints;

	PayloadArgument(MethodParameter parameter, MsgCodecs codecs, @Nullable Validator validator) {
		Payload annotation = parameter.getParameterAnnotation(Payload.class);
		boolean optional = parameter.isOptional() || (annotation != null && !annotation.required());
		this.parameter = parameter;
		this.type = ResolvableType.forMethodParameter(parameter.nestedIfOptional());
		this.required = parameter.getParameterType().isPrimitive() || !optional;
		this.codecs = codecs;
		this.validator = validator;
		this.validationHints = validationHints(parameter);
	}

	private static Object @Nullable [] validationHints(MethodParameter parameter) {
		for (Annotation annotation : parameter.getParameterAnnotations()) {
			Object[] hints = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (hints != null) {
				return hints;
			}
		}
		return null;
	}

	@Override
	public Optional<ResolvableType> payloadType() {
		return Optional.of(this.type);
	}

	@Override
	public @Nullable Object resolve(Opening opening, TaskContext context, Supplier<Message<DataBuffer>> message) {
		Object value = decode(opening);
		if (value != null) {
			validate(value, message);
		}
		return (this.parameter.getParameterType() == Optional.class) ? Optional.ofNullable(value) : value;
	}

	private @Nullable Object decode(Opening opening) {
		byte[] bytes = opening.argument();
		if (bytes != null) {
			return this.codecs.codec(this.type, opening.dataMimeType()).decode(bytes);
		}
		if (this.required) {
			throw new MsgTypeException("The caller gave no argument, but " + this.type
					+ " is required. Set the argument, or declare the parameter @Nullable", null);
		}
		return null;
	}

	private void validate(Object value, Supplier<Message<DataBuffer>> message) {
		if (this.validator == null || this.validationHints == null) {
			return;
		}
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(value,
				Conventions.getVariableNameForParameter(this.parameter));
		if (this.validationHints.length > 0 && this.validator instanceof SmartValidator smartValidator) {
			smartValidator.validate(value, result, this.validationHints);
		}
		else {
			this.validator.validate(value, result);
		}
		if (result.hasErrors()) {
			throw new MethodArgumentNotValidException(message.get(), this.parameter, result);
		}
	}

}
