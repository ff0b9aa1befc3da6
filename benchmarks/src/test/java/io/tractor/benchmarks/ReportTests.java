package io.tractor.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ReportTests {

	@Test
	void whenWrittenThenOnlyWhatStandsBetweenTheMarksIsReplaced(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("performance.md"),
				"before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n");
		Report.write(file, "measured", "new\n");
		assertThat(file).content().isEqualTo("before\n<!-- measured: begin -->\nnew\n<!-- measured: end -->\nafter\n");
	}

	@Test
	void whenThereAreNoMarksThenNothingIsWritten(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("performance.md"), "before\n");
		assertThatIllegalStateException().isThrownBy(() -> Report.write(file, "measured", "new\n"));
		assertThat(file).content().isEqualTo("before\n");
	}

}
