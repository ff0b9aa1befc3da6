package io.tractor.sample;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * What shall be different about the viewer. What is {@code null} stays as it is.
 *
 * @param open whether it opens its stream
 * @param reading whether it takes events from it
 * @param delayMillis how long it idles after each event, in milliseconds
 * @param backpressure whether the source waits while the viewer's buffer is full
 * @param overflow what a full buffer does without backpressure
 * @param msgBufferSize how many events its buffer holds
 * @param restart whether to open a new context in any case, after an overrun too
 */
public record ViewerChange(@Nullable Boolean open, @Nullable Boolean reading,
		@Min(0) @Max(10_000) @Nullable Integer delayMillis, @Nullable Boolean backpressure,
		@Nullable BufferOverflowStrategy overflow, @Min(1) @Max(10_000) @Nullable Integer msgBufferSize,
		@Nullable Boolean restart) {

	ViewerSettings applyTo(ViewerSettings settings) {
		return new ViewerSettings(or(this.open, settings.open()), or(this.reading, settings.reading()),
				(this.delayMillis != null) ? Duration.ofMillis(this.delayMillis) : settings.delay(),
				(this.backpressure != null) ? this.backpressure : settings.backpressure(),
				(this.overflow != null) ? this.overflow : settings.overflow(),
				(this.msgBufferSize != null) ? this.msgBufferSize : settings.msgBufferSize());
	}

	boolean isRestart() {
		return or(this.restart, false);
	}

	private static boolean or(@Nullable Boolean value, boolean other) {
		return (value != null) ? value : other;
	}

}
