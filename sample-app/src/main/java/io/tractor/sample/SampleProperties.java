package io.tractor.sample;

import java.time.Duration;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What can be set about the sample.
 *
 * @param stay Whether the application stays up when the viewer has ended after
 * 'sample.viewer.duration', so that Actuator can be looked at.
 * @param viewer the viewer
 * @param source the source
 */
@Validated
@ConfigurationProperties("sample")
record SampleProperties(@DefaultValue("false") boolean stay, @DefaultValue @Valid Viewer viewer,
		@DefaultValue @Valid Source source) {

	/**
	 * The side that opens the context.
	 *
	 * @param events Events to subscribe to, each with a name and optionally a period.
	 * @param duration How long to watch before the process ends. Without, the viewer
	 * watches until the application is stopped.
	 * @param open Whether the viewer opens its stream. Without, nobody takes the events:
	 * the first one that finds the buffer full ends the source's task with a stream
	 * overrun.
	 * @param delay How long the viewer idles after each event: a slow viewer. With
	 * backpressure the source waits for it, without it the source's task ends with a
	 * stream overrun.
	 * @param backpressure Whether the source waits while the viewer's buffer is full. By
	 * default as 'tractor.stream.backpressure' says.
	 * @param msgBufferSize How many events the viewer's buffer holds. By default as
	 * 'tractor.stream.msg-buffer-size' says.
	 * @param commandInterval How often the viewer sends the next of its commands. With 0
	 * it sends none.
	 */
	record Viewer(@NotEmpty List<@Valid EventChoice> events, @DurationMin(millis = 1) @Nullable Duration duration,
			@DefaultValue("true") boolean open, @DefaultValue("0s") @DurationMin Duration delay,
			@Nullable Boolean backpressure, @Min(1) @Nullable Integer msgBufferSize,
			@DefaultValue("3s") @DurationMin Duration commandInterval) {

	}

	/**
	 * The side whose events are watched.
	 *
	 * @param eventsPerSecond How much work the source is given, in 'tractor.sample.Work'
	 * events per second.
	 */
	record Source(@DefaultValue("100") @Min(0) @Max(1_000_000) int eventsPerSecond) {

	}

}
