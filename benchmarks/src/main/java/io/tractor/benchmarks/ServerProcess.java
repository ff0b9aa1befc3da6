package io.tractor.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.tractor.benchmarks.profile.Profile;

/**
 * The client's view of the other process.
 */
public final class ServerProcess implements AutoCloseable {

	private final Process process;

	private final PrintStream questions;

	private final BufferedReader answers;

	private final Map<String, Integer> ports = new HashMap<>();

	private ServerProcess(Process process) {
		this.process = process;
		this.questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	static ServerProcess start() throws IOException {
		return new ServerProcess(new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				System.getProperty("java.class.path"),
				"-D" + Threads.VIRTUAL + "=" + System.getProperty(Threads.VIRTUAL, "false"), Server.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start());
	}

	/**
	 * Return where a server listens. It is started when it is first asked for.
	 * @param server the server's name
	 * @return its port on this machine
	 * @throws IOException if the process has ended
	 */
	public synchronized int port(String server) throws IOException {
		Integer port = this.ports.get(server);
		if (port == null) {
			port = Integer.valueOf(ask(server));
			this.ports.put(server, port);
		}
		return port;
	}

	/**
	 * Wait until no stream goes on over there.
	 */
	synchronized void awaitIdle() throws IOException {
		ask(Server.IDLE);
	}

	/**
	 * Return the processor time that this process and the other one have taken so far.
	 */
	synchronized long cpuNanos() {
		try {
			return CpuTime.ofThisProcess() + Long.parseLong(ask(Server.CPU));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Begin to record what the other process does.
	 */
	synchronized void startProfile() throws IOException {
		ask(Server.START_PROFILE);
	}

	/**
	 * Return what was recorded.
	 */
	synchronized Profile stopProfile() throws IOException {
		return Profile.of(ask(Server.STOP_PROFILE));
	}

	private String ask(String question) throws IOException {
		this.questions.println(question);
		String answer = this.answers.readLine();
		if (answer == null) {
			throw new IOException("The server process has ended");
		}
		return answer;
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
