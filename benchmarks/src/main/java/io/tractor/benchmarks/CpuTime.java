package io.tractor.benchmarks;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

/**
 * Processor time.
 */
final class CpuTime {

	private static final OperatingSystemMXBean SYSTEM = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	private CpuTime() {
	}

	/**
	 * Return what this process has taken so far, in nanoseconds.
	 */
	static long ofThisProcess() {
		return SYSTEM.getProcessCpuTime();
	}

}
