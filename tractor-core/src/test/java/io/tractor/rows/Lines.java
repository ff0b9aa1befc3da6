package io.tractor.rows;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * What a class logs as a warning or an error, instead of its being printed.
 */
final class Lines implements AutoCloseable {

	private final Logger logger;

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	Lines(Class<?> logged) {
		this(logged.getName());
	}

	/**
	 * Create for all classes of a package, or for one.
	 */
	Lines(String name) {
		this.logger = (Logger) LoggerFactory.getLogger(name);
		this.logger.setAdditive(false);
		this.logger.setLevel(Level.WARN);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	List<String> texts() {
		return List.copyOf(this.appender.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/**
	 * Return the messages of the errors that were logged, with their causes.
	 */
	List<String> errors() {
		return List.copyOf(this.appender.list)
			.stream()
			.flatMap((event) -> Stream.iterate(event.getThrowableProxy(), Objects::nonNull, IThrowableProxy::getCause))
			.map(IThrowableProxy::getMessage)
			.toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(null);
		this.logger.setAdditive(true);
	}

}
