package io.tractor.benchmarks.grpc;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.tractor.benchmarks.Lane;
import io.tractor.benchmarks.Lazy;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.ServerProcess;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Asks for messages itself, in steps of half the credit.
 */
public final class GrpcClient {

	private static final int ECHO_CREDIT = 64;

	private final Lazy<ManagedChannel> channel;

	/**
	 * Create a client.
	 * @param server the other process
	 * @param direct whether both sides use the direct executor
	 */
	public GrpcClient(ServerProcess server, boolean direct) {
		this.channel = new Lazy<>(() -> {
			int port = server.port(direct ? GrpcServer.DIRECT : GrpcServer.EXECUTOR);
			NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext();
			return (direct ? builder.directExecutor() : builder).build();
		});
	}

	/**
	 * Receive messages.
	 */
	public Lane source(int size, int credit) {
		return (tally) -> {
			Call call = new Call(credit) {

				@Override
				void received(byte[] message) {
					if (!tally.take(Message.index(message, size))) {
						ended().complete(null);
						requests().cancel("Enough", null);
					}
				}

			};
			start(GrpcServer.SOURCE, call);
			call.requests().onNext(ByteBuffer.allocate(Integer.BYTES).putInt(size).array());
			return call.ended();
		};
	}

	/**
	 * Send the next message as soon as the last one is back.
	 */
	public Lane echo(int size) {
		return (tally) -> {
			Call call = new Call(ECHO_CREDIT) {

				@Override
				void received(byte[] message) {
					if (tally.take(Message.index(message, size))) {
						requests().onNext(Message.now(size));
					}
					else {
						requests().onCompleted();
					}
				}

			};
			start(GrpcServer.ECHO, call);
			call.requests().onNext(Message.now(size));
			return call.ended();
		};
	}

	/**
	 * Make one call after the other: one message each way, and the end.
	 */
	public Lane exchanges(int size) {
		return Lane.repeat(() -> {
			CompletableFuture<Long> index = new CompletableFuture<>();
			Call call = new Call(ECHO_CREDIT) {

				@Override
				void received(byte[] message) {
					index.complete(Message.index(message, size));
					requests().onCompleted();
				}

			};
			return Mono.fromCompletionStage(() -> {
				start(GrpcServer.ECHO, call);
				call.requests().onNext(Message.of(size, 0));
				return call.ended().thenCombine(index, (ended, received) -> received);
			});
		});
	}

	private void start(MethodDescriptor<byte[], byte[]> method, Call call) {
		ClientCalls.asyncBidiStreamingCall(this.channel.get().newCall(method, CallOptions.DEFAULT), call);
	}

	private abstract static class Call implements ClientResponseObserver<byte[], byte[]> {

		private final CompletableFuture<Void> ended = new CompletableFuture<>();

		private final int credit;

		private int consumed;

		private @Nullable ClientCallStreamObserver<byte[]> requests;

		Call(int credit) {
			this.credit = credit;
		}

		abstract void received(byte[] message);

		CompletableFuture<Void> ended() {
			return this.ended;
		}

		ClientCallStreamObserver<byte[]> requests() {
			ClientCallStreamObserver<byte[]> started = this.requests;
			if (started == null) {
				throw new IllegalStateException("Not started");
			}
			return started;
		}

		@Override
		public void beforeStart(ClientCallStreamObserver<byte[]> stream) {
			this.requests = stream;
			stream.disableAutoRequestWithInitial(this.credit);
		}

		@Override
		public void onNext(byte[] message) {
			received(message);
			this.consumed++;
			if (this.consumed == Math.max(1, this.credit / 2)) {
				requests().request(this.consumed);
				this.consumed = 0;
			}
		}

		@Override
		public void onCompleted() {
			this.ended.complete(null);
		}

		@Override
		public void onError(Throwable error) {
			this.ended.completeExceptionally(error);
		}

	}

}
