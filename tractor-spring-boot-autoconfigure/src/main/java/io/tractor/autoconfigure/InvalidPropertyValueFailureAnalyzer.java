package io.tractor.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Names a property with a value that cannot work, where it was set, and what to write
 * instead.
 */
final class InvalidPropertyValueFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPropertyValueException> {

	private final Environment environment;

	InvalidPropertyValueFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPropertyValueException cause) {
		StringBuilder description = new StringBuilder();
		if (cause.value() != null) {
			description
				.append(String.format("Property %s cannot be used:%n%n    Value: \"%s\"", cause.name(), cause.value()));
		}
		else {
			description.append(String.format("Property %s is missing:%n", cause.name()));
		}
		Origin origin = origin(cause.name());
		if (origin != null) {
			description.append(String.format("%n    Origin: %s", origin));
		}
		description.append(String.format("%n    Reason: %s", cause.reason()));
		return new FailureAnalysis(description.toString(), "Update your application's configuration: " + cause.reason(),
				cause);
	}

	private @Nullable Origin origin(String name) {
		ConfigurationPropertyName propertyName = ConfigurationPropertyName.isValid(name)
				? ConfigurationPropertyName.of(name) : null;
		if (propertyName == null) {
			return null;
		}
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(propertyName);
			if (property != null) {
				return property.getOrigin();
			}
		}
		return null;
	}

}
