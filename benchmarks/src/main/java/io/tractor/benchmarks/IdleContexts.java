package io.tractor.benchmarks;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

import javax.management.JMException;
import javax.management.ObjectName;

import io.netty.buffer.PooledByteBufAllocator;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.ActorContext;
import io.tractor.ContextType;
import io.tractor.Peer;
import io.tractor.ReactiveCalleeContext;
import io.tractor.ReactiveMsgStream;
import io.tractor.StreamSettings;
import io.tractor.engine.BufferLimits;
import io.tractor.messaging.ActorContextHandlers;
import io.tractor.messaging.StrategiesMsgCodecs;
import io.tractor.rsocket.CallerDefaults;
import io.tractor.rsocket.ConnectionLimits;
import io.tractor.rsocket.ContextEndpoint;
import io.tractor.rsocket.PortalBuilder;
import io.tractor.rsocket.RSocketPortal;
import io.tractor.task.ContextListeners;
import io.tractor.task.RemoteErrors;
import io.tractor.task.TaskSetup;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.messaging.rsocket.RSocketStrategies;

/**
 * What many open contexts cost in memory while nothing happens, caller and callee in this
 * JVM, beside as many channels of raw rsocket-java.
 */
public final class IdleContexts {

	private static final ContextType<Void, Void, byte[], byte[], Void> SILENT = new ContextType<>("silent") {
	};

	private static final ContextType<Void, Void, byte[], byte[], Void> ECHO = new ContextType<>("echo") {
	};

	private static final RSocketStrategies STRATEGIES = RSocketStrategies.create();

	/**
	 * How many openings may be on their way.
	 */
	private static final int OPENING = 256;

	private IdleContexts() {
	}

	/**
	 * Run it.
	 * @param args how many contexts, 20,000 by default; over how many connections, 1 by
	 * default; and how many classes to list, none by default
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		int contexts = (args.length > 0) ? Integer.parseInt(args[0]) : 20_000;
		int connections = (args.length > 1) ? Integer.parseInt(args[1]) : 1;
		int classes = (args.length > 2) ? Integer.parseInt(args[2]) : 0;
		System.out.printf(Locale.ROOT, "%,d contexts over %d connection(s), heap of %s at most, Java %s%n", contexts,
				connections, mebibytes(Runtime.getRuntime().maxMemory()), System.getProperty("java.version"));
		double raw = measure("raw requestChannel", new RawChannels(connections), contexts, classes);
		double silent = measure("context", new Contexts(SILENT, connections, contexts), contexts, classes);
		double echo = measure("context, after a message each way", new Contexts(ECHO, connections, contexts), contexts,
				classes);
		System.out.printf(Locale.ROOT, "more than raw: context %,.0f bytes, after a message each way %,.0f bytes%n",
				silent - raw, echo - raw);
		System.exit(0);
	}

	private static double measure(String name, Subject subject, int count, int classes) throws Exception {
		try (subject) {
			// classes, caches and the connections' own buffers
			subject.open(1000);
			subject.closeAll();
			long direct = direct();
			long used = used();
			Map<String, Usage> before = histogram();
			resetPeaks();
			long begun = System.nanoTime();
			subject.open(count);
			double seconds = (System.nanoTime() - begun) / 1e9;
			double each = (double) (used() - used) / count;
			System.out.printf(Locale.ROOT,
					"%s: %,.0f bytes of heap each, opened in %.1f s, heap in use %s, peak %s, direct memory %s more%n",
					name, each, seconds, mebibytes(used()), mebibytes(peak()), mebibytes(direct() - direct));
			if (classes > 0) {
				print(histogram(), before, count, classes);
			}
			subject.closeAll();
			return each;
		}
	}

	/**
	 * Return the heap in use after a collection, once it does not shrink any more.
	 */
	private static long used() throws InterruptedException {
		long least = Long.MAX_VALUE;
		int same = 0;
		while (same < 3) {
			System.gc();
			Thread.sleep(100);
			long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
			same = (now < least - 64 * 1024) ? 0 : same + 1;
			least = Math.min(least, now);
		}
		return least;
	}

	private static void resetPeaks() {
		ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
	}

	/**
	 * Return the most heap that was in use, garbage included.
	 */
	private static long peak() {
		return ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.mapToLong((pool) -> pool.getPeakUsage().getUsed())
			.sum();
	}

	private static long direct() {
		long nio = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
		return nio + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
	}

	private static String mebibytes(long bytes) {
		return String.format(Locale.ROOT, "%,.1f MiB", bytes / 1048576.0);
	}

	/**
	 * Return live instances by class, as {@code jcmd <pid> GC.class_histogram} does.
	 */
	private static Map<String, Usage> histogram() throws JMException {
		Object lines = ManagementFactory.getPlatformMBeanServer()
			.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
					new Object[] { new String[0] }, new String[] { String[].class.getName() });
		Map<String, Usage> usages = new HashMap<>();
		for (String line : String.valueOf(lines).split("\n")) {
			String[] words = line.trim().split("\\s+");
			if (words.length >= 4 && words[0].endsWith(":")) {
				String name = words[3].replaceAll("(Lambda\\$\\d+)/.*", "$1");
				usages.merge(name, new Usage(Long.parseLong(words[1]), Long.parseLong(words[2])), Usage::plus);
			}
		}
		return usages;
	}

	private static void print(Map<String, Usage> after, Map<String, Usage> before, int count, int classes) {
		Map<String, Usage> grown = new TreeMap<>();
		after.forEach((name, usage) -> grown.put(name, usage.minus(before.getOrDefault(name, Usage.NONE))));
		System.out.println("| bytes each | objects each | class |");
		System.out.println("|---|---|---|");
		grown.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().bytes() >= count)
			.sorted(Map.Entry.comparingByValue(Comparator.comparing(Usage::bytes).reversed()))
			.limit(classes)
			.forEach((entry) -> System.out.printf(Locale.ROOT, "| %.1f | %.2f | %s |%n",
					(double) entry.getValue().bytes() / count, (double) entry.getValue().instances() / count,
					entry.getKey()));
	}

	private static void await(String what, IntSupplier counter, int expected) throws Exception {
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
		while (counter.getAsInt() != expected) {
			if (System.nanoTime() > deadline) {
				throw new TimeoutException(counter.getAsInt() + " of " + expected + " " + what);
			}
			Thread.sleep(10);
		}
	}

	private static CloseableChannel bind(SocketAcceptor acceptor, @Nullable ContextEndpoint endpoint) {
		CloseableChannel channel = RSocketServer.create(acceptor)
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.interceptors((registry) -> registry
				.forConnection((endpoint != null) ? endpoint.guard() : (type, connection) -> connection))
			.bind(TcpServerTransport.create("127.0.0.1", 0))
			.block();
		if (channel == null) {
			throw new IllegalStateException("No server");
		}
		return channel;
	}

	/**
	 * What is opened many times.
	 */
	private interface Subject extends AutoCloseable {

		/**
		 * Open so many and wait until all are idle.
		 */
		void open(int count) throws Exception;

		/**
		 * Close all and wait for it.
		 */
		void closeAll() throws Exception;

		@Override
		void close();

	}

	/**
	 * Instances of a class.
	 *
	 * @param instances how many
	 * @param bytes what they take
	 */
	private record Usage(long instances, long bytes) {

		private static final Usage NONE = new Usage(0, 0);

		Usage plus(Usage other) {
			return new Usage(this.instances + other.instances, this.bytes + other.bytes);
		}

		Usage minus(Usage other) {
			return new Usage(this.instances - other.instances, this.bytes - other.bytes);
		}

	}

	/**
	 * Contexts, opened and answered by reactive code that waits for messages.
	 */
	private static final class Contexts implements Subject {

		private final List<RSocketPortal> portals = new ArrayList<>();

		private final Semaphore opening = new Semaphore(OPENING);

		private final AtomicInteger receiving = new AtomicInteger();

		private final ContextType<Void, Void, byte[], byte[], Void> type;

		private final ContextEndpoint caller = endpoint("caller");

		private final ContextEndpoint callee;

		private final CloseableChannel server;

		private Disposable.Composite open = Disposables.composite();

		Contexts(ContextType<Void, Void, byte[], byte[], Void> type, int connections, int contexts) {
			this.type = type;
			this.callee = endpoint("callee", new Handlers());
			this.callee.setLimits(new ConnectionLimits(Math.max(1024, contexts), 1_000_000,
					ConnectionLimits.DEFAULT.maxUnread(), ConnectionLimits.DEFAULT.maxUnfinishedFragments(),
					ConnectionLimits.DEFAULT.keepAliveInterval(), ConnectionLimits.DEFAULT.keepAliveMaxLifeTime()));
			this.server = bind(this.callee.outer(this.callee.inner(SocketAcceptor.with(new RSocket() {
			}))), this.callee);
			for (int i = 0; i < connections; i++) {
				this.portals.add(new PortalBuilder("callee", this.caller)
					.build(TcpClientTransport.create("127.0.0.1", this.server.address().getPort())));
			}
		}

		private static ContextEndpoint endpoint(String name, Object... handlers) {
			StrategiesMsgCodecs codecs = new StrategiesMsgCodecs(STRATEGIES);
			ActorContextHandlers registry = new ActorContextHandlers(STRATEGIES, codecs, StreamSettings.DEFAULT);
			for (Object handler : handlers) {
				registry.register(handler);
			}
			TaskSetup setup = new TaskSetup(new Peer(name, "1"), BufferLimits.DEFAULT, new ContextListeners(List.of()),
					codecs, RemoteErrors.DEFAULT, InstantSource.system());
			return new ContextEndpoint(setup, registry, Executors.newCachedThreadPool(), (context) -> Mono.empty(),
					CallerDefaults.DEFAULT);
		}

		@Override
		public void open(int count) throws Exception {
			CountDownLatch failed = new CountDownLatch(1);
			Disposable[] scopes = new Disposable[count];
			for (int i = 0; i < count; i++) {
				this.opening.acquire();
				scopes[i] = this.portals.get(i % this.portals.size())
					.context(this.type)
					.runMono((context) -> task(context.openStream()))
					.subscribe((nothing) -> {
					}, (error) -> {
						error.printStackTrace();
						failed.countDown();
					});
			}
			this.open = Disposables.composite(scopes);
			await("contexts", this.receiving::get, count);
			await("contexts at the callee", this.callee::openContexts, count);
			if (failed.getCount() == 0) {
				throw new IllegalStateException("Some contexts failed");
			}
		}

		private Mono<Void> task(ReactiveMsgStream<byte[], byte[]> stream) {
			Flux<byte[]> received = stream.receive();
			if (this.type == ECHO) {
				return stream.send(new byte[16]).then(received.doOnNext((msg) -> ready()).then());
			}
			ready();
			return received.then();
		}

		private void ready() {
			this.receiving.incrementAndGet();
			this.opening.release();
		}

		@Override
		public void closeAll() throws Exception {
			this.open.dispose();
			this.open = Disposables.composite();
			await("contexts left", this.callee::openContexts, 0);
			await("contexts left at the caller", this.caller::openContexts, 0);
			this.receiving.set(0);
		}

		@Override
		public void close() {
			this.portals.forEach(RSocketPortal::close);
			this.server.dispose();
		}

	}

	/**
	 * The callee's side.
	 */
	static final class Handlers {

		@ActorContext("silent")
		Mono<Void> silent(ReactiveCalleeContext<Void, byte[], byte[]> context) {
			context.started(null);
			return context.openStream().receive().then();
		}

		@ActorContext("echo")
		Mono<Void> echo(ReactiveCalleeContext<Void, byte[], byte[]> context) {
			context.started(null);
			ReactiveMsgStream<byte[], byte[]> stream = context.openStream();
			return stream.receive().flatMap(stream::send, 1).then();
		}

	}

	/**
	 * Channels of raw rsocket-java with as little at either end as there can be.
	 */
	private static final class RawChannels implements Subject {

		private final List<RSocket> connections = new ArrayList<>();

		private final Semaphore opening = new Semaphore(OPENING);

		private final AtomicInteger opened = new AtomicInteger();

		private final CloseableChannel server;

		private final List<RawEnd> open = new ArrayList<>();

		RawChannels(int connections) {
			this.server = bind(SocketAcceptor.forRequestChannel(this::answer), null);
			for (int i = 0; i < connections; i++) {
				this.connections.add(RSocketConnector.create()
					.payloadDecoder(PayloadDecoder.ZERO_COPY)
					.connect(TcpClientTransport.create("127.0.0.1", this.server.address().getPort()))
					.blockOptional(Duration.ofSeconds(10))
					.orElseThrow());
			}
		}

		private Flux<Payload> answer(Publisher<Payload> inbound) {
			RawEnd end = new RawEnd(this, false);
			inbound.subscribe(end);
			return end;
		}

		@Override
		public void open(int count) throws Exception {
			for (int i = 0; i < count; i++) {
				this.opening.acquire();
				RawEnd end = new RawEnd(this, true);
				this.open.add(end);
				this.connections.get(i % this.connections.size()).requestChannel(end).subscribe(end);
			}
			await("channels", this.opened::get, count);
		}

		@Override
		public void closeAll() throws Exception {
			this.open.forEach(RawEnd::end);
			await("channels left", this.opened::get, 0);
			this.open.clear();
		}

		@Override
		public void close() {
			this.connections.forEach(RSocket::dispose);
			this.server.dispose();
		}

	}

	/**
	 * One end of a raw channel, in both directions.
	 */
	private static final class RawEnd extends Flux<Payload> implements Subscription, CoreSubscriber<Payload> {

		private final RawChannels channels;

		private final boolean requester;

		private boolean begun;

		private @Nullable CoreSubscriber<? super Payload> out;

		RawEnd(RawChannels channels, boolean requester) {
			this.channels = channels;
			this.requester = requester;
		}

		@Override
		public void subscribe(CoreSubscriber<? super Payload> actual) {
			this.out = actual;
			actual.onSubscribe(this);
		}

		@Override
		public void request(long n) {
			CoreSubscriber<? super Payload> subscriber = this.out;
			if (this.requester && !this.begun && subscriber != null) {
				this.begun = true;
				subscriber.onNext(ByteBufPayload.create("silent"));
			}
		}

		@Override
		public void cancel() {
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(Payload payload) {
			payload.release();
			this.channels.opened.incrementAndGet();
			this.channels.opening.release();
		}

		void end() {
			CoreSubscriber<? super Payload> subscriber = this.out;
			if (subscriber != null) {
				subscriber.onComplete();
			}
		}

		@Override
		public void onError(Throwable error) {
			end();
		}

		@Override
		public void onComplete() {
			if (!this.requester) {
				this.channels.opened.decrementAndGet();
				end();
			}
		}

	}

}
