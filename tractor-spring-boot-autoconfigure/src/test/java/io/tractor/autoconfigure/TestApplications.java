package io.tractor.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tractor.autoconfigure.metrics.TractorMetricsAutoConfiguration;
import io.tractor.autoconfigure.observation.TractorObservationAutoConfiguration;
import io.tractor.autoconfigure.portal.TractorPortalAutoConfiguration;
import io.tractor.autoconfigure.security.TractorSecurityAutoConfiguration;
import io.tractor.autoconfigure.server.TractorServerAutoConfiguration;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketMessagingAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketRequesterAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketServerAutoConfiguration;
import org.springframework.boot.rsocket.autoconfigure.RSocketStrategiesAutoConfiguration;
import org.springframework.boot.security.autoconfigure.rsocket.RSocketSecurityAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Starts real applications, which end with the test.
 */
public final class TestApplications implements AutoCloseable {

	/**
	 * The auto-configuration that secures RSocket servers.
	 */
	public static final String SECURITY = RSocketSecurityAutoConfiguration.class.getName();

	/**
	 * The auto-configurations of this module.
	 */
	public static final String TRACTOR = String.join(",",
			ImportCandidates.load(AutoConfiguration.class, TestApplications.class.getClassLoader())
				.getCandidates()
				.stream()
				.filter((name) -> name.startsWith("io.tractor."))
				.toList());

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	/**
	 * Start an application, without Spring Security unless
	 * {@code spring.autoconfigure.exclude} is empty.
	 * @param properties its properties, as {@code name=value}
	 * @param sources its configurations and components
	 * @return the running application
	 */
	public ConfigurableApplicationContext start(List<String> properties, Class<?>... sources) {
		return start(WebApplicationType.NONE, properties, sources);
	}

	/**
	 * Start an application with a WebFlux server on a free port.
	 * @param properties its properties, as {@code name=value}
	 * @param sources its configurations and components
	 * @return the running application
	 */
	public ConfigurableApplicationContext startWeb(List<String> properties, Class<?>... sources) {
		return startWeb(WebApplicationType.REACTIVE, properties, sources);
	}

	/**
	 * Start an application with a WebFlux or a servlet server on a free port.
	 * @param type which of them
	 * @param properties its properties, as {@code name=value}
	 * @param sources its configurations and components
	 * @return the running application
	 */
	public ConfigurableApplicationContext startWeb(WebApplicationType type, List<String> properties,
			Class<?>... sources) {
		return start(type, properties, sources);
	}

	private ConfigurableApplicationContext start(WebApplicationType type, List<String> properties,
			Class<?>... sources) {
		List<Class<?>> all = new ArrayList<>(Arrays.asList(sources));
		all.add((type == WebApplicationType.NONE) ? Application.class : WebApplication.class);
		// Without a quiet period Netty's event loop may end between being told to and
		// closing its channels: the connections of a closed application stay open
		SpringApplication application = new SpringApplicationBuilder(all.toArray(Class<?>[]::new)).web(type)
			.properties("spring.main.banner-mode=off", "spring.main.log-startup-info=false", "logging.level.root=warn",
					"spring.reactor.netty.shutdown-quiet-period=50ms", "spring.rsocket.server.address=localhost",
					"server.address=localhost", "server.port=0", "spring.autoconfigure.exclude=" + SECURITY,
					"tractor.shutdown.grace-period=0s")
			.properties(properties.toArray(String[]::new))
			.build();
		ConfigurableApplicationContext context = application.run();
		this.contexts.add(context);
		return context;
	}

	/**
	 * Start an application with an RSocket server on a free port.
	 * @param sources its configurations and components
	 * @return the running application
	 */
	public ConfigurableApplicationContext startServer(Class<?>... sources) {
		return start(List.of("spring.application.name=server", "spring.rsocket.server.port=0"), sources);
	}

	/**
	 * Start an application with a portal {@code there} to a server.
	 * @param server the server
	 * @param sources the application's configurations and components
	 * @return the running application
	 */
	public ConfigurableApplicationContext startClient(ConfigurableApplicationContext server, Class<?>... sources) {
		return start(List.of("spring.application.name=client", "tractor.portals.there.uri=" + uri(server)), sources);
	}

	/**
	 * Return the URI of an application's server.
	 * @param server the application
	 * @return the URI
	 */
	public static String uri(ConfigurableApplicationContext server) {
		boolean websocket = "websocket".equals(server.getEnvironment().getProperty("spring.rsocket.server.transport"));
		return (websocket ? "ws" : "tcp") + "://localhost:"
				+ server.getEnvironment().getProperty("local.rsocket.server.port");
	}

	@Override
	public void close() {
		for (int i = this.contexts.size() - 1; i >= 0; i--) {
			this.contexts.get(i).close();
		}
	}

	/**
	 * What the starter brings, and security, without all else that is on the class path
	 * of the tests.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, JacksonAutoConfiguration.class,
			RSocketStrategiesAutoConfiguration.class, RSocketMessagingAutoConfiguration.class,
			RSocketRequesterAutoConfiguration.class, RSocketServerAutoConfiguration.class,
			RSocketSecurityAutoConfiguration.class, TractorAutoConfiguration.class,
			TractorMetricsAutoConfiguration.class, TractorObservationAutoConfiguration.class,
			TractorPortalAutoConfiguration.class, TractorSecurityAutoConfiguration.class,
			TractorServerAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WebApplication {

	}

}
