package io.tractor.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A JVM with the class path of these tests.
 */
final class ChildProcess implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final String name;

	private final Process process;

	private final Writer input;

	private final Thread reader;

	private final List<String> lines = new ArrayList<>();

	private int mark;

	private ChildProcess(String name, Process process) {
		this.name = name;
		this.process = process;
		this.input = process.outputWriter();
		this.reader = new Thread(this::read, "output of " + name);
		this.reader.setDaemon(true);
		this.reader.start();
	}

	static ChildProcess start(String name, Class<?> main, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Xmx512m", main.getName()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		return new ChildProcess(name, builder.start());
	}

	/**
	 * From now on wait for later lines only.
	 */
	void mark() {
		synchronized (this.lines) {
			this.mark = this.lines.size();
		}
	}

	Matcher await(String regex) {
		Pattern pattern = Pattern.compile(regex);
		try {
			Awaitility.await()
				.atMost(TIMEOUT)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> find(pattern) != null || !this.reader.isAlive());
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("No line '" + regex + "' in time from " + this, ex);
		}
		Matcher found = find(pattern);
		if (found == null) {
			throw new AssertionError("No line '" + regex + "' from " + this);
		}
		return found;
	}

	int awaitExit() throws InterruptedException {
		if (!this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
			throw new AssertionError("No exit of " + this);
		}
		return this.process.exitValue();
	}

	long pid() {
		return this.process.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	void terminate() {
		// by its handle, which leaves its output open
		this.process.toHandle().destroy();
	}

	void say(String line) throws IOException {
		this.input.write(line + "\n");
		this.input.flush();
	}

	void kill() {
		this.process.destroyForcibly();
	}

	/**
	 * Stop the process: asked first, so that it removes its flight-recorder files.
	 */
	@Override
	public void close() {
		try {
			terminate();
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				kill();
			}
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
		}
	}

	private Matcher find(Pattern pattern) {
		synchronized (this.lines) {
			return this.lines.subList(this.mark, this.lines.size())
				.stream()
				.map(pattern::matcher)
				.filter(Matcher::find)
				.findFirst()
				.orElse(null);
		}
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			reader.lines().forEach((line) -> {
				synchronized (this.lines) {
					this.lines.add(line);
				}
			});
		}
		catch (IOException | UncheckedIOException ex) {
			// the process was killed
		}
	}

	@Override
	public String toString() {
		synchronized (this.lines) {
			return this.name + " (" + (this.process.isAlive() ? "running" : "exit " + this.process.exitValue()) + "):\n"
					+ String.join("\n", this.lines);
		}
	}

}
