package io.tractor.benchmarks.profile;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ProfileTests {

	/**
	 * What was allocated last.
	 */
	private byte[] last = {};

	private final Profile profile = new Profile(900.5, 100, 3000, 7, Map.of(Owner.CONTEXTS, 2.0, Owner.NETTY, 1.0),
			Map.of(Owner.REACTOR, 5.0));

	@ParameterizedTest
	@CsvSource({ "io.tractor.engine.ContextEngine, CONTEXTS", "io.tractor.benchmarks.raw.RawClient, BENCHMARK",
			"io.rsocket.core.RSocketRequester, RSOCKET", "reactor.netty.channel.FluxReceive, NETTY",
			"reactor.core.publisher.Flux, REACTOR", "io.grpc.netty.shaded.io.netty.buffer.ByteBuf, NETTY",
			"io.grpc.internal.ServerImpl, GRPC", "java.util.ArrayDeque, JDK", "org.apache.pekko.Done, OTHER" })
	void whenClassIsNamedThenItsPackageSaysWhoOwnsIt(String className, Owner owner) {
		assertThat(Owner.of(className)).isEqualTo(owner);
	}

	@Test
	void whenProfileIsWrittenAsLineThenItIsReadBack() {
		Profile read = Profile.of(this.profile.line());
		assertThat(read.kernelNanos()).isEqualTo(100);
		assertThat(read.sleeps()).isEqualTo(7);
		for (Owner owner : Owner.values()) {
			assertThat(read.nanos(owner)).isEqualTo(this.profile.nanos(owner));
			assertThat(read.bytes(owner)).isEqualTo(this.profile.bytes(owner));
		}
	}

	@Test
	void whenSamplesWereTakenThenTheyDivideTheTimeOutsideOfTheKernel() {
		assertThat(this.profile.nanos(Owner.CONTEXTS)).isCloseTo(600.33, within(0.01));
		assertThat(this.profile.nanos(Owner.NETTY)).isCloseTo(300.17, within(0.01));
		assertThat(this.profile.nanos(Owner.SPRING)).isZero();
		assertThat(this.profile.bytes(Owner.REACTOR)).isEqualTo(3000);
	}

	@Test
	void whenThisProcessWorksThenTheRecordingShowsIt() throws Exception {
		ProfileRecording recording = ProfileRecording.start();
		long until = System.nanoTime() + 300_000_000;
		while (System.nanoTime() < until) {
			this.last = new byte[1000];
		}
		Profile recorded = recording.stop();
		assertThat(this.last).hasSize(1000);
		assertThat(recorded.userNanos() + recorded.kernelNanos()).isPositive();
		assertThat(recorded.allocatedBytes()).isPositive();
		assertThat(recorded.bytes(Owner.BENCHMARK)).isPositive();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whenThreadWaitsThenTheRecordingCountsThatItSleeps() throws Exception {
		ProfileRecording recording = ProfileRecording.start();
		CountDownLatch never = new CountDownLatch(1);
		for (int waits = 0; waits < 50; waits++) {
			assertThat(never.await(1, TimeUnit.MILLISECONDS)).isFalse();
		}
		assertThat(recording.stop().sleeps()).isGreaterThanOrEqualTo(50);
	}

}
