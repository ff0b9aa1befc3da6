package io.tractor.benchmarks.profile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Records what this process does with Java Flight Recorder. Threads of the virtual
 * machine, which compile and collect garbage, are left out.
 */
public final class ProfileRecording {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final String SAMPLE = "jdk.ExecutionSample";

	private static final String ALLOCATION = "jdk.ObjectAllocationSample";

	private final Recording recording = new Recording();

	private final Map<Long, Usage> usedBefore;

	private final Map<Path, Long> sleptBefore;

	private ProfileRecording() throws IOException {
		this.recording.enable(SAMPLE).withPeriod(Duration.ofMillis(10));
		this.recording.enable(ALLOCATION).with("throttle", "500/s");
		this.recording.start();
		this.usedBefore = Usage.ofThreads();
		this.sleptBefore = Sleeps.ofThreads();
	}

	/**
	 * Begin.
	 * @return the recording
	 * @throws IOException if the operating system's counts cannot be read
	 */
	public static ProfileRecording start() throws IOException {
		return new ProfileRecording();
	}

	/**
	 * End.
	 * @return what was recorded
	 * @throws IOException if it cannot be written to a temporary file
	 */
	public Profile stop() throws IOException {
		Map<Long, Usage> used = Usage.ofThreads();
		Map<Path, Long> slept = Sleeps.ofThreads();
		this.recording.stop();
		Map<Owner, Double> samples = new EnumMap<>(Owner.class);
		Map<Owner, Double> allocations = new EnumMap<>(Owner.class);
		Path file = Files.createTempFile("profile", ".jfr");
		try {
			this.recording.dump(file);
			for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
				Owner owner = Owner.of(event.getStackTrace());
				if (event.getEventType().getName().equals(SAMPLE)) {
					samples.merge(owner, 1.0, Double::sum);
				}
				else if (event.getEventType().getName().equals(ALLOCATION)) {
					allocations.merge(owner, (double) event.getLong("weight"), Double::sum);
				}
			}
		}
		finally {
			this.recording.close();
			Files.delete(file);
		}
		// of the threads that live at the end: others may have ended since the beginning
		used.replaceAll((thread, usage) -> usage.since(this.usedBefore.getOrDefault(thread, Usage.NONE)));
		slept.replaceAll((thread, sleeps) -> sleeps - this.sleptBefore.getOrDefault(thread, 0L));
		double user = sum(used.values(), Usage::userNanos);
		return new Profile(user, sum(used.values(), Usage::nanos) - user, sum(used.values(), Usage::allocatedBytes),
				sum(slept.values(), Long::longValue), samples, allocations);
	}

	private static <T> double sum(Collection<T> values, ToLongFunction<T> value) {
		return values.stream().mapToLong(value).sum();
	}

	/**
	 * What a thread has used so far.
	 */
	private record Usage(long nanos, long userNanos, long allocatedBytes) {

		static final Usage NONE = new Usage(0, 0, 0);

		static Map<Long, Usage> ofThreads() {
			Map<Long, Usage> usages = new HashMap<>();
			for (long id : THREADS.getAllThreadIds()) {
				Usage usage = new Usage(THREADS.getThreadCpuTime(id), THREADS.getThreadUserTime(id),
						THREADS.getThreadAllocatedBytes(id));
				// -1 for a thread that has ended meanwhile
				if (usage.nanos >= 0 && usage.userNanos >= 0 && usage.allocatedBytes >= 0) {
					usages.put(id, usage);
				}
			}
			return usages;
		}

		Usage since(Usage before) {
			return new Usage(this.nanos - before.nanos, this.userNanos - before.userNanos,
					this.allocatedBytes - before.allocatedBytes);
		}

	}

	/**
	 * How often threads have gone to sleep, as Linux counts it.
	 */
	private static final class Sleeps {

		private static final Path THREADS = Path.of("/proc/self/task");

		private static final String COUNT = "voluntary_ctxt_switches:";

		static Map<Path, Long> ofThreads() throws IOException {
			Map<Path, Long> sleeps = new HashMap<>();
			if (Files.isDirectory(THREADS)) {
				try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
					for (Path thread : threads) {
						sleeps.put(thread, of(thread));
					}
				}
			}
			return sleeps;
		}

		private static long of(Path thread) throws IOException {
			try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
				return lines.filter((line) -> line.startsWith(COUNT))
					.mapToLong((line) -> Long.parseLong(line.substring(COUNT.length()).strip()))
					.sum();
			}
			catch (NoSuchFileException ex) {
				// the thread has ended meanwhile
				return 0;
			}
		}

	}

}
