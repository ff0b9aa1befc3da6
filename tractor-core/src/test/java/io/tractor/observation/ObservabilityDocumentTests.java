package io.tractor.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/observability.md} has the meters and observations as they are.
 */
class ObservabilityDocumentTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "observability.md");

	@Test
	void metersAreThoseOfTheEnum() throws IOException {
		List<String> expected = Arrays.stream(ContextMeterDocumentation.values())
			.map(ObservabilityDocumentTests::row)
			.toList();
		List<String> documented = Files.readAllLines(DOCUMENT)
			.stream()
			.filter((line) -> line.startsWith("| `tractor.") && line.split("\\|").length == 6)
			.toList();
		assertThat(documented).containsExactlyElementsOf(expected);
	}

	@Test
	void observationsAreThoseOfTheEnum() throws IOException {
		assertThat(names("| observation | from | until |")).containsExactlyElementsOf(
				Arrays.stream(ContextObservationDocumentation.values()).map((each) -> each.getName()).toList());
		for (ContextObservationDocumentation observation : ContextObservationDocumentation.values()) {
			Stream<KeyName> keys = Stream.concat(Stream.of(observation.getLowCardinalityKeyNames()),
					Stream.of(observation.getHighCardinalityKeyNames()));
			assertThat(names("| key | cardinality | value |"))
				.containsExactlyElementsOf(keys.map(KeyName::asString).toList());
			assertThat(names("| event | when | in the span |")).containsExactlyElementsOf(
					Arrays.stream(observation.getEvents()).map(Observation.Event::getName).toList());
		}
	}

	/**
	 * Return the names in the first column of a table.
	 */
	private static List<String> names(String head) throws IOException {
		String document = Files.readString(DOCUMENT);
		return document.substring(document.indexOf(head))
			.lines()
			.takeWhile((line) -> line.startsWith("|"))
			.skip(2)
			.map((line) -> line.split("`")[1])
			.toList();
	}

	private static String row(ContextMeterDocumentation meter) {
		String tags = Arrays.stream(meter.getKeyNames())
			.map(KeyName::asString)
			.map((key) -> "`" + key + "`")
			.collect(Collectors.joining(", "));
		return "| `%s` | %s | %s | %s | %s |".formatted(meter.getName(),
				meter.getType().name().toLowerCase(Locale.ROOT), meter.getBaseUnit(), tags.isEmpty() ? "–" : tags,
				meter.description());
	}

}
