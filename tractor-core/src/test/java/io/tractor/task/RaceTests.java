package io.tractor.task;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import io.tractor.ContextType;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.StreamSettings;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextIdentity;
import io.tractor.engine.Envelopes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.util.context.Context;

import org.springframework.core.ResolvableType;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Races within one side of a context, often enough to meet each of their orders: without
 * a connection, so that nothing but the race takes time.
 */
@Timeout(300)
class RaceTests {

	private static final int TRIES = 20_000;

	/**
	 * As many as have both threads running: those that wait for a processor do not race.
	 */
	private static final int RACES = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

	private static final ContextType<String, String, String, String, String> TYPE = new ContextType<>("race") {
	};

	private static final Envelopes.Grant GRANT = new Envelopes.Grant(64, 4096, 1024);

	private final ExecutorService threads = Executors.newFixedThreadPool(2 * RACES);

	private final TaskSetup setup = new TaskSetup(new Peer("here", "here-1"), BufferLimits.DEFAULT,
			new ContextListeners(List.of()), new TextCodecs(), RemoteErrors.DEFAULT, InstantSource.system());

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	@DisplayName("S6 of 20,000 streams that are opened while started is called, none opens before it")
	void whenOpeningRacesWithStartedThenItIsAfterIt() throws Exception {
		AtomicInteger tooEarly = new AtomicInteger();
		AtomicInteger opened = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		race(() -> opened.get() > 0 && refused.get() > 0, (partner) -> {
			CalleeTask callee = new CalleeTask(new IdleHandler(), opening(), GRANT, this.setup, new UnsentOutlet());
			AtomicBoolean starting = new AtomicBoolean();
			CompletableFuture<Boolean> early = partner.run(() -> {
				try {
					callee.openStream();
					opened.incrementAndGet();
					return !starting.get();
				}
				catch (IllegalStateException ex) {
					refused.incrementAndGet();
					return false;
				}
			});
			spin(ThreadLocalRandom.current().nextInt(20_000));
			starting.set(true);
			callee.started(null);
			if (early.get(10, TimeUnit.SECONDS)) {
				tooEarly.incrementAndGet();
			}
		});
		assertThat(tooEarly).hasValue(0);
	}

	@Test
	@DisplayName("X11 of 20,000 bodies whose context breaks at their end, none leaves an interrupt to what comes after")
	void whenContextBreaksAsBodyEndsThenNoInterruptIsLeft() throws Exception {
		AtomicInteger left = new AtomicInteger();
		AtomicInteger interrupted = new AtomicInteger();
		race(() -> interrupted.get() > 0, (partner) -> {
			CallerTask<String, String, String, String> caller = caller();
			caller.monitor().update((engine) -> engine.started(GRANT, Peer.UNKNOWN, null));
			caller.awaitStarted();
			AtomicReference<CompletableFuture<Boolean>> broken = new AtomicReference<>();
			caller.runBody((context) -> {
				broken.set(partner.run(() -> {
					caller.monitor()
						.update((engine) -> engine
							.disconnect(new TransportClosedException("cut", new Exception("cut"))));
					return true;
				}));
				spin(ThreadLocalRandom.current().nextInt(20_000));
				if (Thread.currentThread().isInterrupted()) {
					interrupted.incrementAndGet();
				}
				return null;
			});
			broken.get().get(10, TimeUnit.SECONDS);
			if (Thread.interrupted()) {
				left.incrementAndGet();
			}
		});
		assertThat(left).hasValue(0);
	}

	@Test
	@DisplayName("E2 of 20,000 bodies that come about while their context breaks, each is told of it")
	void whenContextBreaksAsBodyComesAboutThenItIsTold() throws Exception {
		AtomicInteger untold = new AtomicInteger();
		AtomicInteger early = new AtomicInteger();
		AtomicInteger late = new AtomicInteger();
		race(() -> early.get() > 0 && late.get() > 0, (partner) -> {
			ContextMonitor monitor = caller().monitor();
			AtomicBoolean breaking = new AtomicBoolean();
			AtomicBoolean told = new AtomicBoolean();
			CompletableFuture<Boolean> broken = partner.run(() -> {
				breaking.set(true);
				monitor
					.update((engine) -> engine.disconnect(new TransportClosedException("cut", new Exception("cut"))));
				return true;
			});
			spin(ThreadLocalRandom.current().nextInt(20_000));
			(breaking.get() ? late : early).incrementAndGet();
			monitor.whenBroken(() -> told.set(true));
			broken.get(10, TimeUnit.SECONDS);
			if (!told.get()) {
				untold.incrementAndGet();
			}
		});
		assertThat(untold).hasValue(0);
	}

	private CallerTask<String, String, String, String> caller() {
		return new CallerTask<>(TYPE, MimeTypeUtils.TEXT_PLAIN,
				new ContextIdentity(Side.CALLER, "id", "race", new Peer("here", "here-1")), StreamSettings.DEFAULT,
				new CallerTask.Options("race", Deadline.in(Duration.ofSeconds(10), "open-timeout"), null,
						Duration.ofSeconds(10), true),
				this.setup, ContextObservation.NONE, new UnsentOutlet());
	}

	/**
	 * Run several races at once, each by two threads, often enough, and again while their
	 * orders were not all met because the machine has no time for both threads.
	 */
	private void race(BooleanSupplier allMet, Race race) throws Exception {
		int rounds = 0;
		do {
			List<Future<?>> races = new ArrayList<>();
			for (int i = 0; i < RACES; i++) {
				races.add(this.threads.submit(() -> {
					try (Partner partner = new Partner(this.threads)) {
						for (int j = 0; j < TRIES / RACES; j++) {
							race.run(partner);
						}
					}
					return null;
				}));
			}
			for (Future<?> each : races) {
				each.get(250, TimeUnit.SECONDS);
			}
			rounds++;
		}
		while (!allMet.getAsBoolean() && rounds < 10);
		assertThat(allMet.getAsBoolean()).as("all orders met").isTrue();
	}

	private static void spin(long nanos) {
		long until = System.nanoTime() + nanos;
		while (System.nanoTime() < until) {
			Thread.onSpinWait();
		}
	}

	private static Opening opening() {
		return new Opening("race", "id", Peer.UNKNOWN, null, MimeTypeUtils.TEXT_PLAIN, Map.of(), null, null,
				Context.empty());
	}

	/**
	 * One try.
	 */
	@FunctionalInterface
	private interface Race {

		void run(Partner partner) throws Exception;

	}

	/**
	 * The other thread of a race, which spins so that it is as early as can be, unless it
	 * is much too early.
	 */
	private static final class Partner implements AutoCloseable {

		private static final int MAX_SPINS = 10_000;

		private volatile @Nullable Runnable next;

		private volatile boolean closed;

		Partner(ExecutorService threads) {
			threads.execute(() -> {
				int idle = 0;
				while (!this.closed) {
					Runnable step = this.next;
					if (step != null) {
						this.next = null;
						step.run();
						idle = 0;
					}
					else if (++idle < MAX_SPINS) {
						Thread.onSpinWait();
					}
					else {
						// the other one may have no processor
						Thread.yield();
					}
				}
			});
		}

		CompletableFuture<Boolean> run(Callable<Boolean> step) {
			CompletableFuture<Boolean> result = new CompletableFuture<>();
			this.next = () -> {
				try {
					result.complete(step.call());
				}
				catch (Throwable ex) {
					result.completeExceptionally(ex);
				}
			};
			return result;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

	private static final class IdleHandler implements BlockingCalleeHandler {

		@Override
		public @Nullable Object handle(Opening opening, io.tractor.CalleeContext<?, ?, ?> context) {
			return null;
		}

		@Override
		public String pattern() {
			return "race";
		}

		@Override
		public StreamSettings settings() {
			return StreamSettings.DEFAULT;
		}

		@Override
		public ResolvableType startedType() {
			return ResolvableType.forClass(String.class);
		}

		@Override
		public ResolvableType receivedType() {
			return ResolvableType.forClass(String.class);
		}

		@Override
		public ResolvableType sentType() {
			return ResolvableType.forClass(String.class);
		}

		@Override
		public ResolvableType resultType() {
			return ResolvableType.forClass(String.class);
		}

	}

}
