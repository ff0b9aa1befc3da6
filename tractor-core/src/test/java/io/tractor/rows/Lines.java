package io.tractor.rows;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * What a class logs as a warning or an error, instead of its being printed.
 */
final class Lines implements AutoCloseable {

	private final Logger logger;

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	Lines(Class<?> logged) {
		this.logger = (Logger) LoggerFactory.getLogger(logged);
		this.logger.setAdditive(false);
		this.logger.setLevel(Level.WARN);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	List<String> texts() {
		return List.copyOf(this.appender.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(null);
		this.logger.setAdditive(true);
	}

}
