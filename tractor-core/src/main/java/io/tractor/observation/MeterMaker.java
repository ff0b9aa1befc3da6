package io.tractor.observation;

import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * Makes documented meters of the same tags, by a convention.
 *
 * @param registry has the meters
 * @param convention their names and tags
 * @param tags the documented tags
 */
record MeterMaker(MeterRegistry registry, ContextMeterConvention convention, Tags tags) {

	MeterMaker with(KeyName key, String value) {
		return new MeterMaker(this.registry, this.convention, this.tags.and(key.asString(), value));
	}

	private Tags tags(ContextMeterDocumentation meter) {
		return this.convention.tags(meter, this.tags);
	}

	private String name(ContextMeterDocumentation meter) {
		return this.convention.name(meter);
	}

	Counter counter(ContextMeterDocumentation meter) {
		return Counter.builder(name(meter))
			.baseUnit(meter.getBaseUnit())
			.description(meter.description())
			.tags(tags(meter))
			.register(this.registry);
	}

	/**
	 * Make a counter that is read from something. The registry does not keep that.
	 */
	<T> void counter(ContextMeterDocumentation meter, T source, ToDoubleFunction<T> reading) {
		FunctionCounter.builder(name(meter), source, reading)
			.baseUnit(meter.getBaseUnit())
			.description(meter.description())
			.tags(tags(meter))
			.register(this.registry);
	}

	Timer timer(ContextMeterDocumentation meter) {
		return Timer.builder(name(meter)).description(meter.description()).tags(tags(meter)).register(this.registry);
	}

	/**
	 * Make a timer that is read from something. The registry does not keep that.
	 */
	<T> void timer(ContextMeterDocumentation meter, T source, ToLongFunction<T> count, ToDoubleFunction<T> nanos) {
		FunctionTimer.builder(name(meter), source, count, nanos, TimeUnit.NANOSECONDS)
			.description(meter.description())
			.tags(tags(meter))
			.register(this.registry);
	}

	/**
	 * Make a gauge that is read from something. The registry does not keep that.
	 */
	<T> void gauge(ContextMeterDocumentation meter, T source, ToDoubleFunction<T> reading) {
		Gauge.builder(name(meter), source, reading)
			.baseUnit(meter.getBaseUnit())
			.description(meter.description())
			.tags(tags(meter))
			.register(this.registry);
	}

}
