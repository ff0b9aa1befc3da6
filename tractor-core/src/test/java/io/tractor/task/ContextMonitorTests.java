package io.tractor.task;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.tractor.Ledger;
import io.tractor.OverrunReport;
import io.tractor.Peer;
import io.tractor.Side;
import io.tractor.TractorException;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.engine.ContextEngine;
import io.tractor.engine.ContextIdentity;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ContextMonitor}.
 */
class ContextMonitorTests {

	private final UnsentOutlet outlet = new UnsentOutlet();

	private final ContextMonitor monitor = new ContextMonitor(
			(signals) -> new ContextEngine(new ContextIdentity(Side.CALLER, "id", "route", Peer.UNKNOWN), Peer.UNKNOWN,
					64, BufferLimits.DEFAULT, InstantSource.system(), RemoteErrors.DEFAULT, signals),
			this.outlet, new SilentObserver(), true);

	private final CompletableFuture<Thread> told = new CompletableFuture<>();

	@Test
	@DisplayName("E1 a body that signals while its context breaks is cancelled from another thread than its own")
	void whenContextBreaksDuringSignalsThenBodyIsToldFromAside() throws Exception {
		this.monitor.whenBroken(() -> this.told.complete(Thread.currentThread()));
		this.monitor.signal(() -> CompletableFuture.runAsync(this::disconnect).orTimeout(10, TimeUnit.SECONDS).join());
		assertThat(this.told.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
	}

	@Test
	@DisplayName("E1 a body is cancelled by what breaks its context if nothing signals meanwhile")
	void whenContextBreaksThenBodyIsToldAtOnce() {
		this.monitor.whenBroken(() -> this.told.complete(Thread.currentThread()));
		disconnect();
		assertThat(this.told).succeedsWithin(Duration.ZERO).isSameAs(Thread.currentThread());
	}

	@Test
	void whenThereIsSomethingToWriteThenThatIsToldOutsideOfTheLock() {
		this.outlet.whenWritable = () -> this.told
			.complete(CompletableFuture.supplyAsync(() -> this.monitor.compute((engine) -> Thread.currentThread()))
				.orTimeout(10, TimeUnit.SECONDS)
				.join());
		this.monitor.update((engine) -> engine.cancel("no longer wanted", null));
		assertThat(this.told).succeedsWithin(Duration.ZERO).isNotSameAs(Thread.currentThread());
	}

	private void disconnect() {
		this.monitor.update((engine) -> engine.disconnect(new TransportClosedException("cut", null)));
	}

	private static final class SilentObserver implements ContextMonitor.Observer {

		@Override
		public void overrun(OverrunReport report) {
		}

		@Override
		public void unreadable(long index, String type) {
		}

		@Override
		public void caused(TractorException cause) {
		}

		@Override
		public Runnable finished(Ledger ledger) {
			return () -> {
			};
		}

	}

}
