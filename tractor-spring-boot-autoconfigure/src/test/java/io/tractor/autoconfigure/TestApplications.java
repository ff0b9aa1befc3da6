package io.tractor.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.rsocket.RSocketSecurityAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Starts real applications, which end with the test.
 */
public final class TestApplications implements AutoCloseable {

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	/**
	 * Start an application, without Spring Security unless
	 * {@code spring.autoconfigure.exclude} is empty.
	 * @param properties its properties, as {@code name=value}
	 * @param sources its configurations and components
	 * @return the running application
	 */
	public ConfigurableApplicationContext start(List<String> properties, Class<?>... sources) {
		List<Class<?>> all = new ArrayList<>(Arrays.asList(sources));
		all.add(Application.class);
		SpringApplication application = new SpringApplicationBuilder(all.toArray(Class<?>[]::new))
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.main.log-startup-info=false", "logging.level.root=warn",
					"spring.rsocket.server.address=localhost",
					"spring.autoconfigure.exclude=" + RSocketSecurityAutoConfiguration.class.getName())
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

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
