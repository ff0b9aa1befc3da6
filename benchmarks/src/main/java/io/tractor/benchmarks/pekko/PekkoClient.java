package io.tractor.benchmarks.pekko;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.tractor.benchmarks.Lane;
import io.tractor.benchmarks.Lazy;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.ServerProcess;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.SourceRef;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * Asks for streams.
 */
public final class PekkoClient {

	private final Lazy<ActorSystem> system = new Lazy<>(() -> PekkoServer.system("client"));

	private final ServerProcess server;

	public PekkoClient(ServerProcess server) {
		this.server = server;
	}

	/**
	 * Receive messages.
	 */
	public Lane source(int size) {
		return (tally) -> {
			int port = this.server.port(PekkoServer.NAME);
			ActorSelection sources = this.system.get()
				.actorSelection("pekko://server@127.0.0.1:" + port + "/user/" + PekkoServer.SOURCES);
			return sourceRef(sources, size)
				.thenCompose((ref) -> ref.getSource()
					.takeWhile((message) -> tally.take(Message.index(message, size)))
					.runWith(Sink.ignore(), this.system.get()))
				.toCompletableFuture();
		};
	}

	@SuppressWarnings("unchecked")
	private static CompletionStage<SourceRef<byte[]>> sourceRef(ActorSelection sources, int size) {
		return Patterns.ask(sources, size, Duration.ofSeconds(30)).thenApply((ref) -> (SourceRef<byte[]>) ref);
	}

}
