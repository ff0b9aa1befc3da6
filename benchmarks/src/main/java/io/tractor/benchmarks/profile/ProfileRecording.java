package io.tractor.benchmarks.profile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

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

	private final Usage before;

	private ProfileRecording() {
		this.recording.enable(SAMPLE).withPeriod(Duration.ofMillis(10));
		this.recording.enable(ALLOCATION).with("throttle", "500/s");
		this.recording.start();
		this.before = Usage.now();
	}

	/**
	 * Begin.
	 * @return the recording
	 */
	public static ProfileRecording start() {
		return new ProfileRecording();
	}

	/**
	 * End.
	 * @return what was recorded
	 * @throws IOException if it cannot be written to a temporary file
	 */
	public Profile stop() throws IOException {
		Usage after = Usage.now();
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
		double user = after.userNanos - this.before.userNanos;
		return new Profile(user, after.nanos - this.before.nanos - user,
				after.allocatedBytes - this.before.allocatedBytes, samples, allocations);
	}

	/**
	 * What the threads that live now have used so far.
	 */
	private record Usage(double nanos, double userNanos, double allocatedBytes) {

		static Usage now() {
			long nanos = 0;
			long user = 0;
			long allocated = 0;
			for (long id : THREADS.getAllThreadIds()) {
				// -1 for a thread that has ended meanwhile
				nanos += Math.max(0, THREADS.getThreadCpuTime(id));
				user += Math.max(0, THREADS.getThreadUserTime(id));
				allocated += Math.max(0, THREADS.getThreadAllocatedBytes(id));
			}
			return new Usage(nanos, user, allocated);
		}

	}

}
