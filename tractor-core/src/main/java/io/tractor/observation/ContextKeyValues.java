package io.tractor.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.tractor.Outcome;
import io.tractor.observation.ContextObservationDocumentation.HighCardinalityKeys;
import io.tractor.observation.ContextObservationDocumentation.LowCardinalityKeys;
import org.jspecify.annotations.Nullable;

/**
 * What the default conventions of both sides have in common.
 */
final class ContextKeyValues {

	private ContextKeyValues() {
	}

	static String contextualName(ObservedContext context) {
		return "context " + context.pattern();
	}

	static KeyValues lowCardinality(ObservedContext context) {
		Outcome<?> outcome = context.outcome();
		return KeyValues.of(LowCardinalityKeys.ROUTE.withValue(context.routeValue()),
				LowCardinalityKeys.OUTCOME.withValue(value(outcome)),
				LowCardinalityKeys.EXCEPTION.withValue(exception(outcome)));
	}

	private static String value(@Nullable Outcome<?> outcome) {
		if (outcome == null) {
			return "unknown";
		}
		if (outcome instanceof Outcome.Completed) {
			return "completed";
		}
		return (outcome instanceof Outcome.Cancelled) ? "cancelled" : "failed";
	}

	private static String exception(@Nullable Outcome<?> outcome) {
		if (outcome instanceof Outcome.Failed<?> failed) {
			String name = failed.error().getClass().getSimpleName();
			return name.isEmpty() ? failed.error().getClass().getName() : name;
		}
		return KeyValue.NONE_VALUE;
	}

	static KeyValues highCardinality(ObservedContext context) {
		return KeyValues.of(HighCardinalityKeys.CONTEXT_ID.withValue(context.id()),
				HighCardinalityKeys.PEER.withValue(context.peer().toString()));
	}

	static String value(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
