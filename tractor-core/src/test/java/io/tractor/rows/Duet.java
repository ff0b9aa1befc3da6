package io.tractor.rows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.rsocket.RSocket;
import io.tractor.CallerContext;
import io.tractor.ContextSpec;
import io.tractor.ContextType;
import io.tractor.Ledger;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.OverrunReport;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.StreamOptions;
import io.tractor.StreamOverrunException;
import io.tractor.TaskContext;
import io.tractor.engine.BufferLimits;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A context with two parts that may swap roles: one sends, and the other receives.
 */
final class Duet implements AutoCloseable {

	static final ContextType<String, String, Integer, Integer, String> TYPE = new ContextType<>("duet") {
	};

	static final Duration PATIENCE = Duration.ofSeconds(10);

	final Pair pair;

	private final Case how;

	private final ExecutorService helpers = Executors.newCachedThreadPool();

	Duet(Case how) {
		this(how, BufferLimits.DEFAULT);
	}

	Duet(Case how, BufferLimits limits) {
		this(how, new Pair(how.link(), limits, Duration.ofSeconds(10)));
	}

	Duet(Case how, Pair pair) {
		this.how = how;
		this.pair = pair.use(how.form());
	}

	/**
	 * Open a context, let both sides play their parts, and wait for both ends.
	 */
	Ends play(Part sending, Part receiving) throws InterruptedException {
		return play(sending, receiving, (spec) -> {
		});
	}

	Ends play(Part sending, Part receiving, Consumer<ContextSpec<String, String, Integer, Integer, String>> customizer)
			throws InterruptedException {
		return play(sending, receiving, customizer, () -> {
		});
	}

	/**
	 * Do as above, and something as soon as the caller has left.
	 */
	Ends play(Part sending, Part receiving, Consumer<ContextSpec<String, String, Integer, Integer, String>> customizer,
			Runnable afterwards) throws InterruptedException {
		boolean callerSends = this.how.side() == Side.CALLER;
		Part caller = callerSends ? sending : receiving;
		Part callee = callerSends ? receiving : sending;
		int before = this.pair.there.outcomes.size();
		List<Party> parties = new CopyOnWriteArrayList<>();
		this.pair.handle(TYPE, (ctx, argument) -> {
			ctx.started("started");
			Party party = new Party(ctx, ctx::openStream, true);
			parties.add(party);
			callee.play(party);
			return "returned";
		});
		Throwable raised = null;
		try {
			ContextSpec<String, String, Integer, Integer, String> spec = this.pair.portal.context(TYPE);
			customizer.accept(spec);
			this.how.form().run(spec, (ctx) -> {
				Party party = new Party(ctx, ctx::openStream, this.how.form() != Form.HANDLE);
				parties.add(party);
				caller.play(party);
				boolean asks = this.how.form() == Form.HANDLE && !party.cancelled.get();
				return asks ? result(ctx) : null;
			});
		}
		catch (Throwable ex) {
			raised = ex;
		}
		afterwards.run();
		eventually(() -> {
			// not of the lists: what describes them would call the tests' own errors
			assertThat(this.pair.here.outcomes.size()).isEqualTo(before + 1);
			assertThat(this.pair.there.outcomes.size()).isEqualTo(before + 1);
		});
		// what the part threw then may be suppressed in what ended the context
		assertThat(parties).as("waited until they were interrupted").noneMatch((party) -> party.waitedInVain().get());
		return new Ends(this.how.side(), raised, this.pair.here.outcomes.get(before),
				this.pair.there.outcomes.get(before));
	}

	private static @Nullable String result(CallerContext<String, Integer, Integer, String> ctx) {
		return ctx.result();
	}

	Node senders() {
		return (this.how.side() == Side.CALLER) ? this.pair.here : this.pair.there;
	}

	Node receivers() {
		return (this.how.side() == Side.CALLER) ? this.pair.there : this.pair.here;
	}

	/**
	 * Let the receiver stay, without receiving, until the overrun.
	 */
	void stayForOverrun(Party receiver) throws InterruptedException {
		if (receiver.interrupted()) {
			receiver.stay();
		}
		eventually(() -> assertThat(receivers().overruns).hasSize(1));
	}

	/**
	 * Let the server cut all connections.
	 */
	void cut() {
		this.pair.accepted.forEach(RSocket::dispose);
	}

	/**
	 * Do the same in another thread: a reactive body is not interrupted by its own.
	 */
	void cutAside() {
		this.helpers.execute(this::cut);
	}

	/**
	 * Run something in another thread.
	 */
	Future<?> aside(Step step) {
		return this.helpers.submit(() -> {
			step.run();
			return null;
		});
	}

	static void eventually(Step assertion) {
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).untilAsserted(assertion::run);
	}

	/**
	 * Wait for what another thread does, as something that an interrupt ends.
	 */
	static void await(CountDownLatch latch) throws InterruptedException {
		assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Override
	public void close() {
		this.helpers.shutdownNow();
		this.pair.close();
	}

	/**
	 * What one side does.
	 */
	@FunctionalInterface
	interface Part {

		void play(Party party) throws Exception;

	}

	/**
	 * Something that may fail.
	 */
	@FunctionalInterface
	interface Step {

		void run() throws Exception;

	}

	/**
	 * One side, whichever it is.
	 *
	 * @param context its view of the context
	 * @param opener opens its stream
	 * @param interrupted whether an error interrupts the code of this side
	 * @param cancelled whether this side's part cancelled the context, and so does not
	 * ask for a result
	 * @param waitedInVain whether this side's part stayed to be interrupted, and was not
	 */
	record Party(TaskContext context, Function<Consumer<StreamOptions>, MsgStream<Integer, Integer>> opener,
			boolean interrupted, AtomicBoolean cancelled, AtomicBoolean waitedInVain) {

		Party(TaskContext context, Function<Consumer<StreamOptions>, MsgStream<Integer, Integer>> opener,
				boolean interrupted) {
			this(context, opener, interrupted, new AtomicBoolean(), new AtomicBoolean());
		}

		void cancel(String reason) {
			this.cancelled.set(true);
			this.context.cancel(reason);
		}

		MsgStream<Integer, Integer> open() {
			return open((options) -> {
			});
		}

		MsgStream<Integer, Integer> open(Consumer<StreamOptions> options) {
			return this.opener.apply(options);
		}

		MsgStream<Integer, Integer> openWithout(int msgBufferSize) {
			return open((options) -> options.backpressure(false).msgBufferSize(msgBufferSize));
		}

		MsgStream<Integer, Integer> openWith(int msgBufferSize) {
			return open((options) -> options.backpressure(true).msgBufferSize(msgBufferSize));
		}

		/**
		 * Stay, without using the stream, until an error ends this side's code. A caller
		 * that is not interrupted gets on to ask for its result.
		 */
		void stay() throws InterruptedException {
			if (this.interrupted) {
				awaitInterrupt();
			}
		}

		private void awaitInterrupt() throws InterruptedException {
			new CountDownLatch(1).await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			this.waitedInVain.set(true);
			throw new AssertionError("The " + this.context.side() + " was not interrupted");
		}

		/**
		 * Stay until an error ends this side's code: by an interrupt, or where there is
		 * none by what a call throws.
		 */
		void stayUntilEnded(MsgStream<Integer, Integer> stream) throws InterruptedException {
			if (this.interrupted) {
				awaitInterrupt();
			}
			Awaitility.await()
				.atMost(PATIENCE)
				.pollInSameThread()
				.pollInterval(Duration.ofMillis(2))
				.until(() -> stream.poll().isPresent());
			throw new AssertionError("A call of the " + this.context.side() + " did not throw");
		}

	}

	/**
	 * How both sides ended.
	 *
	 * @param sender the side that sent
	 * @param raised what the caller's scope or handle raised
	 * @param caller the caller's outcome
	 * @param callee the callee's outcome
	 */
	record Ends(Side sender, @Nullable Throwable raised, Outcome<?> caller, Outcome<?> callee) {

		Outcome<?> senders() {
			return (this.sender == Side.CALLER) ? this.caller : this.callee;
		}

		Outcome<?> receivers() {
			return (this.sender == Side.CALLER) ? this.callee : this.caller;
		}

		/**
		 * The overrun that was raised in the sender's scope, and that the caller learned
		 * of from the callee if that was the sender (V7).
		 */
		StreamOverrunException overrun() {
			Throwable error = this.raised;
			if (this.sender == Side.CALLEE) {
				assertThat(error).isInstanceOf(RemoteActorException.class)
					.hasCauseInstanceOf(StreamOverrunException.class);
				assertThat(this.callee).isInstanceOf(Outcome.Failed.class);
				error = ((Outcome.Failed<?>) this.callee).error();
			}
			assertThat(error).isInstanceOf(StreamOverrunException.class);
			return (StreamOverrunException) error;
		}

		/**
		 * The ledger of what the sender sent, equal on both sides.
		 */
		Ledger.Direction direction() {
			assertThat(this.caller.ledger()).isEqualTo(this.callee.ledger());
			Ledger ledger = this.caller.ledger();
			return (this.sender == Side.CALLER) ? ledger.toCallee() : ledger.toCaller();
		}

		OverrunReport finalReport() {
			assertThat(senders().overruns()).hasSize(1).isEqualTo(receivers().overruns());
			OverrunReport report = senders().overruns().get(0);
			assertThat(report.provisional()).isFalse();
			return report;
		}

		void areQuiet() {
			assertThat(this.raised).isNull();
			assertThat(this.caller).isInstanceOf(Outcome.Completed.class);
			assertThat(this.callee).isInstanceOf(Outcome.Completed.class);
		}

	}

}
