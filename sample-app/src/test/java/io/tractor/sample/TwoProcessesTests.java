package io.tractor.sample;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tractor.Side;
import io.tractor.duplex.DuplexApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with the two sides in two processes.
 */
@Timeout(240)
class TwoProcessesTests {

	private static final int BUFFER = 64;

	private static ChildProcess source;

	private static int sourcePort;

	private final List<ChildProcess> processes = new ArrayList<>();

	@BeforeAll
	static void startSource() throws IOException {
		source = ChildProcess.start("source", SampleApplication.class, "--spring.profiles.active=source",
				"--server.port=0", "--spring.rsocket.server.port=0", "--sample.source.events-per-second=2000");
	}

	@AfterAll
	static void stopSource() {
		source.close();
	}

	@AfterEach
	void stopProcesses() {
		this.processes.forEach(ChildProcess::terminate);
		this.processes.forEach(ChildProcess::close);
	}

	@Test
	@DisplayName("V4 V5 Overrun before opening: the source's task fails, and both consoles say why")
	void whenViewerNeverOpensItsStreamThenBothConsolesTellOfTheOverrun() throws Exception {
		ChildProcess viewer = viewer("--sample.viewer.open=false", "--sample.viewer.duration=300s");
		String overrun = "overrun: message 64 on route 'telemetry' found the caller's buffer full: the stream was never"
				+ " opened over there \\(sample-viewer/.*, buffer of 64 messages, 64 buffered, 0 consumed; sent by"
				+ " sample-source/";
		source.await("\\[callee] provisional " + overrun);
		viewer.await("\\[caller] provisional " + overrun);
		String report = ", final report: 64 buffered, 0 consumed, \\d+ undelivered; to callee: 0 sent = .*to caller: (\\d+)"
				+ " sent = 0 consumed \\+ 0 dropped \\+ \\1 discarded";
		source.await("\\[callee] context .* failed: StreamOverrunException" + report);
		viewer.await("\\[caller] context .* failed: RemoteActorException" + report);
		viewer.await("no summary: .*StreamOverrunException.*never opened");
		assertThat(viewer.awaitExit()).isOne();
		assertThat(source.isAlive()).isTrue();
	}

	@Test
	void whenViewerWatchesForAWhileThenItExitsWithSummary() throws Exception {
		ChildProcess viewer = viewer("--sample.viewer.duration=8s", "--sample.viewer.command-interval=1s");
		viewer.await("watching JvmInfo\\[pid=" + source.pid());
		source.await("command ENABLE jdk.JavaThreadStatistics");
		viewer.await("summary: Summary\\[counts=\\{.*tractor.sample.Work=\\d+");
		viewer.await("ledger: to callee: (\\d+) sent = \\1 consumed .*to caller: (\\d+) sent = \\2 consumed");
		source.await("\\[callee] context .* completed; .*to caller: (\\d+) sent = \\1 consumed");
		assertThat(viewer.awaitExit()).isZero();
	}

	@Test
	void whenViewerIsStoppedThenItEndsItsStreamFirst() throws Exception {
		ChildProcess viewer = viewer();
		viewer.await("events/s: .*Work \\d+");
		viewer.terminate();
		viewer.await("summary: Summary\\[");
		source.await("\\[callee] context .* completed");
		viewer.awaitExit();
	}

	@Test
	void whenViewerIsKilledThenSourcesTaskEnds() throws Exception {
		ChildProcess viewer = viewer();
		viewer.await("events/s: .*Work \\d+");
		viewer.kill();
		source.await("\\[callee] context .* failed: .*TransportClosedException");
		assertThat(source.isAlive()).isTrue();
	}

	@Test
	@DisplayName("V3 V4 V5 Between two processes: as many messages as the buffer holds are no error, one more is")
	void whenPeerNeverOpensItsStreamThenOneMoreThanItsBufferIsAnOverrun() throws Exception {
		ChildProcess callee = duplex("callee", "--spring.rsocket.server.port=0");
		ChildProcess caller = duplex("caller", "--tractor.portals.duplex.uri=tcp://localhost:" + rsocketPort(callee));
		for (Side side : Side.values()) {
			ChildProcess sender = (side == Side.CALLER) ? caller : callee;
			ChildProcess receiver = (side == Side.CALLER) ? callee : caller;
			String ledger = (side == Side.CALLER) ? BUFFER + "=0+0+" + BUFFER + " 0=0+0+0"
					: "0=0+0+0 " + BUFFER + "=0+0+" + BUFFER;

			// V3
			mark(caller, callee);
			caller.say("open FILL " + side.name() + " " + BUFFER + " true true");
			sender.await("# sent " + BUFFER + "$");
			caller.say("go");
			callee.say("go");
			caller.await("# ended caller " + Pattern.quote(ledger) + " completed went");
			callee.await("# ended callee " + Pattern.quote(ledger) + " completed went");

			// V4, V5
			mark(caller, callee);
			caller.say("open FILL " + side.name() + " " + (BUFFER + 1) + " true true");
			sender.await("# interrupted");
			String overrun = " NEVER_OPENED: message " + BUFFER + " on route 'duplex' found the " + side.other()
					+ "'s buffer full: .*never opened.*buffer of " + BUFFER + " messages";
			sender.await("# overrun " + side + overrun);
			receiver.await("# overrun " + side.other() + overrun);
			sender.await("# ended " + side + " .* failed .*StreamOverrunException.*never opened");
			receiver.await("# ended " + side.other() + " .*StreamOverrunException");
		}
	}

	@Test
	@DisplayName("V10 Between two processes the receiving side's setting decides, in each direction on its own")
	void whenReceiverIsSlowThenItsOwnSettingDecides() throws Exception {
		ChildProcess callee = duplex("callee", "--spring.rsocket.server.port=0");
		ChildProcess caller = duplex("caller", "--tractor.portals.duplex.uri=tcp://localhost:" + rsocketPort(callee));
		for (Combination combination : Combination.all().toList()) {
			Side side = combination.sender();
			ChildProcess sender = (side == Side.CALLER) ? caller : callee;
			ChildProcess receiver = (side == Side.CALLER) ? callee : caller;
			boolean waits = (side == Side.CALLER) ? combination.calleeBackpressure() : combination.callerBackpressure();
			mark(caller, callee);
			caller.say("open FLOOD " + side.name() + " 5000 " + combination.callerBackpressure() + " "
					+ combination.calleeBackpressure());
			receiver.await("# awaits go");
			if (waits) {
				sender.await("# waits after " + BUFFER + "$");
				receiver.say("go");
				String ledger = (side == Side.CALLER) ? "5000=5000\\+0\\+0 2=2\\+0\\+0"
						: "2=2\\+0\\+0 5000=5000\\+0\\+0";
				caller.await("# ended caller " + ledger + " completed received 5000");
				callee.await("# ended callee " + ledger + " completed received 5000");
			}
			else {
				String overrun = " SLOW_CONSUMER: message .* found the " + side.other() + "'s buffer full: "
						+ "(?!.*never opened)";
				sender.await("# overrun " + side + overrun);
				receiver.await("# overrun " + side.other() + overrun);
				receiver.await("# interrupted");
				sender.await("# ended " + side + " .* failed .*StreamOverrunException(?!.*never opened)");
				receiver.await("# ended " + side.other() + " .*StreamOverrunException");
			}
		}
	}

	private static void mark(ChildProcess... processes) {
		for (ChildProcess process : processes) {
			process.mark();
		}
	}

	private ChildProcess viewer(String... arguments) throws IOException {
		if (sourcePort == 0) {
			sourcePort = rsocketPort(source);
		}
		source.mark();
		return start("viewer", SampleApplication.class, arguments, "--spring.profiles.active=viewer", "--server.port=0",
				"--tractor.portals.telemetry.uri=tcp://localhost:" + sourcePort);
	}

	private ChildProcess duplex(String name, String... arguments) throws IOException {
		ChildProcess process = start(name, DuplexApplication.class, arguments, "--spring.application.name=" + name);
		process.await("# ready");
		return process;
	}

	private ChildProcess start(String name, Class<?> main, String[] arguments, String... more) throws IOException {
		Stream<String> all = Stream.of(Stream.of(more), Stream.of(arguments), Stream.of("--tractor.open-timeout=60s"))
			.flatMap(Function.identity());
		ChildProcess process = ChildProcess.start(name, main, all.toArray(String[]::new));
		this.processes.add(process);
		return process;
	}

	private static int rsocketPort(ChildProcess process) {
		Matcher started = process.await("RSocket started on port (?:\\(s\\): )?(\\d+)");
		return Integer.parseInt(started.group(1));
	}

	private record Combination(Side sender, boolean callerBackpressure, boolean calleeBackpressure) {

		static Stream<Combination> all() {
			return Stream.of(Side.values())
				.flatMap((side) -> Stream.of(true, false)
					.flatMap(
							(caller) -> Stream.of(true, false).map((callee) -> new Combination(side, caller, callee))));
		}

	}

}
