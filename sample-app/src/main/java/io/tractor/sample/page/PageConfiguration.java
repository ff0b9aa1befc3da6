package io.tractor.sample.page;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * What the page is made of, besides its controllers.
 */
@Configuration(proxyBeanMethods = false)
class PageConfiguration {

	private static final int MAX_ENDED = 10;

	private static final Logger logger = LoggerFactory.getLogger(PageConfiguration.class);

	@Bean
	ToldOverruns toldOverruns() {
		return new ToldOverruns();
	}

	@Bean
	EndedContexts endedContexts() {
		return new EndedContexts(MAX_ENDED);
	}

	@EventListener
	void tellAddress(WebServerInitializedEvent event) {
		logger.info("watch the contexts at http://localhost:{}/", event.getWebServer().getPort());
	}

}
