package io.tractor.benchmarks.pekko;

import java.util.Optional;

import com.typesafe.config.ConfigFactory;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Running;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SourceRef;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamRefs;

/**
 * An actor that answers the size of the messages with a stream of them.
 */
public final class PekkoServer {

	/**
	 * The server's name.
	 */
	public static final String NAME = "pekko";

	/**
	 * The buffer in messages.
	 */
	public static final int BUFFER = 32;

	static final String SOURCES = "sources";

	private PekkoServer() {
	}

	public static int start(Running running) {
		ActorSystem system = system("server");
		system.actorOf(Props.create(Sources.class, () -> new Sources(running)), SOURCES);
		return ((ExtendedActorSystem) system).provider().getDefaultAddress().getPort().orElseThrow();
	}

	static ActorSystem system(String name) {
		return ActorSystem.create(name, ConfigFactory.parseString("""
				pekko.actor.provider = remote
				pekko.remote.artery.transport = tcp
				pekko.remote.artery.canonical.hostname = "127.0.0.1"
				pekko.remote.artery.canonical.port = 0
				pekko.stream.materializer.stream-ref.buffer-capacity = %d
				pekko.loglevel = ERROR
				pekko.stdout-loglevel = ERROR
				""".formatted(BUFFER)).withFallback(ConfigFactory.load()));
	}

	private static final class Sources extends AbstractActor {

		private final Running running;

		Sources(Running running) {
			this.running = running;
		}

		@Override
		public Receive createReceive() {
			return receiveBuilder().match(Integer.class, (size) -> getSender().tell(source(size), getSelf())).build();
		}

		private SourceRef<byte[]> source(int size) {
			Runnable ended = this.running.begin();
			return Source.unfold(0L, (index) -> Optional.of(Pair.create(index + 1, Message.of(size, index))))
				.watchTermination((used, done) -> {
					done.whenComplete((result, error) -> ended.run());
					return NotUsed.getInstance();
				})
				.runWith(StreamRefs.sourceRef(), getContext().getSystem());
		}

	}

}
