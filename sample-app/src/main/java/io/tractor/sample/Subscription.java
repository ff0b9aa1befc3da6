package io.tractor.sample;

import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;

/**
 * The context's argument: what the viewer wants to see first.
 *
 * @param events the events, at least one
 */
record Subscription(@NotEmpty List<@Valid EventChoice> events) {

}
