package io.tractor.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Seeds each fault, and runs the tests of the rows that must notice it. Takes minutes, so
 * only with {@code -Dfaults}, or {@code -Dfaults=<words in the faults' names>}.
 */
@EnabledIfSystemProperty(named = FaultTests.FAULTS, matches = ".*", disabledReason = "takes minutes: set -Dfaults")
class FaultTests {

	static final String FAULTS = "faults";

	/**
	 * How long the tests of one row may take before the fault counts as a hang.
	 */
	private static final long PATIENCE_SECONDS = 90;

	static Stream<Fault> faults() {
		String wanted = System.getProperty(FAULTS, "");
		boolean all = wanted.isEmpty() || wanted.equals("true");
		return Fault.readAll().stream().filter((fault) -> all || fault.name().contains(wanted));
	}

	@Test
	void whenThereIsNoFaultThenEachRowsTestsPass(@TempDir Path directory) throws Exception {
		TreeSet<String> rows = new TreeSet<>();
		faults().forEach((fault) -> rows.addAll(fault.rows()));
		assertThat(run(directory, List.copyOf(rows))).hasSameSizeAs(rows)
			.allSatisfy((line) -> assertThat(line).matches("\\S+ passed [1-9]\\d*"));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void whenThereIsFaultThenATestOfEachOfItsRowsFails(Fault fault, @TempDir Path directory) throws Exception {
		compile(fault, directory);
		List<String> results = run(directory, fault.rows());
		results.forEach((line) -> System.out.println("[" + fault + "] " + line));
		assertThat(results).hasSameSizeAs(fault.rows())
			.allSatisfy((line) -> assertThat(line).matches("\\S+ failed .*"));
	}

	private static void compile(Fault fault, Path directory) throws IOException {
		Path source = directory.resolve("source").resolve(fault.source().getFileName());
		Files.createDirectories(source.getParent());
		Files.writeString(source, fault.faulty());
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
			List<String> options = List.of("-proc:none", "-nowarn", "-parameters", "-d", directory.toString(),
					"-classpath", System.getProperty("java.class.path"));
			boolean compiled = compiler
				.getTask(null, files, problems, options, null, files.getJavaFileObjects(source.toFile()))
				.call();
			assertThat(compiled).as("compiles: %s", problems.getDiagnostics()).isTrue();
		}
	}

	/**
	 * Run the tests of some rows, again for those that remain when one of them hangs.
	 * @param directory has classes that go before the library's
	 * @return what became of each row
	 */
	private static List<String> run(Path directory, List<String> rows) throws Exception {
		Path results = directory.resolve("results.txt");
		List<String> lines = new ArrayList<>();
		while (lines.size() < rows.size()) {
			Files.write(results, lines);
			Process process = start(directory, results, rows.subList(lines.size(), rows.size()));
			boolean over = false;
			int known = lines.size() - 1;
			while (!over && known < lines.size()) {
				known = lines.size();
				over = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
				lines = new ArrayList<>(Files.readAllLines(results));
			}
			process.destroyForcibly().waitFor();
			if (over && known == lines.size()) {
				throw new IllegalStateException("The tests' process ended early: "
						+ Files.readString(directory.resolve("output.txt")).lines().limit(20).toList());
			}
			if (!over) {
				lines.add(rows.get(lines.size()) + " failed by not coming to an end");
			}
		}
		return lines;
	}

	private static Process start(Path directory, Path results, List<String> rows) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
						"-XX:TieredStopAtLevel=1", "-Dsimulation.schedules=10000", "-classpath",
						directory + File.pathSeparator + System.getProperty("java.class.path"), RowRun.class.getName(),
						results.toString()));
		command.addAll(rows);
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("output.txt").toFile())
			.start();
	}

}
