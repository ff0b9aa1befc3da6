package io.tractor.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import io.tractor.ContextListener;
import io.tractor.ContextType;
import io.tractor.MsgStream;
import io.tractor.Portal;
import io.tractor.rsocket.PortalBuilder;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * One stream of messages from a second JVM, over a context and over a raw rsocket-java
 * requestChannel with one message a frame and the same credit, round by round; and over a
 * context behind Spring Security.
 */
public final class SideBySide {

	private static final ContextType<String, Void, byte[], byte[], Void> SOURCE = new ContextType<>("source") {
	};

	private static final int WARM_UP = 3;

	private static final int ROUNDS = 5;

	private SideBySide() {
	}

	/**
	 * Run it.
	 * @param args the credit in messages, 64 by default; the message size in bytes, 16 by
	 * default; and the messages a round, 1,000,000 by default
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		int credit = (args.length > 0) ? Integer.parseInt(args[0]) : 64;
		int size = (args.length > 1) ? Integer.parseInt(args[1]) : 16;
		int messages = (args.length > 2) ? Integer.parseInt(args[2]) : 1_000_000;
		Process source = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				System.getProperty("java.class.path"), Source.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			BufferedReader output = new BufferedReader(
					new InputStreamReader(source.getInputStream(), StandardCharsets.UTF_8));
			List<Integer> ports = Arrays.stream(output.readLine().split(" ")).map(Integer::valueOf).toList();
			compare(ports, credit, size, messages);
		}
		finally {
			source.destroy();
		}
		System.exit(0);
	}

	private static void compare(List<Integer> ports, int credit, int size, int messages) throws Exception {
		Portal plain = portal(ports.get(0));
		Portal secured = portal(ports.get(1));
		Portal metered = portal(ports.get(2), Source.meters());
		RSocket raw = RSocketConnector.create()
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.connect(TcpClientTransport.create("127.0.0.1", ports.get(3)))
			.blockOptional(Duration.ofSeconds(10))
			.orElseThrow();
		Map<String, Callable<Double>> contenders = new LinkedHashMap<>();
		contenders.put("raw rsocket-java", () -> raw(raw, credit, size, messages));
		contenders.put("context", () -> context(plain, credit, size, messages));
		contenders.put("context with meters", () -> context(metered, credit, size, messages));
		contenders.put("context with security", () -> context(secured, credit, size, messages));
		Map<String, List<Double>> rates = new LinkedHashMap<>();
		for (int round = -WARM_UP; round < ROUNDS; round++) {
			System.out.print((round < 0) ? "warm-up" : "round " + (round + 1));
			for (Map.Entry<String, Callable<Double>> contender : contenders.entrySet()) {
				double rate = contender.getValue().call();
				System.out.printf(Locale.ROOT, "  %s %,.0f/s", contender.getKey(), rate);
				if (round >= 0) {
					rates.computeIfAbsent(contender.getKey(), (name) -> new ArrayList<>()).add(rate);
				}
			}
			System.out.println();
		}
		report(rates, credit, size);
	}

	private static void report(Map<String, List<Double>> rates, int credit, int size) {
		System.out.printf(Locale.ROOT, "%n%d bytes, credit %d, Java %s, %d processors%n", size, credit,
				System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
		System.out.println("| | messages a second: median | least | most | ratio of medians to raw |");
		System.out.println("|---|---|---|---|---|");
		double base = median(rates.values().iterator().next());
		rates.forEach((name, values) -> System.out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %,.0f | %.2f |%n", name,
				median(values), Collections.min(values), Collections.max(values), median(values) / base));
	}

	private static Portal portal(int port, ContextListener... listeners) {
		return new PortalBuilder("source", Source.endpoint("viewer", List.of(listeners)))
			.build(TcpClientTransport.create("127.0.0.1", port));
	}

	private static double context(Portal portal, int credit, int size, int messages) throws Exception {
		return portal.context(SOURCE).argument(String.valueOf(size)).run((context) -> {
			try (MsgStream<byte[], byte[]> stream = context.openStream((options) -> options.msgBufferSize(credit))) {
				stream.send(new byte[1]);
				long begun = System.nanoTime();
				int received = 0;
				for (byte[] message : stream) {
					received += (message.length == size) ? 1 : 0;
					if (received == messages) {
						break;
					}
				}
				return rate(messages, begun);
			}
		});
	}

	private static double raw(RSocket rsocket, int credit, int size, int messages) throws Exception {
		Sinks.Empty<Payload> open = Sinks.empty();
		long begun = System.nanoTime();
		Counter counter = new Counter(credit, messages);
		rsocket.requestChannel(Flux.concat(Flux.just(ByteBufPayload.create(String.valueOf(size))), open.asMono()))
			.subscribe(counter);
		counter.done.await();
		return rate(messages, begun);
	}

	private static double rate(int messages, long begun) {
		return messages * 1e9 / (System.nanoTime() - begun);
	}

	private static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

	private static final class Counter extends BaseSubscriber<Payload> {

		private final CountDownLatch done = new CountDownLatch(1);

		private final int credit;

		private int left;

		private int consumed;

		Counter(int credit, int messages) {
			this.credit = credit;
			this.left = messages;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			request(this.credit);
		}

		@Override
		protected void hookOnNext(Payload payload) {
			payload.release();
			this.left--;
			this.consumed++;
			if (this.left == 0) {
				cancel();
				this.done.countDown();
			}
			else if (this.consumed == this.credit / 2) {
				this.consumed = 0;
				request(this.credit / 2);
			}
		}

	}

}
