package io.tractor.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.tractor.benchmarks.context.BlockingClient;
import io.tractor.benchmarks.context.ContextServer;
import io.tractor.benchmarks.context.LazyPortal;
import io.tractor.benchmarks.context.ReactiveClient;
import io.tractor.benchmarks.grpc.GrpcClient;
import io.tractor.benchmarks.raw.RawClient;

/**
 * Shows how the rate changes as work grows.
 */
public final class Growth {

	private static final int SMALL = 16;

	private static final int CREDIT = 64;

	private static final int CONNECTIONS = 100;

	/**
	 * More streams than that have no thread each.
	 */
	private static final int MAX_THREADS = 1000;

	private final List<BlockingClient> blocking;

	private final List<ReactiveClient> reactive;

	private final List<RawClient> raw;

	private final GrpcClient grpc;

	private Growth(ServerProcess server) {
		List<LazyPortal> portals = IntStream.range(0, CONNECTIONS)
			.mapToObj((i) -> new LazyPortal(server, ContextServer.PLAIN))
			.toList();
		this.blocking = portals.stream().map(BlockingClient::new).toList();
		this.reactive = portals.stream().map(ReactiveClient::new).toList();
		this.raw = IntStream.range(0, CONNECTIONS).mapToObj((i) -> new RawClient(server)).toList();
		this.grpc = new GrpcClient(server, true);
	}

	/**
	 * Run all sweeps, write a plot of each beside the file that the system property
	 * {@code benchmark.report} names, and their figures into it; or run some, and write
	 * their plots alone.
	 * @param args part of the names of the sweeps to run; none for all
	 */
	public static void main(String[] args) {
		String part = String.join(" ", args);
		Path report = Path.of(System.getProperty("benchmark.report"));
		try (ServerProcess server = ServerProcess.start()) {
			StringBuilder tables = new StringBuilder("\n" + Report.machine() + "\n");
			for (Sweep sweep : new Growth(server).sweeps()) {
				if (sweep.name().contains(part)) {
					Map<String, List<Plot.Point>> lines = sweep.run(server);
					Path plot = report.resolveSibling("growth").resolve(sweep.name() + ".svg");
					Files.createDirectories(plot.getParent());
					Files.writeString(plot,
							new Plot(sweep.title(), sweep.grows(), Measure.MESSAGES.name(), lines).svg());
					String table = table(sweep, lines);
					System.out.println(table);
					tables.append(table);
				}
			}
			if (part.isEmpty()) {
				Report.write(report, "growth", tables.toString());
			}
		}
		catch (Exception ex) {
			ex.printStackTrace();
			System.exit(1);
		}
		System.exit(0);
	}

	private List<Sweep> sweeps() {
		return List.of(new Sweep("sizes", "One stream, credit " + CREDIT, "bytes of a message",
				List.of(16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576),
				(size) -> List.of(blocking(1, 1, size, CREDIT), reactive(1, 1, size, CREDIT), raw(1, 1, size, CREDIT),
						Contender.rate(Comparisons.GRPC, 1, this.grpc.source(size, CREDIT)))),
				new Sweep("buffers", "One stream, 16 B", "messages of buffer or credit",
						List.of(1, 4, 16, 64, 256, 1024, 4096),
						(credit) -> List.of(blocking(1, 1, SMALL, credit), reactive(1, 1, SMALL, credit),
								raw(1, 1, SMALL, credit),
								Contender.rate(Comparisons.GRPC, 1, this.grpc.source(SMALL, credit)))),
				new Sweep("contexts", "16 B, credit " + CREDIT + " each, one connection", "streams at once",
						List.of(1, 10, 100, 1000, 10_000), (count) -> streams(count, 1)),
				new Sweep("connections", "16 B, credit " + CREDIT + ", one stream each", "connections",
						List.of(1, 3, 10, 30, CONNECTIONS), (count) -> streams(count, count)),
				new Sweep("directions", "One stream, both directions at once: echoed, credit " + CREDIT,
						"bytes of a message", List.of(16, 256, 4096, 65_536),
						(size) -> List.of(Contender.rate(Comparisons.REACTIVE, 1, this.reactive.get(0).flood(size)),
								Contender.rate(Comparisons.RAW, 1, this.raw.get(0).flood(size)))));
	}

	private List<Contender> streams(int count, int connections) {
		List<Contender> contenders = new ArrayList<>();
		if (count <= MAX_THREADS) {
			contenders.add(blocking(count, connections, SMALL, CREDIT));
		}
		contenders.add(reactive(count, connections, SMALL, CREDIT));
		contenders.add(raw(count, connections, SMALL, CREDIT));
		return contenders;
	}

	private Contender blocking(int streams, int connections, int size, int credit) {
		return spread(Comparisons.BLOCKING, streams, connections, (i) -> this.blocking.get(i).source(size, credit));
	}

	private Contender reactive(int streams, int connections, int size, int credit) {
		return spread(Comparisons.REACTIVE, streams, connections, (i) -> this.reactive.get(i).source(size, credit));
	}

	private Contender raw(int streams, int connections, int size, int credit) {
		return spread(Comparisons.RAW, streams, connections, (i) -> this.raw.get(i).source(size, credit));
	}

	/**
	 * Return streams that use one connection after the other.
	 */
	private static Contender spread(String name, int streams, int connections, IntFunction<Lane> lane) {
		AtomicInteger next = new AtomicInteger();
		return Contender.rate(name, streams,
				(tally) -> lane.apply(Math.floorMod(next.getAndIncrement(), connections)).open(tally));
	}

	private static String table(Sweep sweep, Map<String, List<Plot.Point>> lines) {
		StringBuilder table = new StringBuilder(String.format("%n%s: %s, median (least–most)%n%n| %s |", sweep.title(),
				Measure.MESSAGES.name(), sweep.grows()));
		lines.keySet().forEach((name) -> table.append(' ').append(name).append(" |"));
		table.append('\n').append("|---".repeat(lines.size() + 1)).append("|\n");
		for (int point : sweep.points()) {
			table.append(String.format(Locale.ROOT, "| %,d |", point));
			lines.values()
				.forEach((line) -> table.append(line.stream()
					.filter((each) -> each.x() == point)
					.map((each) -> String.format(Locale.ROOT, " %,.0f (%,.0f–%,.0f) |", each.y(), each.least(),
							each.most()))
					.findFirst()
					.orElse(" |")));
			table.append('\n');
		}
		return table.toString();
	}

}
