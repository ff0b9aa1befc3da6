package io.tractor.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/observability.md} has the meters as they are.
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
