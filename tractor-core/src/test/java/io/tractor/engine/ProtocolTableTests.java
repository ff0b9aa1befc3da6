package io.tractor.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.tractor.ContextCancelledException;
import io.tractor.ContextProtocolException;
import io.tractor.ContextRejectedException;
import io.tractor.EndOfStreamException;
import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamClosedException;
import io.tractor.StreamOverrunException;
import io.tractor.TransportClosedException;
import io.tractor.engine.ContextEngine.State;
import io.tractor.engine.Envelopes.Cancellation;
import io.tractor.engine.Envelopes.Cancellation.Origin;
import io.tractor.engine.Envelopes.Counts;
import io.tractor.engine.Envelopes.Grant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Reads the tables of states and envelopes in {@code docs/protocol.md}, and checks every
 * cell: an engine is brought into the state, in each way there is, and gets the envelope
 * as bytes.
 */
class ProtocolTableTests {

	private static final List<String> ENVELOPES = List.of("STARTED", "MSG", "BATCH", "OPENED", "END_SEND", "RETURN",
			"CREDIT", "PROBE", "STOP_RECEIVE", "OVERRUN", "DROPPED", "DECODE_FAILED", "CANCEL", "ERROR", "REJECT",
			"CANCELLED", "END", "unknown < 0x80", "unknown ≥ 0x80", "malformed", "channel lost");

	private static final Set<String> WORDS = Set.of("deliver", "discard", "apply", "note", "ignore", "error",
			"→STARTED", "→ENDING", "→DONE", "→ENDED");

	private static final Counts NOTHING = new Counts(0, 0, 0);

	private static final Cancellation CANCELLATION = new Cancellation(Origin.CALLER, "why", null, null);

	private static final RemoteActorException.Failure FAILURE = new RemoteActorException.Failure(
			RemoteActorException.Code.APPLICATION, "T", "m", "jobs", "c-1", List.of(EngineProbe.CALLEE), null, null);

	@ParameterizedTest
	@EnumSource(Side.class)
	void noCellIsMissing(Side side) {
		ProtocolTable table = table(side);
		List<String> header = new ArrayList<>(List.of("envelope"));
		Arrays.stream(State.values()).map(Enum::name).forEach(header::add);
		assertThat(table.header()).isEqualTo(header);
		assertThat(table.rows()).extracting((row) -> row.get(0)).isEqualTo(ENVELOPES);
		assertThat(table.rows()).allSatisfy((row) -> {
			assertThat(row).hasSameSizeAs(header);
			assertThat(row.subList(1, row.size())).isSubsetOf(WORDS);
		});
	}

	@TestFactory
	@DisplayName("L2 whatever comes in whatever state, it does what the table says")
	Stream<DynamicContainer> cells() {
		return Arrays.stream(Side.values())
			.map((side) -> DynamicContainer.dynamicContainer(side.toString(),
					table(side).rows().stream().flatMap((row) -> cells(side, row))));
	}

	private static Stream<DynamicTest> cells(Side side, List<String> row) {
		List<DynamicTest> tests = new ArrayList<>();
		for (State state : State.values()) {
			String word = row.get(1 + state.ordinal());
			tests.add(DynamicTest.dynamicTest(row.get(0) + " in " + state + ": " + word,
					() -> ways(side, state).forEach((way, arrangement) -> inputs(side, row.get(0))
						.forEach((input) -> check(row.get(0), word, state, side, arrangement, input)))));
		}
		return tests.stream();
	}

	private static ProtocolTable table(Side side) {
		return ProtocolTable.read("states: " + side);
	}

	// How to get into a state

	private static Map<String, Consumer<EngineProbe>> ways(Side side, State state) {
		Map<String, Consumer<EngineProbe>> ways = new LinkedHashMap<>();
		if (side == Side.CALLER) {
			addCallerWays(state, ways);
		}
		else {
			addCalleeWays(state, ways);
		}
		return ways;
	}

	private static void addCallerWays(State state, Map<String, Consumer<EngineProbe>> ways) {
		Consumer<EngineProbe> started = ProtocolTableTests::start;
		switch (state) {
			case OPENING -> ways.put("opening", (probe) -> {
			});
			case STARTED -> ways.put("started", started);
			case ENDING -> {
				ways.put("cancelled", started.andThen((probe) -> probe.engine.cancel("why", null)));
				ways.put("cancelled while opening", (probe) -> probe.engine.cancel("why", null));
				ways.put("broken", started.andThen((probe) -> probe.arrive(new byte[0])));
				ways.put("overrun", started.andThen((probe) -> {
					probe.arrive((peer) -> peer.overrun(probe.report(Side.CALLEE, 1)));
					probe.engine.cancel("why", probe.engine.cause());
				}));
			}
			case DONE -> {
				ways.put("returned", started.andThen((probe) -> probe.arrive((peer) -> peer.returned(NOTHING, null))));
				ways.put("failed", started.andThen((probe) -> probe.arrive((peer) -> peer.error(NOTHING, FAILURE))));
				ways.put("failed while opening", (probe) -> probe.arrive((peer) -> peer.error(NOTHING, FAILURE)));
				ways.put("rejected", (probe) -> probe
					.arrive((peer) -> peer.reject(ContextRejectedException.Code.BUSY, true, "busy")));
				ways.put("acknowledged", started.andThen((probe) -> {
					probe.engine.cancel("why", null);
					probe.written();
					probe.arrive((peer) -> peer.cancelled(NOTHING, CANCELLATION));
				}));
			}
			case ENDED -> {
				ways.put("ended", started.andThen((probe) -> {
					probe.arrive((peer) -> peer.returned(NOTHING, null));
					probe.engine.end();
				}));
				ways.put("given up", started.andThen((probe) -> {
					probe.engine.cancel("why", null);
					probe.engine.giveUp();
				}));
				ways.put("lost", started.andThen(ProtocolTableTests::lose));
			}
		}
	}

	private static void addCalleeWays(State state, Map<String, Consumer<EngineProbe>> ways) {
		Consumer<EngineProbe> started = ProtocolTableTests::start;
		Consumer<EngineProbe> cancelled = (probe) -> probe.arrive((peer) -> peer.cancel(NOTHING, CANCELLATION));
		switch (state) {
			case OPENING -> ways.put("opening", (probe) -> {
			});
			case STARTED -> ways.put("started", started);
			case ENDING -> {
				ways.put("cancelled", started.andThen(cancelled));
				ways.put("cancelled while opening", cancelled);
				ways.put("cancelled by itself", started.andThen((probe) -> probe.engine.cancel("why", null)));
				ways.put("broken", started.andThen((probe) -> probe.arrive(new byte[0])));
			}
			case DONE -> {
				ways.put("returned", started.andThen((probe) -> probe.engine.complete(null)));
				ways.put("failed", started.andThen((probe) -> probe.engine.fail(FAILURE)));
				ways.put("failed while opening", (probe) -> probe.engine.fail(FAILURE));
				ways.put("acknowledged",
						started.andThen(cancelled).andThen((probe) -> probe.engine.acknowledge(CANCELLATION)));
			}
			case ENDED -> {
				ways.put("ended", started.andThen((probe) -> {
					probe.engine.complete(null);
					probe.written();
					probe.arrive((peer) -> peer.end(NOTHING));
				}));
				ways.put("given up",
						started.andThen(cancelled).andThen((probe) -> probe.arrive((peer) -> peer.end(NOTHING))));
				ways.put("refused", (probe) -> probe.engine
					.refuse(new ContextRejectedException(ContextRejectedException.Code.BUSY, true, "busy")));
				ways.put("lost", started.andThen(ProtocolTableTests::lose));
			}
		}
	}

	/**
	 * Start; the peer's grant is one message, which is sent.
	 */
	private static void start(EngineProbe probe) {
		Grant grant = new Grant(1, 100, 50);
		if (probe.side == Side.CALLER) {
			probe.arrive((peer) -> peer.started(grant, EngineProbe.CALLEE, null));
		}
		else {
			probe.engine.granted(grant);
			probe.engine.start(null);
		}
		assertThat(probe.engine.send(new byte[1], true)).isTrue();
		probe.written();
	}

	private static void lose(EngineProbe probe) {
		probe.engine.disconnect(new TransportClosedException("lost", null));
	}

	// What arrives

	private static List<Consumer<EngineProbe>> inputs(Side side, String envelope) {
		return switch (envelope) {
			case "channel lost" -> List.of(ProtocolTableTests::lose);
			case "unknown < 0x80" -> raw("00", "07", "0f", "1b", "7f", "7f010203");
			case "unknown ≥ 0x80" -> raw("80", "ff", "a0010203");
			case "malformed" -> raw("", "01", "03", "0301", "04", "05", "0380", "10", "1001", "11", "13", "1302", "14",
					"15", "16", "17", "18", "19", "1a", "1a0000", "05ffffffffffffffffff01");
			default -> List.of((probe) -> probe.arrive(envelope(side, envelope, probe)));
		};
	}

	private static List<Consumer<EngineProbe>> raw(String... envelopes) {
		return Arrays.stream(envelopes)
			.map(HexFormat.of()::parseHex)
			.<Consumer<EngineProbe>>map((bytes) -> (probe) -> probe.arrive(bytes))
			.toList();
	}

	private static Consumer<Envelopes> envelope(Side side, String name, EngineProbe probe) {
		return switch (name) {
			case "STARTED" -> (peer) -> peer.started(new Grant(1, 100, 50), EngineProbe.CALLEE, null);
			case "MSG" -> (peer) -> peer.msg(new byte[] { 7 });
			case "BATCH" -> (peer) -> {
				peer.msg(new byte[] { 7 });
				peer.msg(new byte[] { 8 });
			};
			case "OPENED" -> (peer) -> peer.opened(true, 4, 100, 0);
			case "END_SEND" -> (peer) -> peer.endSend(0);
			case "RETURN" -> (peer) -> peer.returned(NOTHING, new byte[] { 9 });
			case "CREDIT" -> (peer) -> peer.credit(1, 1);
			case "PROBE" -> (peer) -> peer.probe(0, 1);
			case "STOP_RECEIVE" -> Envelopes::stopReceive;
			case "OVERRUN" -> (peer) -> peer.overrun(probe.report(side.other(), 1));
			case "DROPPED" -> (peer) -> peer.dropped(probe.dropped(side.other(), 0, 0));
			case "DECODE_FAILED" -> (peer) -> peer.decodeFailed(0, "T");
			case "CANCEL" -> (peer) -> peer.cancel(NOTHING, CANCELLATION);
			case "ERROR" -> (peer) -> peer.error(NOTHING, FAILURE);
			case "REJECT" -> (peer) -> peer.reject(ContextRejectedException.Code.NO_HANDLER, false, "no");
			case "CANCELLED" -> (peer) -> peer.cancelled(NOTHING, CANCELLATION);
			case "END" -> (peer) -> peer.end(NOTHING);
			default -> throw new IllegalArgumentException(name);
		};
	}

	// What it does

	private static void check(String envelope, String word, State state, Side side, Consumer<EngineProbe> arrangement,
			Consumer<EngineProbe> input) {
		EngineProbe probe = arranged(side, state, arrangement);
		EngineProbe untouched = arranged(side, state, arrangement);
		EngineProbe.Seen before = probe.seen();
		input.accept(probe);
		switch (word) {
			case "ignore", "discard" -> {
				assertThat(probe.seen()).isEqualTo(before);
				assertThat(probe.unreadable()).isZero();
				assertThat(probe.attempts()).isEqualTo(untouched.attempts());
				assertThat(probe.giveUp()).isEqualTo(untouched.giveUp());
			}
			case "error" -> checkError(probe);
			case "deliver" -> {
				assertThat(probe.engine.state()).isEqualTo(state);
				assertThat(probe.engine.buffered()).isEqualTo(envelope.equals("BATCH") ? 2 : 1);
				assertThat(probe.engine.receive()).containsExactly(7);
			}
			case "note" -> {
				checkNoted(envelope, before, probe);
			}
			case "apply" -> {
				assertThat(probe.engine.state()).isEqualTo(state);
				checkApplied(envelope, probe);
			}
			default -> {
				assertThat(word).startsWith("→");
				assertThat(probe.engine.state()).isEqualTo(State.valueOf(word.substring(1))).isNotEqualTo(state);
				checkMoved(envelope, before, probe);
			}
		}
	}

	private static EngineProbe arranged(Side side, State state, Consumer<EngineProbe> arrangement) {
		EngineProbe probe = new EngineProbe(side);
		arrangement.accept(probe);
		probe.written();
		assertThat(probe.engine.state()).isEqualTo(state);
		return probe;
	}

	private static void checkError(EngineProbe probe) {
		assertThat(probe.engine.state()).isEqualTo(State.ENDING);
		assertThat(probe.engine.cause()).isInstanceOf(ContextProtocolException.class);
		List<byte[]> written = probe.written();
		if (probe.side == Side.CALLEE) {
			assertThat(written).isEmpty();
			return;
		}
		assertThat(written).hasSize(1);
		EngineProbe callee = new EngineProbe(Side.CALLEE);
		callee.arrive(written.get(0));
		ContextCancelledException cancellation = (ContextCancelledException) Objects
			.requireNonNull(callee.engine.cause());
		assertThat(cancellation.causeType()).isEqualTo(ContextProtocolException.class.getName());
	}

	private static void checkNoted(String envelope, EngineProbe.Seen before, EngineProbe probe) {
		if (envelope.equals("DROPPED")) {
			List<OverrunReport> overruns = new ArrayList<>(before.overruns());
			int reports = 0;
			if (before.sent() > 0) {
				overruns.add(probe.dropped(probe.side.other(), 0, 0));
				reports++;
			}
			assertThat(probe.seen()).isEqualTo(before.reported(overruns, reports));
			return;
		}
		assertThat(probe.seen()).isEqualTo(before);
		switch (envelope) {
			case "DECODE_FAILED" -> assertThat(probe.unreadable()).isEqualTo((before.sent() > 0) ? 1 : 0);
			case "CANCEL" -> {
				Ledger ledger = Objects.requireNonNull(probe.giveUp());
				assertThat(ledger.toCaller().unknown()).isZero();
				assertThat(ledger.toCaller().discarded()).isEqualTo(probe.engine.sent());
			}
			default -> throw new IllegalArgumentException(envelope);
		}
	}

	private static void checkApplied(String envelope, EngineProbe probe) {
		ContextEngine engine = probe.engine;
		switch (envelope) {
			case "OPENED", "CREDIT" -> assertThat(engine.send(new byte[1], true)).isTrue();
			case "END_SEND" -> assertThatExceptionOfType(EndOfStreamException.class).isThrownBy(engine::receive);
			case "PROBE" -> {
				assertThat(engine.overruns()).hasSize(1);
				assertThat(probe.written()).hasSize(1)
					.first()
					.satisfies((bytes) -> assertThat(bytes[0]).isEqualTo((byte) 0x13));
			}
			case "STOP_RECEIVE" ->
				assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> engine.send(new byte[1], true));
			case "OVERRUN" -> {
				if (engine.state() == State.STARTED || engine.hasReturned()) {
					assertThat(engine.cause()).isInstanceOf(StreamOverrunException.class);
				}
				OverrunReport report = probe.report(probe.side.other(), 1);
				assertThat(engine.overruns()).isEqualTo((engine.sent() > 0) ? List.of(report) : List.of());
			}
			default -> throw new IllegalArgumentException(envelope);
		}
	}

	private static void checkMoved(String envelope, EngineProbe.Seen before, EngineProbe probe) {
		ContextEngine engine = probe.engine;
		if (before.cause() != null) {
			assertThat(engine.cause()).isSameAs(before.cause());
			return;
		}
		switch (envelope) {
			case "STARTED" -> assertThat(engine.isStarted()).isTrue();
			case "RETURN" -> assertThat(engine.result()).containsExactly(9);
			case "ERROR" -> assertThat(engine.cause()).isInstanceOf(RemoteActorException.class);
			case "REJECT" -> assertThat(engine.cause()).isInstanceOf(ContextRejectedException.class);
			case "CANCEL", "CANCELLED" -> assertThat(engine.cause()).isInstanceOf(ContextCancelledException.class);
			case "END" -> assertThat(engine.cause()).isNull();
			case "channel lost" -> {
				if (before.state() != State.DONE) {
					assertThat(engine.cause()).isInstanceOf(TransportClosedException.class);
				}
			}
			default -> throw new IllegalArgumentException(envelope);
		}
	}

	// Conditions

	@TestFactory
	@DisplayName("L2 what the tables call an error under a condition is one then")
	Stream<DynamicTest> conditions() {
		return ProtocolTable.read("conditions").rows().stream().flatMap((row) -> {
			Map<String, Condition> variants = conditions(row.get(0));
			return Arrays.stream(Side.values())
				.filter((side) -> side == Side.CALLER || !row.get(1).equals("RETURN"))
				.flatMap((side) -> variants.entrySet()
					.stream()
					.map((variant) -> DynamicTest.dynamicTest(
							row.get(0) + " " + side + " " + row.get(1) + " " + variant.getKey() + ": " + row.get(3),
							() -> check(row.get(1), row.get(3), side, variant.getValue()))));
		});
	}

	@Test
	void noConditionIsMissing() {
		ProtocolTable table = ProtocolTable.read("conditions");
		for (int i = 0; i < table.rows().size(); i++) {
			assertThat(table.rows().get(i).get(0)).isEqualTo("C" + (i + 1));
			assertThat(table.rows().get(i).get(1)).isIn(ENVELOPES);
			assertThat(table.rows().get(i).get(3)).isIn("error", "count", "ignore");
			assertThat(conditions(table.rows().get(i).get(0))).isNotEmpty();
		}
	}

	private static void check(String envelope, String action, Side side, Condition condition) {
		EngineProbe probe = new EngineProbe(side);
		start(probe);
		condition.before().accept(probe);
		probe.written();
		EngineProbe.Seen before = probe.seen();
		assertThat(before.state()).isEqualTo(State.STARTED);
		List<byte[]> bytes = EngineProbe.encode((peer) -> condition.envelope().accept(probe, peer));
		assertThat(bytes).as(envelope).hasSize(1);
		probe.arrive(bytes.get(0));
		switch (action) {
			case "error" -> {
				assertThat(probe.engine.state()).isEqualTo(State.ENDING);
				if (before.cause() == null) {
					checkError(probe);
				}
			}
			case "ignore" -> {
				assertThat(probe.seen()).isEqualTo(before);
				probe.arrive((peer) -> peer.endSend(0));
				assertThat(probe.engine.state()).isEqualTo(State.STARTED);
			}
			case "count" -> {
				assertThat(probe.seen()).isEqualTo(before);
				probe.arrive((peer) -> peer.endSend(1));
				assertThat(probe.engine.state()).isEqualTo(State.STARTED);
			}
			default -> throw new IllegalArgumentException(action);
		}
	}

	private static Map<String, Condition> conditions(String id) {
		Consumer<EngineProbe> nothing = (probe) -> {
		};
		Consumer<EngineProbe> left = (probe) -> probe.engine.leave();
		Consumer<EngineProbe> overran = (probe) -> probe.arrive((peer) -> peer.probe(0, 1));
		Consumer<EngineProbe> broken = (probe) -> probe
			.arrive((peer) -> peer.overrun(probe.report(probe.side.other(), 1)));
		Condition.Envelope msg = (probe, peer) -> peer.msg(new byte[1]);
		return switch (id) {
			case "C1" -> one((probe) -> probe.arrive((peer) -> peer.endSend(0)), msg);
			case "C2" -> one(nothing, (probe, peer) -> peer.msg(new byte[51]));
			case "C3" -> one((probe) -> probe.arrive((peer) -> times(4, () -> peer.msg(new byte[1]))), msg);
			case "C4" -> one((probe) -> probe.arrive((peer) -> times(2, () -> peer.msg(new byte[50]))), msg);
			case "C5" -> one(left, msg);
			case "C6" -> one(overran, msg);
			case "C7" -> one(broken, msg);
			case "C8" -> one((probe) -> probe.arrive((peer) -> peer.opened(true, 4, 100, 0)),
					(probe, peer) -> peer.opened(true, 4, 100, 0));
			case "C9" -> one((probe) -> probe.arrive((peer) -> peer.endSend(0)), (probe, peer) -> peer.endSend(0));
			case "C10" -> one(nothing, (probe, peer) -> peer.endSend(1));
			case "C11" -> Map.of("messages",
					new Condition((probe) -> probe.arrive((peer) -> peer.credit(1, 1)),
							(probe, peer) -> peer.credit(0, 1)),
					"bytes", new Condition((probe) -> probe.arrive((peer) -> peer.credit(1, 1)),
							(probe, peer) -> peer.credit(1, 0)));
			case "C12" -> Map.of("messages", new Condition(nothing, (probe, peer) -> peer.credit(2, 1)), "bytes",
					new Condition(nothing, (probe, peer) -> peer.credit(1, 2)));
			case "C13" -> one(nothing, (probe, peer) -> peer.probe(1, 1));
			case "C14" -> Map.of("stopped", new Condition(left, (probe, peer) -> peer.probe(0, 1)), "overran",
					new Condition(overran, (probe, peer) -> peer.probe(0, 1)), "broken",
					new Condition(broken, (probe, peer) -> peer.probe(0, 1)));
			case "C15" -> Map.of("receiver",
					new Condition(nothing, (probe, peer) -> peer.overrun(probe.report(probe.side, 0))), "policy",
					new Condition(nothing, (probe, peer) -> peer.overrun(probe.dropped(probe.side.other(), 0, 0))));
			case "C16" -> one(nothing, (probe, peer) -> peer.overrun(probe.report(probe.side.other(), 2)));
			case "C17" -> one(broken, (probe, peer) -> peer.overrun(probe.report(probe.side.other(), 1)));
			case "C18" -> Map.of("receiver",
					new Condition(nothing, (probe, peer) -> peer.dropped(probe.dropped(probe.side, 0, 0))), "policy",
					new Condition(nothing, (probe, peer) -> peer.dropped(probe.report(probe.side.other(), 0))));
			case "C19" -> one(nothing, (probe, peer) -> peer.decodeFailed(1, "T"));
			case "C20" -> one(nothing, (probe, peer) -> peer.returned(new Counts(1, 0, 0), null));
			case "C21" -> one((probe) -> probe.arrive(Envelopes::stopReceive), (probe, peer) -> peer.stopReceive());
			case "C22" -> Map.of("reversed", droppedWrong(1, 0, 1), "beyond", droppedWrong(0, 1, 2), "again",
					new Condition(
							(probe) -> probe.arrive((peer) -> peer.dropped(probe.dropped(probe.side.other(), 0, 0))),
							droppedWrong(0, 0, 1).envelope()));
			case "C23" -> Map.of("none", droppedWrong(0, 0, 0), "more", droppedWrong(0, 0, 2));
			case "C24" -> one(nothing, (probe, peer) -> peer.returned(NOTHING, new byte[51]));
			default -> throw new IllegalArgumentException(id);
		};
	}

	private static Condition droppedWrong(long first, long last, long undelivered) {
		return new Condition((probe) -> {
		}, (probe, peer) -> peer.dropped(probe.dropped(probe.side.other(), first, last, undelivered)));
	}

	@Test
	@DisplayName("L1 L2 a started value above the caller's grant is a protocol error, one as large as that is not")
	void whenStartedValueIsTooLargeThenError() {
		Grant grant = new Grant(1, 100, 50);
		EngineProbe probe = new EngineProbe(Side.CALLER);
		probe.arrive((peer) -> peer.started(grant, EngineProbe.CALLEE, new byte[51]));
		checkError(probe);
		EngineProbe other = new EngineProbe(Side.CALLER);
		other.arrive((peer) -> peer.started(grant, EngineProbe.CALLEE, new byte[50]));
		assertThat(other.engine.state()).isEqualTo(State.STARTED);
	}

	private static Map<String, Condition> one(Consumer<EngineProbe> before, Condition.Envelope envelope) {
		return Map.of("", new Condition(before, envelope));
	}

	private static void times(int times, Runnable action) {
		for (int i = 0; i < times; i++) {
			action.run();
		}
	}

	/**
	 * A condition in the state STARTED.
	 *
	 * @param before brings it about
	 * @param envelope what arrives then
	 */
	private record Condition(Consumer<EngineProbe> before, Envelope envelope) {

		/**
		 * Writes an envelope.
		 */
		@FunctionalInterface
		private interface Envelope {

			void accept(EngineProbe probe, Envelopes peer);

		}

	}

}
