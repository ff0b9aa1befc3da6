package io.tractor.sample.page;

import java.time.Duration;
import java.time.Instant;

import io.tractor.sample.Viewer;
import io.tractor.sample.WorkGenerator;
import io.tractor.task.LiveContexts;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells the page a few times a second what there is to see.
 */
@RestController
class LiveController {

	private static final Duration INTERVAL = Duration.ofMillis(250);

	private static final Duration RETRY = Duration.ofSeconds(1);

	private final Sinks.Empty<Void> closing = Sinks.empty();

	private final LiveContexts contexts;

	private final ToldOverruns overruns;

	private final EndedContexts ended;

	private final @Nullable Viewer viewer;

	private final @Nullable WorkGenerator source;

	LiveController(LiveContexts contexts, ToldOverruns overruns, EndedContexts ended, ObjectProvider<Viewer> viewer,
			ObjectProvider<WorkGenerator> source) {
		this.contexts = contexts;
		this.overruns = overruns;
		this.ended = ended;
		this.viewer = viewer.getIfAvailable();
		this.source = source.getIfAvailable();
	}

	@GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Frame>> live() {
		return Flux.interval(Duration.ZERO, INTERVAL)
			.onBackpressureDrop()
			.map((tick) -> ServerSentEvent.builder(frame()).retry(RETRY).build())
			.takeUntilOther(this.closing.asMono());
	}

	/**
	 * End what pages read, which a graceful shutdown would wait for.
	 */
	@EventListener(ContextClosedEvent.class)
	void close() {
		this.closing.tryEmitEmpty();
	}

	private Frame frame() {
		Instant now = Instant.now();
		return new Frame(now, Frame.LiveContext.of(this.contexts, now),
				this.overruns.all().stream().map(Frame.Overrun::of).toList(), this.ended.all(),
				(this.viewer != null) ? Frame.ViewerState.of(this.viewer) : null,
				(this.source != null) ? Frame.SourceState.of(this.source) : null);
	}

}
