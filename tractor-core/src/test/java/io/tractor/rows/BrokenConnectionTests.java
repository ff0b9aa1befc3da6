package io.tractor.rows;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.rsocket.RSocket;
import io.tractor.ContextHandle;
import io.tractor.MsgStream;
import io.tractor.Outcome;
import io.tractor.Portal;
import io.tractor.RemoteActorException;
import io.tractor.Side;
import io.tractor.TaskContext;
import io.tractor.TransportClosedException;
import io.tractor.engine.BufferLimits;
import io.tractor.rows.Duet.Party;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class BrokenConnectionTests {

	static Stream<Arguments> breaks() {
		return Cases.linkAndForm()
			.flatMap((how) -> Stream.of(Break.values())
				.map((breaking) -> Arguments.of(how.get()[0], how.get()[1], breaking)));
	}

	@ParameterizedTest
	@MethodSource("breaks")
	@DisplayName("D1 the connection breaks: every context on it, opened from either end, ends on both sides with the cause")
	void whenConnectionBreaksThenEveryContextEndsOnBothSides(Link link, Form form, Break breaking) throws Exception {
		Gate gate = new Gate();
		try (Duet helper = new Duet(new Case(link, form, Side.CALLER),
				new Pair(link, BufferLimits.DEFAULT, Duet.PATIENCE, gate::into))) {
			Pair pair = helper.pair;
			Portal back = pair.back();
			int each = 3;
			CountDownLatch ready = new CountDownLatch(2 * each * 2);
			Handler<String, String, Integer, Integer, String> handler = (ctx, argument) -> {
				ctx.started("");
				MsgStream<Integer, Integer> stream = ctx.openStream();
				ready.countDown();
				if (argument.equals("0")) {
					new CountDownLatch(1).await(10, TimeUnit.SECONDS);
				}
				stream.receive();
				return "";
			};
			pair.here.handle(Duet.TYPE, handler);
			pair.there.handle(Duet.TYPE, handler);
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < each; i++) {
				String argument = String.valueOf(i);
				for (Portal portal : List.of(pair.portal, back)) {
					callers.add(helper.aside(() -> assertThatExceptionOfType(TransportClosedException.class)
						.isThrownBy(() -> form.run(portal.context(Duet.TYPE).argument(argument), (ctx) -> {
							MsgStream<Integer, Integer> stream = ctx.openStream();
							ready.countDown();
							if (argument.equals("0")) {
								new Party(ctx, ctx::openStream, form != Form.HANDLE).stayUntilEnded(stream);
							}
							return stream.receive();
						}))
						.withMessageContaining("'duet'")
						.satisfies((ex) -> assertThat(ex.getCause()).isNotNull())));
				}
			}
			Duet.await(ready);
			breaking.apply(pair, gate);
			for (Future<?> caller : callers) {
				caller.get(10, TimeUnit.SECONDS);
			}
			for (Node node : List.of(pair.here, pair.there)) {
				Duet.eventually(() -> assertThat(node.outcomes).hasSize(2 * each));
				assertThat(node.outcomes).allSatisfy((outcome) -> {
					assertThat(outcome).isInstanceOf(Outcome.Failed.class);
					Throwable error = ((Outcome.Failed<?>) outcome).error();
					assertThat(error).isInstanceOf(TransportClosedException.class).hasMessageContaining("'duet'");
					assertThat(error.getCause()).isNotNull();
				});
				Duet.eventually(() -> assertThat(node.endpoint.openContexts()).isZero());
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Link.class)
	@DisplayName("D3 closing a context after a break that no call has seen is quiet as well")
	void whenNobodySawTheBreakThenClosingIsQuiet(Link link) {
		try (Pair pair = new Pair(link)) {
			pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				Waits.awaitInterrupt();
				return "";
			});
			ContextHandle<String, Integer, Integer, String> handle = pair.portal.context(Duet.TYPE).open();
			MsgStream<Integer, Integer> stream = handle.openStream();
			pair.accepted.forEach(RSocket::dispose);
			Duet.eventually(() -> assertThat(pair.here.outcomes).hasSize(1));
			stream.close();
			handle.close();
			stream.endSend();
			handle.cancel();
			handle.close();
			assertThat(handle.outcome()).isInstanceOf(Outcome.Failed.class);
			assertThatExceptionOfType(TransportClosedException.class).isThrownBy(handle::result);
		}
	}

	@ParameterizedTest
	@MethodSource("io.tractor.rows.Case#all")
	@DisplayName("D6 after contexts of every end no channel, context or byte buffer is left")
	void whenContextsHaveEndedThenNothingIsLeft(Case how) throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
		ListAppender<ILoggingEvent> leaks = new ListAppender<>();
		leaks.start();
		logger.addAppender(leaks);
		List<WeakReference<TaskContext>> contexts = new ArrayList<>();
		try (Duet duet = new Duet(how)) {
			for (int round = 0; round < 3; round++) {
				for (End end : End.values()) {
					play(duet, end);
				}
			}
			for (Node node : List.of(duet.pair.here, duet.pair.there)) {
				Duet.eventually(() -> assertThat(node.endpoint.openContexts()).isZero());
				node.started.forEach((context) -> contexts.add(new WeakReference<>(context)));
				assertThat(node.started).hasSize(3 * End.values().length);
				node.started.clear();
				node.contexts.clear();
				node.outcomes.clear();
				node.overruns.clear();
			}
			duet.pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				return "";
			});
			// the connection lives on
			duet.pair.portal.context(Duet.TYPE).run((ctx) -> ctx.result());
			assertThat(duet.pair.accepted).hasSize(1);
			Duet.eventually(() -> {
				System.gc();
				assertThat(contexts).allSatisfy((context) -> assertThat(context.get()).isNull());
			});
			// leaks are reported when something else is allocated
			for (int i = 0; i < 1000; i++) {
				ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(64);
				buffer.release();
			}
			assertThat(leaks.list).isEmpty();
		}
		finally {
			logger.detachAppender(leaks);
		}
	}

	private static void play(Duet duet, End end) throws InterruptedException {
		CyclicBarrier both = new CyclicBarrier(2);
		duet.receivers().overruns.clear();
		duet.play((party) -> {
			MsgStream<Integer, Integer> stream = party.openWith(4);
			both.await(10, TimeUnit.SECONDS);
			for (int i = 0; i < 20; i++) {
				stream.offer(i);
			}
			end.bring(party, stream);
		}, (party) -> {
			MsgStream<Integer, Integer> stream = (end == End.OVERRUN) ? party.openWithout(4) : party.openWith(4);
			both.await(10, TimeUnit.SECONDS);
			if (end == End.OVERRUN) {
				duet.stayForOverrun(party);
			}
			else if (end == End.RETURN) {
				stream.receive();
			}
			else {
				party.stay();
			}
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMORY", "TCP" })
	@DisplayName("D6 a context that ends while others stream takes nothing of theirs with it, and leaves nothing")
	void whenManyContextsComeAndGoThenNothingIsLeft(Link link) throws Exception {
		try (Duet duet = new Duet(new Case(link, Form.SCOPE, Side.CALLER))) {
			duet.pair.handle(Duet.TYPE, (ctx, argument) -> {
				ctx.started("");
				try (MsgStream<Integer, Integer> stream = ctx.openStream()) {
					for (int msg : stream) {
						if (msg == 30 && argument.equals("1")) {
							throw new IllegalStateException("broken");
						}
						stream.send(msg);
					}
				}
				return "done";
			});
			List<Future<?>> callers = new ArrayList<>();
			for (int thread = 0; thread < 8; thread++) {
				callers.add(duet.aside(() -> {
					for (int i = 0; i < 20; i++) {
						comeAndGo(duet, i % 4);
					}
				}));
			}
			for (Future<?> caller : callers) {
				caller.get(50, TimeUnit.SECONDS);
			}
			for (Node node : List.of(duet.pair.here, duet.pair.there)) {
				Duet.eventually(() -> {
					assertThat(node.outcomes).hasSize(160);
					assertThat(node.endpoint.openContexts()).isZero();
				});
			}
			assertThat(duet.pair.accepted).hasSize(1);
		}
	}

	private static void comeAndGo(Duet duet, int kind) {
		try {
			String result = duet.pair.portal.context(Duet.TYPE).argument(String.valueOf(kind)).run((ctx) -> {
				try (MsgStream<Integer, Integer> stream = ctx.openStream()) {
					for (int i = 0; i < 60; i++) {
						stream.send(i);
						if (i == 40 && kind == 2) {
							ctx.cancel("enough");
							return null;
						}
						if (i == 40 && kind == 3) {
							return "left";
						}
						assertThat(stream.receive()).isEqualTo(i);
					}
				}
				return ctx.result();
			});
			String expected = switch (kind) {
				case 0 -> "done";
				case 2 -> null;
				default -> "left";
			};
			assertThat(result).isEqualTo(expected);
		}
		catch (RemoteActorException ex) {
			assertThat(kind).isEqualTo(1);
		}
	}

	/**
	 * Who breaks the connection.
	 */
	enum Break {

		SERVER {

			@Override
			void apply(Pair pair, Gate gate) {
				pair.accepted.forEach(RSocket::dispose);
			}

		},

		CLIENT {

			@Override
			void apply(Pair pair, Gate gate) {
				pair.portal.close();
			}

		},

		BELOW {

			@Override
			void apply(Pair pair, Gate gate) {
				gate.connection.dispose();
			}

		};

		abstract void apply(Pair pair, Gate gate);

	}

	/**
	 * How a context ends.
	 */
	enum End {

		RETURN, CANCEL, ERROR, OVERRUN, CLOSE;

		void bring(Party party, MsgStream<Integer, Integer> stream) {
			switch (this) {
				case RETURN -> {
				}
				case CANCEL -> party.cancel("enough");
				case ERROR -> throw new IllegalStateException("broken");
				case OVERRUN -> {
					while (true) {
						stream.send(1);
					}
				}
				case CLOSE -> {
					stream.close();
					throw new IllegalStateException("broken after close");
				}
			}
		}

	}

}
