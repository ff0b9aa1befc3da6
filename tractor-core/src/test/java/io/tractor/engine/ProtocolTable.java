package io.tractor.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table of {@code docs/protocol.md}, found by the comment before it.
 *
 * @param header the names of the columns
 * @param rows the cells, row by row
 */
record ProtocolTable(List<String> header, List<List<String>> rows) {

	private static final Path DOCUMENT = Path.of("../docs/protocol.md");

	static ProtocolTable read(String name) {
		List<String> lines;
		try {
			lines = Files.readAllLines(DOCUMENT);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		int at = lines.indexOf("<!-- " + name + " -->");
		if (at < 0) {
			throw new IllegalStateException("No table '" + name + "' in " + DOCUMENT);
		}
		List<List<String>> rows = new ArrayList<>();
		for (String line : lines.subList(at + 2, lines.size())) {
			if (!line.startsWith("|")) {
				break;
			}
			rows.add(Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1)).map(String::trim).toList());
		}
		return new ProtocolTable(rows.get(0), rows.subList(2, rows.size()));
	}

}
