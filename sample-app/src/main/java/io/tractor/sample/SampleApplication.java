package io.tractor.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Streams the JVM's flight-recorder events from a {@link Telemetry source} to a
 * {@link Viewer}: both in one process by default, or in two with the profiles
 * {@code source} and {@code viewer}.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

	/**
	 * Start the application. With {@code sample.viewer.duration} the process ends when
	 * the viewer does, with 0 if the context completed and 1 if not.
	 * @param args the arguments
	 */
	public static void main(String[] args) {
		ConfigurableApplicationContext context = SpringApplication.run(SampleApplication.class, args);
		Viewer viewer = context.getBeanProvider(Viewer.class).getIfAvailable();
		if (viewer != null && viewer.endsProcess()) {
			viewer.await();
			System.exit(SpringApplication.exit(context));
		}
	}

}
