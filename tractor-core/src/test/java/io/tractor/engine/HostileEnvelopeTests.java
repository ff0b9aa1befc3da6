package io.tractor.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.netty.buffer.Unpooled;
import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.TractorException;
import io.tractor.engine.ContextEngine.State;
import io.tractor.engine.Envelopes.Cancellation;
import io.tractor.engine.Envelopes.Counts;
import io.tractor.engine.Envelopes.Grant;
import io.tractor.wire.EnvelopeReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.BufferOverflowStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Feeds an engine what a hostile or broken peer may send, while its own task goes on as
 * if nothing were the matter.
 */
class HostileEnvelopeTests {

	private static final int SEEDS = 3000;

	@ParameterizedTest
	@EnumSource(Side.class)
	@DisplayName("L2 any envelopes, valid, mutated or random, in any order, end at most the context, by a protocol error")
	void whenPeerSendsAnythingThenNothingButTheContextEnds(Side side) {
		int violated = 0;
		int survived = 0;
		for (int seed = 0; seed < SEEDS; seed++) {
			Random random = new Random(seed);
			EngineProbe probe = new EngineProbe(side);
			try {
				for (int step = 0; step < 60; step++) {
					if (random.nextInt(3) == 0) {
						act(probe, random);
					}
					else {
						probe.arrive(mutated(side, random));
					}
					check(probe);
				}
				Ledger ledger = probe.giveUp();
				probe.written();
				assertThat(ledger).isNotNull();
				checkSums(ledger.toCallee());
				checkSums(ledger.toCaller());
				assertThat(probe.engine.state()).isEqualTo(State.ENDED);
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("seed " + seed + ": " + ex, ex);
			}
			TractorException cause = probe.engine.cause();
			if (cause instanceof ContextProtocolException) {
				violated++;
			}
			else {
				survived++;
			}
		}
		assertThat(violated).isGreaterThan(SEEDS / 10);
		assertThat(survived).isGreaterThan(SEEDS / 100);
	}

	/**
	 * What was written must be readable, and what is held bounded.
	 */
	private static void check(EngineProbe probe) {
		assertThat(probe.engine.buffered()).isLessThanOrEqualTo(8);
		assertThat(probe.engine.overruns()).hasSizeLessThanOrEqualTo(2 + 64);
		Consumer<byte[]> reads = (bytes) -> EnvelopeReader.read(Unpooled.wrappedBuffer(bytes),
				new EngineProbe(probe.side.other()).engine);
		probe.written().forEach(reads);
	}

	private static void checkSums(Ledger.Direction direction) {
		assertThat(direction.sent())
			.isEqualTo(direction.consumed() + direction.dropped() + direction.discarded() + direction.unknown());
		assertThat(List.of(direction.sent(), direction.consumed(), direction.dropped(), direction.discarded(),
				direction.unknown()))
			.allMatch((figure) -> figure >= 0);
	}

	private static void act(EngineProbe probe, Random random) {
		ContextEngine engine = probe.engine;
		try {
			switch (random.nextInt(14)) {
				case 0, 1 -> start(probe);
				case 2, 3 -> engine.send(new byte[random.nextInt(50)], random.nextBoolean());
				case 4, 5 -> engine.receive();
				case 6 -> engine.open(random.nextBoolean(), 1 + random.nextInt(8), policy(random));
				case 7 -> engine.endSend();
				case 8 -> engine.leave();
				case 9 -> engine.passOver();
				case 10 -> engine.cancel("why", random.nextBoolean() ? new IllegalStateException("x") : null);
				case 11 -> {
					if (probe.side == Side.CALLEE && engine.isStarted() && engine.cause() == null) {
						engine.complete(new byte[3]);
					}
				}
				case 12 -> {
					if (probe.side == Side.CALLEE) {
						engine.fail(failure(random));
					}
				}
				default -> {
					if (random.nextInt(10) == 0) {
						engine.giveUp();
					}
				}
			}
		}
		catch (TractorException | IllegalStateException ex) {
			// what the task's call throws
			assertThat(ex).isNotInstanceOf(NullPointerException.class);
		}
	}

	private static void start(EngineProbe probe) {
		if (probe.side == Side.CALLEE) {
			probe.engine.granted(new Grant(4, 100, 50));
			probe.engine.start(null);
		}
	}

	private static byte[] mutated(Side side, Random random) {
		if (random.nextInt(8) == 0) {
			byte[] bytes = new byte[random.nextInt(40)];
			random.nextBytes(bytes);
			return bytes;
		}
		List<byte[]> valid = EngineProbe.encode((peer) -> valid(side, peer, random));
		byte[] bytes = valid.get(random.nextInt(valid.size()));
		if (random.nextInt(3) > 0 || bytes.length == 0) {
			return bytes;
		}
		return switch (random.nextInt(4)) {
			case 0 -> flipped(bytes, random);
			case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
			case 2 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(5));
			default -> spliced(bytes, random);
		};
	}

	private static byte[] flipped(byte[] bytes, Random random) {
		for (int i = 0; i <= random.nextInt(3); i++) {
			bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
		}
		return bytes;
	}

	private static byte[] spliced(byte[] bytes, Random random) {
		List<Byte> out = new ArrayList<>();
		int at = random.nextInt(bytes.length);
		for (int i = 0; i < bytes.length; i++) {
			if (i == at) {
				for (int j = 0; j < 10; j++) {
					out.add((byte) 0xff);
				}
			}
			out.add(bytes[i]);
		}
		byte[] result = new byte[out.size()];
		for (int i = 0; i < result.length; i++) {
			result[i] = out.get(i);
		}
		return result;
	}

	private static void valid(Side side, Envelopes peer, Random random) {
		switch (random.nextInt(20)) {
			case 0, 1, 2 -> peer.started(new Grant(1 + number(random), 1 + number(random), 1 + number(random)),
					new Peer("p", "q"), value(random));
			case 3, 4 -> peer.msg(new byte[random.nextInt(55)]);
			case 5 -> {
				peer.msg(new byte[random.nextInt(5)]);
				peer.msg(new byte[random.nextInt(5)]);
			}
			case 6 -> peer.opened(random.nextBoolean(), 1 + number(random), 1 + number(random), number(random));
			case 7 -> peer.endSend(number(random));
			case 8 -> peer.returned(counts(random), value(random));
			case 9, 10 -> peer.credit(number(random), number(random));
			case 11 -> peer.probe(number(random), number(random));
			case 12 -> peer.stopReceive();
			case 13 -> peer.overrun(report(random));
			case 14 -> peer.dropped(report(random));
			case 15 -> peer.decodeFailed(number(random), "T");
			case 16 -> peer.cancel(counts(random), cancellation(random));
			case 17 -> {
				if (side == Side.CALLER && random.nextInt(3) == 0) {
					peer.error(counts(random), failure(random));
				}
				else {
					peer.credit(1, 1);
				}
			}
			case 18 -> peer.reject(ContextRejectedException.Code.BUSY, random.nextBoolean(), "busy");
			default -> {
				if (random.nextBoolean()) {
					peer.cancelled(counts(random), cancellation(random));
				}
				else {
					peer.end(counts(random));
				}
			}
		}
	}

	private static long number(Random random) {
		return switch (random.nextInt(6)) {
			case 0, 1, 2 -> random.nextInt(4);
			case 3 -> random.nextInt(100);
			case 4 -> random.nextLong() & 0xffffffffL;
			default -> Long.MAX_VALUE - random.nextInt(3);
		};
	}

	private static byte @Nullable [] value(Random random) {
		return random.nextBoolean() ? new byte[random.nextInt(10)] : null;
	}

	private static Counts counts(Random random) {
		return new Counts(number(random), number(random), number(random));
	}

	private static Cancellation cancellation(Random random) {
		Cancellation.Origin[] origins = Cancellation.Origin.values();
		return new Cancellation(origins[random.nextInt(origins.length)], "why", random.nextBoolean() ? "T" : null,
				random.nextBoolean() ? "m" : null);
	}

	private static RemoteActorException.Failure failure(Random random) {
		return new RemoteActorException.Failure(RemoteActorException.Code.values()[random.nextInt(5)], "T", "m", "r",
				"c", List.of(), random.nextBoolean() ? "at" : null, random.nextBoolean() ? report(random) : null);
	}

	private static BufferOverflowStrategy policy(Random random) {
		return BufferOverflowStrategy.values()[random.nextInt(3)];
	}

	private static OverrunReport report(Random random) {
		return new OverrunReport(OverrunReport.Reason.values()[random.nextInt(2)], Side.values()[random.nextInt(2)],
				"r", "c", new Peer("a", "b"), new Peer("c", "d"), number(random), policy(random), number(random),
				number(random), number(random), number(random), number(random),
				Instant.ofEpochMilli(number(random) & 0xffffffffffffL), random.nextBoolean());
	}

}
