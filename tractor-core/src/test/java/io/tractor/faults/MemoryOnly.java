package io.tractor.faults;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Where tests run to see whether they notice a fault, lets them run over the fastest link
 * alone, and no longer than until one of them has failed. Not used elsewhere: extensions
 * are not detected by default.
 */
public final class MemoryOnly implements ExecutionCondition {

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		String name = context.getDisplayName();
		boolean slow = name.startsWith("[") && (name.contains("TCP") || name.contains("WEBSOCKET"));
		if (slow || RowRun.hasFailed()) {
			return ConditionEvaluationResult.disabled(slow ? "another link" : "a test has failed");
		}
		return ConditionEvaluationResult.enabled("");
	}

}
