package io.tractor.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A small change of the library's source that some rows' tests must notice.
 *
 * @param name what is wrong
 * @param file the source file, below {@code io/tractor}
 * @param rows the rows of which at least one test must fail each
 * @param original the text that is replaced, which occurs once in the file
 * @param replacement what it is replaced by
 */
record Fault(String name, String file, List<String> rows, String original, String replacement) {

	/**
	 * Stands for {@code SimulationTests} among the rows.
	 */
	static final String SIMULATION = "simulation";

	private static final Path SOURCES = Path.of("src/main/java/io/tractor");

	/**
	 * Read the catalogue: for each fault a line {@code === name}, one with the file, one
	 * with the rows, and then lines that are replaced, after {@code -}, and those that
	 * replace them, after {@code +}.
	 */
	static List<Fault> readAll() {
		List<Fault> faults = new ArrayList<>();
		for (String entry : text().split("(?m)^=== ")) {
			if (!entry.startsWith("#")) {
				faults.add(read(entry.lines().toList()));
			}
		}
		return faults;
	}

	private static String text() {
		try (InputStream in = Objects.requireNonNull(Fault.class.getResourceAsStream("/faults.txt"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Fault read(List<String> lines) {
		return new Fault(lines.get(0), lines.get(1), List.of(lines.get(2).split(" ")), after('-', lines),
				after('+', lines));
	}

	private static String after(char mark, List<String> lines) {
		StringBuilder text = new StringBuilder();
		lines.stream()
			.skip(3)
			.filter((line) -> !line.isEmpty() && line.charAt(0) == mark)
			.forEach((line) -> text.append(line.substring(1)).append('\n'));
		return text.toString();
	}

	Path source() {
		return SOURCES.resolve(this.file);
	}

	/**
	 * Return how often the text that is to be replaced occurs, as whole lines.
	 */
	int occurrences() {
		String source = read();
		int count = 0;
		int index = source.indexOf('\n' + this.original);
		while (index >= 0) {
			count++;
			index = source.indexOf('\n' + this.original, index + 1);
		}
		return count;
	}

	/**
	 * Return the source with the fault.
	 */
	String faulty() {
		assertThat(occurrences()).as(this.name).isOne();
		return read().replace('\n' + this.original, '\n' + this.replacement);
	}

	private String read() {
		try {
			return Files.readString(source());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
