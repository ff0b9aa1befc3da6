package io.tractor.benchmarks.profile;

import java.util.List;

import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Whose code it is that runs, or allocates. What the JDK does counts as its caller's.
 */
public enum Owner {

	/**
	 * The contenders' own code.
	 */
	BENCHMARK("the benchmark", "io.tractor.benchmarks."),

	/**
	 * Engine, wire, tasks and channels.
	 */
	CONTEXTS("contexts", "io.tractor."),

	/**
	 * RSocket for Java.
	 */
	RSOCKET("rsocket-java", "io.rsocket."),

	/**
	 * Reactor's operators and schedulers.
	 */
	REACTOR("Reactor", "reactor.core.", "reactor.util."),

	/**
	 * Netty, also as gRPC shades it, and Reactor Netty.
	 */
	NETTY("Netty", "io.netty.", "reactor.netty.", "io.grpc.netty.shaded.io.netty."),

	/**
	 * gRPC for Java.
	 */
	GRPC("gRPC", "io.grpc.", "io.perfmark.", "com.google."),

	/**
	 * Spring's messaging.
	 */
	SPRING("Spring", "org.springframework."),

	/**
	 * Jackson.
	 */
	JACKSON("Jackson", "tools.jackson."),

	/**
	 * The JDK when nobody else called it.
	 */
	JDK("the JDK alone", "java.", "jdk.", "sun.", "com.sun."),

	/**
	 * All others.
	 */
	OTHER("others", "");

	private final String title;

	private final List<String> packages;

	Owner(String title, String... packages) {
		this.title = title;
		this.packages = List.of(packages);
	}

	/**
	 * Return the name for a table.
	 * @return the name
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Return who owns the topmost method that is not the JDK's.
	 */
	static Owner of(@Nullable RecordedStackTrace stack) {
		if (stack == null) {
			return OTHER;
		}
		for (RecordedFrame frame : stack.getFrames()) {
			Owner owner = of(frame.getMethod().getType().getName());
			if (owner != JDK) {
				return owner;
			}
		}
		return JDK;
	}

	/**
	 * Return who owns a class: whoever names its package most exactly.
	 * @param className the class's full name
	 */
	static Owner of(String className) {
		Owner best = OTHER;
		int length = 0;
		for (Owner owner : values()) {
			for (String prefix : owner.packages) {
				if (prefix.length() > length && className.startsWith(prefix)) {
					best = owner;
					length = prefix.length();
				}
			}
		}
		return best;
	}

}
