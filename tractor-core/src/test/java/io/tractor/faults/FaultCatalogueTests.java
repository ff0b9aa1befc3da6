package io.tractor.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the catalogue of faults fits the sources, and {@code docs/conformance.md} lists
 * it. Whether the faults are noticed is for {@link FaultTests}.
 */
class FaultCatalogueTests {

	private static final Path DOCUMENT = Path.of("../docs/conformance.md");

	private static final String HEADING = "| fault | file | rows that fail |";

	static Stream<Fault> faults() {
		return Fault.readAll().stream();
	}

	@ParameterizedTest
	@MethodSource("faults")
	void whenFaultIsSeededThenSourceHasItsPlaceOnce(Fault fault) {
		assertThat(fault.occurrences()).as("places of '%s' in %s", fault, fault.source()).isOne();
		assertThat(fault.replacement()).isNotEqualTo(fault.original());
	}

	@Test
	void whenRowIsOfOverrunsErrorsCancellationOrResultsThenAFaultMustFailIt() throws IOException {
		Set<String> rows = new TreeSet<>();
		document().stream()
			.filter((line) -> line.matches("\\| [VEXR]\\d+ \\|.*"))
			.forEach((line) -> rows.add(line.split(" ")[1]));
		Set<String> failed = new TreeSet<>();
		faults().forEach((fault) -> failed.addAll(fault.rows()));
		assertThat(rows).hasSizeGreaterThan(50);
		assertThat(failed).contains(Fault.SIMULATION).containsAll(rows);
	}

	@Test
	void whenFaultIsInCatalogueThenDocumentListsIt() throws IOException {
		List<String> lines = document();
		assertThat(lines).contains(HEADING);
		List<String> listed = lines.stream()
			.skip(lines.indexOf(HEADING) + 2L)
			.takeWhile((line) -> line.startsWith("|"))
			.toList();
		assertThat(listed).containsExactlyElementsOf(faults()
			.map((fault) -> "| " + fault.name() + " | " + fault.file() + " | " + String.join(", ", fault.rows()) + " |")
			.toList());
	}

	private static List<String> document() throws IOException {
		return Files.readAllLines(DOCUMENT);
	}

}
