package io.tractor.task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SequelTests {

	private final Sinks.One<String> first = Sinks.one();

	@Test
	void whenFirstGivesValueThenWhatIsMadeOfItIsEmitted() {
		Flux<String> sequel = new Sequel<>(Mono.just("a"), (value) -> Flux.just(value + 1, value + 2));
		assertThat(sequel.collectList().block()).containsExactly("a1", "a2");
	}

	@Test
	void whenFirstIsEmptyThenNothingIsEmitted() {
		assertThat(new Sequel<>(Mono.empty(), Mono::just).collectList().block()).isEmpty();
	}

	@Test
	void whenFirstFailsThenThatIsTheError() {
		Flux<Object> sequel = new Sequel<>(Mono.error(new IllegalStateException("no")), Mono::just);
		assertThatIllegalStateException().isThrownBy(sequel::blockLast).withMessage("no");
	}

	@Test
	void whenNothingCanBeMadeOfTheValueThenThatIsTheError() {
		Flux<Object> sequel = new Sequel<>(Mono.just("a"), (value) -> {
			throw new IllegalStateException("no");
		});
		assertThatIllegalStateException().isThrownBy(sequel::blockLast).withMessage("no");
	}

	@Test
	void whenRequestedBeforeTheValueThenTheRequestIsForWhatIsMadeOfIt() {
		Recorder recorder = new Recorder();
		new Sequel<>(this.first.asMono(), (value) -> Flux.range(1, 9)).subscribe(recorder);
		recorder.request(2);
		this.first.tryEmitValue("a");
		assertThat(recorder.received).containsExactly(1, 2);
		recorder.request(1);
		assertThat(recorder.received).containsExactly(1, 2, 3);
	}

	@Test
	void whenCancelledBeforeTheValueThenTheFirstIsCancelled() {
		AtomicBoolean cancelled = new AtomicBoolean();
		Recorder recorder = new Recorder();
		new Sequel<>(this.first.asMono().doOnCancel(() -> cancelled.set(true)), (value) -> Flux.range(1, 9))
			.subscribe(recorder);
		recorder.cancel();
		assertThat(cancelled).isTrue();
	}

	@Test
	void whenCancelledAfterTheValueThenWhatIsMadeOfItIsCancelled() {
		AtomicBoolean first = new AtomicBoolean();
		AtomicBoolean second = new AtomicBoolean();
		Recorder recorder = new Recorder();
		new Sequel<>(this.first.asMono().doOnCancel(() -> first.set(true)),
				(value) -> Flux.<Integer>never().doOnCancel(() -> second.set(true)))
			.subscribe(recorder);
		this.first.tryEmitValue("a");
		recorder.cancel();
		assertThat(second).isTrue();
		assertThat(first).isFalse();
	}

	@Test
	void whenSubscribedThenBothSeeTheContext() {
		Mono<String> name = Mono.deferContextual((context) -> Mono.just(context.get("name")));
		Flux<String> sequel = new Sequel<>(name, (value) -> name.map((other) -> value + other));
		assertThat(sequel.contextWrite((context) -> context.put("name", "x")).blockLast()).isEqualTo("xx");
	}

	private static final class Recorder extends BaseSubscriber<Integer> {

		private final List<Integer> received = new ArrayList<>();

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// requests are the test's
		}

		@Override
		protected void hookOnNext(Integer value) {
			this.received.add(value);
		}

	}

}
