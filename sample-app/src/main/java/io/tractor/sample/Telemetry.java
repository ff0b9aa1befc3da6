package io.tractor.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.MsgStream;
import io.tractor.StreamClosedException;
import jakarta.validation.Valid;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.stereotype.Component;
import org.springframework.util.ReflectionUtils;

/**
 * The source: streams this JVM's flight-recorder events as they happen.
 */
@Component
@Profile("source | !viewer")
class Telemetry {

	/**
	 * Stream events until the viewer ends its direction.
	 * @param context the context
	 * @param subscription the events to begin with
	 * @return what was sent
	 */
	@ActorContext("telemetry")
	Summary telemetry(CalleeContext<JvmInfo, Command, JfrEvent> context, @Payload @Valid Subscription subscription) {
		Instant begin = Instant.now();
		Map<String, Long> counts = new ConcurrentHashMap<>();
		try (Recorder recorder = new Recorder(subscription.events())) {
			context.started(JvmInfo.current());
			try (MsgStream<Command, JfrEvent> stream = context.openStream()) {
				HandOver handOver = new HandOver(stream, counts);
				recorder.start(handOver);
				for (Command command : stream) {
					recorder.apply(command);
				}
				handOver.rethrowFailure();
			}
		}
		return new Summary(new TreeMap<>(counts), Duration.between(begin, Instant.now()));
	}

	/**
	 * Sends events from the recorder's thread, which swallows errors: so the first one is
	 * kept, and ends the stream and with it the handler's wait for commands.
	 */
	private static final class HandOver implements Consumer<RecordedEvent> {

		private final MsgStream<Command, JfrEvent> stream;

		private final Map<String, Long> counts;

		private volatile boolean over;

		private volatile @Nullable Throwable failure;

		HandOver(MsgStream<Command, JfrEvent> stream, Map<String, Long> counts) {
			this.stream = stream;
			this.counts = counts;
		}

		@Override
		public void accept(RecordedEvent event) {
			if (this.over) {
				return;
			}
			try {
				JfrEvent message = JfrEvent.of(event);
				this.stream.send(message);
				this.counts.merge(message.name(), 1L, Long::sum);
			}
			catch (StreamClosedException ex) {
				// the viewer has left
				end();
			}
			catch (RuntimeException | Error ex) {
				this.failure = ex;
				end();
			}
		}

		private void end() {
			this.over = true;
			this.stream.close();
		}

		void rethrowFailure() {
			Throwable failure = this.failure;
			if (failure != null) {
				ReflectionUtils.rethrowRuntimeException(failure);
			}
		}

	}

}
