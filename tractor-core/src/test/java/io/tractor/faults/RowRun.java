package io.tractor.faults;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.DisplayName;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests of some rows in a process of its own, on whatever classes are first on
 * the class path, and appends to a file what became of each row: {@code <row> failed
 * <by what>}, or {@code <row> passed <how many>}.
 */
public final class RowRun implements TestExecutionListener {

	/**
	 * What runs many schedules or races for all rows at once.
	 */
	private static final Set<String> LONG = Set.of("SimulationTests", "RaceTests");

	private static volatile boolean failed;

	private final String row;

	private int passed;

	private String failure = "";

	private RowRun(String row) {
		this.row = row;
	}

	/**
	 * Run.
	 * @param args the file, and the rows
	 */
	public static void main(String[] args) throws IOException {
		for (String row : Arrays.asList(args).subList(1, args.length)) {
			String line = row + ' ' + new RowRun(row).run() + '\n';
			Files.writeString(Path.of(args[0]), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		// whatever threads a fault leaves behind
		Runtime.getRuntime().halt(0);
	}

	static boolean hasFailed() {
		return failed;
	}

	private String run() {
		failed = false;
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectPackage("io.tractor"))
			.filters(ClassNameFilter.includeClassNamePatterns(".*Tests"), EngineFilter.includeEngines("junit-jupiter"),
					(org.junit.platform.launcher.PostDiscoveryFilter) (test) -> FilterResult.includedIf(isOfRow(test)))
			.configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
			.build();
		LauncherFactory.create().execute(request, this);
		return this.failure.isEmpty() ? "passed " + this.passed : "failed " + this.failure;
	}

	private boolean isOfRow(TestDescriptor test) {
		if (!(test.getSource().orElse(null) instanceof MethodSource source)) {
			return false;
		}
		Method method = source.getJavaMethod();
		DisplayName name = method.getAnnotation(DisplayName.class);
		String className = method.getDeclaringClass().getSimpleName();
		if (name == null || LONG.contains(className) != this.row.equals(Fault.SIMULATION)) {
			return false;
		}
		return this.row.equals(Fault.SIMULATION) ? className.equals("SimulationTests")
				: ids(name.value()).contains(this.row);
	}

	/**
	 * Return the rows that a test names.
	 */
	private static List<String> ids(String name) {
		return Arrays.stream(name.split(" ")).takeWhile((word) -> word.matches("[A-Z]\\d+")).toList();
	}

	@Override
	public void executionFinished(TestIdentifier test, TestExecutionResult result) {
		if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
			this.passed += test.isTest() ? 1 : 0;
		}
		else if (this.failure.isEmpty()) {
			failed = true;
			String message = String.valueOf(result.getThrowable().orElse(null)).strip();
			this.failure = test.getSource()
				.map((source) -> (source instanceof MethodSource method)
						? method.getJavaClass().getSimpleName() + '.' + method.getMethodName() : source.toString())
				.orElse("?") + ' ' + test.getDisplayName() + ": " + message.lines().findFirst().orElse("");
		}
	}

}
