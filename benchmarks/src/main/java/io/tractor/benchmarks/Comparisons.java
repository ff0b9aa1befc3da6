package io.tractor.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tractor.benchmarks.context.BlockingClient;
import io.tractor.benchmarks.context.ContextServer;
import io.tractor.benchmarks.context.LazyPortal;
import io.tractor.benchmarks.context.ReactiveClient;
import io.tractor.benchmarks.grpc.GrpcClient;
import io.tractor.benchmarks.pekko.PekkoClient;
import io.tractor.benchmarks.pekko.PekkoServer;
import io.tractor.benchmarks.raw.RawClient;
import io.tractor.benchmarks.requester.RequesterClient;
import org.jspecify.annotations.Nullable;

/**
 * All the comparisons.
 */
final class Comparisons {

	static final String BLOCKING = "context, blocking";

	static final String REACTIVE = "context, reactive";

	static final String RAW = "raw rsocket-java";

	private static final String RAW_ON_THREADS = "raw rsocket-java, a thread at each end";

	static final String GRPC = "gRPC, direct executor";

	private static final String GRPC_EXECUTOR = "gRPC, default executor";

	private static final String REQUESTER = "RSocketRequester";

	private static final String PEKKO = "Pekko StreamRefs";

	private static final List<Measure> TIMES = List.of(Measure.MEDIAN, Measure.P99);

	private static final int SMALL = 16;

	private static final int KIBIBYTE = 1024;

	private final BlockingClient blocking;

	private final ReactiveClient reactive;

	private final RawClient raw;

	private final RequesterClient requester;

	private final GrpcClient grpc;

	private final GrpcClient grpcExecutor;

	private final PekkoClient pekko;

	private final BlockingClient secured;

	private final BlockingClient metered;

	Comparisons(ServerProcess server) {
		LazyPortal plain = new LazyPortal(server, ContextServer.PLAIN);
		this.blocking = new BlockingClient(plain);
		this.reactive = new ReactiveClient(plain);
		this.raw = new RawClient(server);
		this.requester = new RequesterClient(server);
		this.grpc = new GrpcClient(server, true);
		this.grpcExecutor = new GrpcClient(server, false);
		this.pekko = new PekkoClient(server);
		this.secured = new BlockingClient(new LazyPortal(server, ContextServer.SECURED));
		this.metered = new BlockingClient(new LazyPortal(server, ContextServer.METERED));
	}

	List<Comparison> all() {
		return List.of(besideRaw(64, 3), besideRaw(256, 5), credit1024(), kibibyte(), records(), recordsToServer(),
				manyStreams(), echo(), contexts(), stalledSibling(), security(), meters(), overrun(), pekko());
	}

	/**
	 * Return those of which a profile says why the figures are what they are.
	 */
	List<Comparison> profiled() {
		return List.of(besideRaw(64, 3), besideRaw(256, 5), credit1024(), kibibyte(), records(), manyStreams(),
				contexts());
	}

	/**
	 * Return the short one that guards each build. Its floors are far below what is
	 * reached.
	 */
	Comparison guard() {
		return new Comparison("guard", Pace.SHORT, List.of(Measure.MESSAGES),
				List.of(blocking(SMALL, 256, 1), reactive(SMALL, 256, 1), raw(SMALL, 256, 1)),
				List.of(new Ratio(BLOCKING, List.of(RAW), Measure.MESSAGES, 1.0),
						new Ratio(REACTIVE, List.of(RAW), Measure.MESSAGES, 1.5)));
	}

	private Comparison besideRaw(int credit, double floor) {
		return messages("one stream, 16 B, credit " + credit,
				List.of(blocking(SMALL, credit, 1), reactive(SMALL, credit, 1), raw(SMALL, credit, 1)),
				Stream
					.concat(both(Measure.MESSAGES, floor, RAW),
							Stream.of(new Ratio(BLOCKING, List.of(REACTIVE), Measure.MESSAGES, 0.7)))
					.toList());
	}

	private Comparison credit1024() {
		return messages("one stream, 16 B, credit 1024", withPeers(SMALL, 1024, 1),
				Stream.concat(both(Measure.MESSAGES, 7.0, RAW), both(Measure.MESSAGES, 5.0, GRPC, GRPC_EXECUTOR))
					.toList());
	}

	private Comparison kibibyte() {
		return messages("one stream, 1 KiB, credit 256", withPeers(KIBIBYTE, 256, 1),
				both(Measure.MESSAGES, 2.0, RAW, GRPC, GRPC_EXECUTOR).toList());
	}

	/**
	 * Without gRPC's default executor, on which so many streams take too long to open.
	 */
	private Comparison manyStreams() {
		return new Comparison("1,000 streams at once, 16 B, credit 64 each", Pace.FEW, List.of(Measure.MESSAGES),
				List.of(blocking(SMALL, 64, 1000), reactive(SMALL, 64, 1000), raw(SMALL, 64, 1000),
						Contender.rate(GRPC, 1000, this.grpc.source(SMALL, 64))),
				Stream.concat(both(Measure.MESSAGES, 2.0, RAW), both(Measure.MESSAGES, 5.0, GRPC)).toList());
	}

	private Comparison records() {
		return messages("small record in CBOR, server to client, credit 64",
				List.of(Contender.rate(BLOCKING, 1, this.blocking.readings(64)),
						Contender.rate(REACTIVE, 1, this.reactive.readings(64)),
						Contender.rate(REQUESTER, 1, this.requester.readings(64))),
				both(Measure.MESSAGES, 3.0, REQUESTER).toList());
	}

	private Comparison recordsToServer() {
		return messages("small record in CBOR, client to server, credit 64",
				List.of(Contender.rate(BLOCKING, 1, this.blocking.collect(64)),
						Contender.rate(REACTIVE, 1, this.reactive.collect(64)),
						Contender.rate(REQUESTER, 1, this.requester.collect(64))),
				both(Measure.MESSAGES, 3.0, REQUESTER).toList());
	}

	/**
	 * Each of ours beside what waits as it does: on the event loop, or on a thread at
	 * each end.
	 */
	private Comparison echo() {
		List<Ratio> ratios = new ArrayList<>();
		for (Measure measure : TIMES) {
			ratios.add(new Ratio(REACTIVE, List.of(RAW), measure, 1.1));
			ratios.add(new Ratio(BLOCKING, List.of(RAW_ON_THREADS), measure, 1.1));
		}
		return new Comparison("echo on one stream, 16 B", Pace.USUAL, TIMES,
				List.of(Contender.time(BLOCKING, this.blocking.echo(SMALL)),
						Contender.time(REACTIVE, this.reactive.echo(SMALL)), Contender.time(RAW, this.raw.echo(SMALL)),
						Contender.time(RAW_ON_THREADS, this.raw.echoOnThreads(SMALL)),
						Contender.time(GRPC, this.grpc.echo(SMALL))),
				ratios);
	}

	private Comparison contexts() {
		List<Contender> contenders = List.of(Contender.rate(BLOCKING, 64, this.blocking.exchanges(SMALL)),
				Contender.rate(REACTIVE, 64, this.reactive.exchanges(SMALL)),
				Contender.rate(REQUESTER, 64, this.requester.exchanges(SMALL)),
				Contender.rate(GRPC, 64, this.grpc.exchanges(SMALL)),
				Contender.rate(GRPC_EXECUTOR, 64, this.grpcExecutor.exchanges(SMALL)),
				Contender.rate(RAW, 64, this.raw.exchanges(SMALL)));
		return new Comparison("contexts with one message each way, 64 in flight", Pace.OPENINGS,
				List.of(Measure.CONTEXTS), contenders,
				Stream.concat(both(Measure.CONTEXTS, 2.0, REQUESTER), both(Measure.CONTEXTS, 2.0, GRPC, GRPC_EXECUTOR))
					.toList());
	}

	private Comparison stalledSibling() {
		Contender alone = blocking(SMALL, 64, 1);
		Contender beside = new Contender("beside a stalled context", (pace, cpu) -> {
			CountDownLatch read = new CountDownLatch(1);
			Future<?> stalled = this.blocking.stalled(SMALL, read);
			double[] figures = alone.round().run(pace, cpu);
			read.countDown();
			stalled.get(10, TimeUnit.SECONDS);
			return figures;
		});
		return pair("one stream, 16 B, credit 64, with another context on the connection stalled", Pace.FINE, beside,
				alone, 0.95);
	}

	private Comparison security() {
		return pair("one stream, 16 B, credit 64, behind Spring Security", Pace.FINE,
				Contender.rate("with security", 1, this.secured.source(SMALL, 64)), blocking(SMALL, 64, 1), 0.95);
	}

	private Comparison meters() {
		return pair("one stream, 16 B, credit 1024, with meters read ten times a second", Pace.FINEST,
				Contender.rate("with meters", 1, this.metered.source(SMALL, 1024)), blocking(SMALL, 1024, 1), 0.97);
	}

	/**
	 * From the call that overruns until it throws, beside an echo that waits in the same
	 * way: a thread here, the event loop over there.
	 */
	private Comparison overrun() {
		String overrun = "from the overrunning send to its error";
		String echo = "echo";
		return new Comparison("overrun of a stream that is never opened, 16 B", Pace.OPENINGS, TIMES,
				List.of(Contender.time(overrun, this.blocking.overruns(SMALL)),
						Contender.time(echo, this.blocking.echoOfReactive(SMALL))),
				List.of(new Ratio(overrun, List.of(echo), Measure.MEDIAN, 1.5)));
	}

	private Comparison pekko() {
		return messages("one stream, 16 B, credit 32",
				List.of(blocking(SMALL, PekkoServer.BUFFER, 1), reactive(SMALL, PekkoServer.BUFFER, 1),
						Contender.rate(PEKKO, 1, this.pekko.source(SMALL))),
				both(Measure.MESSAGES, null, PEKKO).toList());
	}

	/**
	 * Of messages a second, which drift with the machine, and of processor time, which
	 * drifts less.
	 */
	private static Comparison pair(String name, Pace pace, Contender with, Contender without, double floor) {
		return new Comparison(name, pace, List.of(Measure.MESSAGES, Measure.CPU), List.of(with, without),
				List.of(new Ratio(with.name(), List.of(without.name()), Measure.MESSAGES, floor),
						new Ratio(with.name(), List.of(without.name()), Measure.CPU, Math.round(100 / floor) / 100.0)));
	}

	private static Comparison messages(String name, List<Contender> contenders, List<Ratio> ratios) {
		return new Comparison(name, Pace.USUAL, List.of(Measure.MESSAGES), contenders, ratios);
	}

	private static Stream<Ratio> both(Measure measure, @Nullable Double floor, String... peers) {
		return Stream.of(BLOCKING, REACTIVE).map((ours) -> new Ratio(ours, List.of(peers), measure, floor));
	}

	private List<Contender> withPeers(int size, int credit, int streams) {
		return List.of(blocking(size, credit, streams), reactive(size, credit, streams), raw(size, credit, streams),
				Contender.rate(GRPC, streams, this.grpc.source(size, credit)),
				Contender.rate(GRPC_EXECUTOR, streams, this.grpcExecutor.source(size, credit)));
	}

	private Contender blocking(int size, int credit, int streams) {
		return Contender.rate(BLOCKING, streams, this.blocking.source(size, credit));
	}

	private Contender reactive(int size, int credit, int streams) {
		return Contender.rate(REACTIVE, streams, this.reactive.source(size, credit));
	}

	private Contender raw(int size, int credit, int streams) {
		return Contender.rate(RAW, streams, this.raw.source(size, credit));
	}

}
