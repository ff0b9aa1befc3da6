package io.tractor.sample;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.time.Instant;

/**
 * What the source says when it has started: which JVM is watched.
 *
 * @param pid the process id
 * @param name the VM's name
 * @param version the VM's version
 * @param startTime when the JVM was started
 */
record JvmInfo(long pid, String name, String version, Instant startTime) {

	static JvmInfo current() {
		RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
		return new JvmInfo(runtime.getPid(), runtime.getVmName(), runtime.getVmVersion(),
				Instant.ofEpochMilli(runtime.getStartTime()));
	}

}
