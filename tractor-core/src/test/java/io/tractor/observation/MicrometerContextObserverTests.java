package io.tractor.observation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.tractor.Ledger;
import io.tractor.Outcome;
import io.tractor.Peer;
import io.tractor.task.ContextObservation;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MicrometerContextObserver}, with the meters that Micrometer makes of
 * observations.
 */
class MicrometerContextObserverTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Set<String> contextualNames = new HashSet<>();

	private final MicrometerContextObserver observer = new MicrometerContextObserver(registry());

	private ObservationRegistry registry() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters) {

			@Override
			public void onStop(Observation.Context context) {
				super.onStop(context);
				MicrometerContextObserverTests.this.contextualNames.add(context.getContextualName());
			}

		});
		return registry;
	}

	@Test
	void whenCallerOpensOnVeryManyRoutesThenLaterOnesShareTheirMeters() {
		for (int i = 0; i < 1000; i++) {
			ContextObservation observation = this.observer.caller("orders." + i, "id", Context.empty());
			observation.start();
			observation.started();
			observation.ended(Peer.UNKNOWN, new Outcome.Completed<>(null, Ledger.EMPTY, List.of()));
		}
		for (String name : List.of("tractor.caller", "tractor.caller.active", "tractor.caller.started")) {
			assertThat(this.meters.get(name).meters()).as(name)
				.extracting(Meter::getId)
				.extracting((id) -> id.getTag("route"))
				.hasSize(201)
				.contains("orders.0", "orders.199", "other")
				.doesNotContain("orders.200");
		}
		assertThat(this.meters.get("tractor.caller").tag("route", "other").timer().count()).isEqualTo(800);
		assertThat(this.contextualNames).hasSize(1000).contains("context orders.999");
	}

}
