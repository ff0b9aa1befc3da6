package io.tractor.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.grpc.ManagedChannel;
import io.netty.buffer.ByteBuf;
import io.rsocket.RSocket;
import org.apache.pekko.remote.RemoteScope;
import reactor.core.publisher.Flux;

import org.springframework.messaging.rsocket.RSocketRequester;

/**
 * Tables of what was measured.
 */
final class Report {

	private Report() {
	}

	/**
	 * Return the tables of several comparisons.
	 */
	static String of(List<Rounds> all) {
		return """

				%s

				| | | | beside | ratio, median | its 95 %% interval | rounds | floor | reached |
				|---|---|---|---|---|---|---|---|---|
				%s
				| | | | median | least | most |
				|---|---|---|---|---|---|
				%s
				""".formatted(machine(), all.stream().flatMap(Report::ratios).collect(Collectors.joining()),
				all.stream().flatMap(Report::figures).collect(Collectors.joining()));
	}

	/**
	 * Put tables between the two marks of a file that have a name.
	 */
	static void write(Path file, String name, String tables) {
		String beginMark = "<!-- " + name + ": begin -->";
		String endMark = "<!-- " + name + ": end -->";
		try {
			String text = Files.readString(file);
			int begin = text.indexOf(beginMark);
			int end = text.indexOf(endMark);
			if (begin < 0 || end < begin) {
				throw new IllegalStateException(
						file + " needs a line " + beginMark + " and after it a line " + endMark);
			}
			Files.writeString(file, text.substring(0, begin) + beginMark + "\n" + tables + text.substring(end));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> ratios(Rounds rounds) {
		return rounds.comparison().ratios().stream().map((ratio) -> {
			Figures ratios = rounds.of(ratio);
			double[] interval = ratios.medianInterval();
			return String.format(Locale.ROOT, "| %s | %s | %s | %s | **%.2f** | %.2f–%.2f | %.2f–%.2f | %s | %s |%n",
					rounds.comparison().name(), ratio.measure().name(), ratio.ours(),
					String.join(" or ", ratio.peers()), ratios.median(), interval[0], interval[1], ratios.least(),
					ratios.most(), floor(ratio), reached(ratio, ratios));
		});
	}

	private static String floor(Ratio ratio) {
		if (ratio.floor() == null) {
			return "";
		}
		return (ratio.measure().lessIsBetter() ? "at most " : "at least ") + ratio.floor();
	}

	private static String reached(Ratio ratio, Figures ratios) {
		if (ratio.floor() == null) {
			return "";
		}
		double[] interval = ratios.medianInterval();
		boolean sure = ratio.reached(interval[0]) == ratio.reached(interval[1]);
		return (ratio.reached(ratios.median()) ? "yes" : "no") + (sure ? "" : ", within noise");
	}

	private static Stream<String> figures(Rounds rounds) {
		Comparison comparison = rounds.comparison();
		return comparison.measures().stream().flatMap((measure) -> comparison.contenders().stream().map((contender) -> {
			Figures figures = rounds.of(contender.name(), measure);
			String format = "| %s | %s | %s | "
					+ (measure.lessIsBetter() ? "%,.1f | %,.1f | %,.1f" : "%,.0f | %,.0f | %,.0f") + " |%n";
			return String.format(Locale.ROOT, format, comparison.name(), measure.name(), contender.name(),
					figures.median(), figures.least(), figures.most());
		}));
	}

	/**
	 * Return what the contenders were measured on, as a sentence.
	 */
	static String machine() {
		return machine(RSocket.class, Flux.class, RSocketRequester.class, ManagedChannel.class, RemoteScope.class,
				ByteBuf.class);
	}

	/**
	 * Return what it was measured on, as a sentence.
	 * @param libraries a type of each library whose version counts
	 */
	static String machine(Class<?>... libraries) {
		return String.format(Locale.ROOT, "%s, %d processors, %s %s, Java %s (%s); %s.", LocalDate.now(),
				Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"),
				System.getProperty("os.arch"), System.getProperty("java.version"), System.getProperty("java.vm.name"),
				Stream.of(libraries).map(Report::library).collect(Collectors.joining(", ")));
	}

	/**
	 * Return the name of the library that a type is of, with its version.
	 */
	private static String library(Class<?> type) {
		Path jar = Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
		return jar.getFileName().toString().replace(".jar", "");
	}

}
