package io.tractor.autoconfigure;

import io.tractor.ContextListener;
import io.tractor.OverrunReport;
import io.tractor.StreamOverrunEvent;
import io.tractor.TaskContext;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes overruns as events of the application.
 */
final class OverrunEvents implements ContextListener {

	private final ApplicationEventPublisher publisher;

	OverrunEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void overrun(TaskContext context, OverrunReport report) {
		this.publisher.publishEvent(new StreamOverrunEvent(context, report));
	}

}
