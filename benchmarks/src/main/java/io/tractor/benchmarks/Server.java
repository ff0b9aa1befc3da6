package io.tractor.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.tractor.benchmarks.context.ContextServer;
import io.tractor.benchmarks.grpc.GrpcServer;
import io.tractor.benchmarks.pekko.PekkoServer;
import io.tractor.benchmarks.profile.ProfileRecording;
import io.tractor.benchmarks.raw.RawServer;
import io.tractor.benchmarks.requester.RequesterServer;

/**
 * The other process: starts servers as the client asks for them.
 */
public final class Server {

	static final String IDLE = "idle";

	static final String CPU = "cpu";

	static final String START_PROFILE = "start profile";

	static final String STOP_PROFILE = "stop profile";

	private static final Map<String, Start> SERVERS = Map.of(ContextServer.PLAIN, ContextServer::start,
			ContextServer.SECURED, ContextServer::startSecured, ContextServer.METERED, ContextServer::startMetered,
			RawServer.NAME, RawServer::start, RequesterServer.NAME, RequesterServer::start, GrpcServer.DIRECT,
			GrpcServer::startDirect, GrpcServer.EXECUTOR, GrpcServer::startWithExecutor, PekkoServer.NAME,
			PekkoServer::start);

	private Server() {
	}

	/**
	 * Answer each line of the standard input, and exit when it ends: the name of a server
	 * with the port that it was started on, {@link #IDLE} with itself once no stream goes
	 * on, {@link #CPU} with the processor time taken so far in ns, {@link #START_PROFILE}
	 * with itself, and {@link #STOP_PROFILE} with the profile as a line.
	 * @param args none
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		// what libraries print is no answer
		System.setOut(System.err);
		Running running = new Running();
		ProfileRecording recording = null;
		BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		try {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.equals(IDLE)) {
					running.awaitIdle();
					answers.println(IDLE);
				}
				else if (line.equals(CPU)) {
					answers.println(CpuTime.ofThisProcess());
				}
				else if (line.equals(START_PROFILE)) {
					recording = ProfileRecording.start();
					answers.println(START_PROFILE);
				}
				else if (line.equals(STOP_PROFILE) && recording != null) {
					answers.println(recording.stop().line());
				}
				else {
					Start start = SERVERS.get(line);
					if (start == null) {
						throw new IllegalArgumentException("No server '" + line + "'");
					}
					answers.println(start.start(running));
				}
			}
		}
		catch (Exception ex) {
			ex.printStackTrace();
			System.exit(1);
		}
		System.exit(0);
	}

	@FunctionalInterface
	private interface Start {

		int start(Running running) throws Exception;

	}

}
