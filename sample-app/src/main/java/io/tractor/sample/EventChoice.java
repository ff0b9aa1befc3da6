package io.tractor.sample;

import java.time.Duration;

import jakarta.validation.constraints.NotBlank;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

/**
 * An event to record.
 *
 * @param name Name of the event, such as 'jdk.CPULoad'.
 * @param period How often a periodic event is taken. By default as often as the JDK's
 * default settings say.
 */
record EventChoice(@NotBlank String name, @DurationMin(millis = 1) @Nullable Duration period) {

}
