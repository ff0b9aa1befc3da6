package io.tractor.sample;

import java.time.Duration;
import java.util.Objects;

import io.tractor.StreamOptions;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;

/**
 * How the viewer behaves.
 *
 * @param open whether it opens its stream
 * @param reading whether it takes events from it
 * @param delay how long it idles after each event
 * @param backpressure whether the source waits while the viewer's buffer is full, or
 * {@code null} for what {@code tractor.stream} says
 * @param overflow what a full buffer does without backpressure, or {@code null} for what
 * {@code tractor.stream} says
 * @param msgBufferSize how many events its buffer holds, or {@code null} for what
 * {@code tractor.stream} says
 */
public record ViewerSettings(boolean open, boolean reading, Duration delay, @Nullable Boolean backpressure,
		@Nullable BufferOverflowStrategy overflow, @Nullable Integer msgBufferSize) {

	static ViewerSettings of(SampleProperties.Viewer properties) {
		return new ViewerSettings(properties.open(), true, properties.delay(), properties.backpressure(), null,
				properties.msgBufferSize());
	}

	/**
	 * Return whether a context that is open goes on with other settings.
	 * @param other the other settings
	 * @return whether they differ in nothing that is fixed when a stream is opened
	 */
	boolean suitsContextOf(ViewerSettings other) {
		return this.open == other.open && Objects.equals(this.backpressure, other.backpressure)
				&& Objects.equals(this.overflow, other.overflow)
				&& Objects.equals(this.msgBufferSize, other.msgBufferSize);
	}

	void applyTo(StreamOptions options) {
		if (this.backpressure != null) {
			options.backpressure(this.backpressure);
		}
		if (this.overflow != null && !Boolean.TRUE.equals(this.backpressure)) {
			options.overflow(this.overflow);
		}
		if (this.msgBufferSize != null) {
			options.msgBufferSize(this.msgBufferSize);
		}
	}

}
