package io.tractor.autoconfigure.actuate;

import io.tractor.StreamSettings;

/**
 * Effective settings of a stream (T9).
 *
 * @param backpressure whether the peer's sender waits while the buffer is full
 * @param msgBufferSize the buffer's size in messages
 * @param overflow what becomes of a message that meets the full buffer of a stream
 * without backpressure: {@code error}, {@code drop-latest} or {@code drop-oldest}
 */
public record SettingsDescriptor(Setting<Boolean> backpressure, Setting<Integer> msgBufferSize,
		Setting<String> overflow) {

	static SettingsDescriptor of(StreamSettings settings) {
		return new SettingsDescriptor(Setting.of(settings.backpressure(), settings.backpressureOrigin()),
				Setting.of(settings.msgBufferSize(), settings.msgBufferSizeOrigin()),
				Setting.of(TagNames.of(settings.overflow()), settings.overflowOrigin()));
	}

	/**
	 * One setting.
	 *
	 * @param value its value
	 * @param origin where that came from: {@code default}, {@code application},
	 * {@code annotation}, {@code route} or {@code call}
	 * @param <T> the value's type
	 */
	public record Setting<T>(T value, String origin) {

		static <T> Setting<T> of(T value, StreamSettings.Origin origin) {
			return new Setting<>(value, TagNames.of(origin));
		}

	}

}
