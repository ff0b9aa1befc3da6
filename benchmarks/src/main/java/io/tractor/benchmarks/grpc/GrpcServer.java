package io.tractor.benchmarks.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Running;

/**
 * Sends only while the call is ready. Once with the direct executor, which runs handlers
 * on the event loop, and once with the default one.
 */
public final class GrpcServer {

	/**
	 * The name of the server with the direct executor.
	 */
	public static final String DIRECT = "grpc-direct";

	/**
	 * The name of the server with the default executor.
	 */
	public static final String EXECUTOR = "grpc-executor";

	static final MethodDescriptor<byte[], byte[]> SOURCE = method("source");

	static final MethodDescriptor<byte[], byte[]> ECHO = method("echo");

	private static final Logger LOGGER = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

	private GrpcServer() {
	}

	public static int startDirect(Running running) throws IOException {
		return start(builder(running).directExecutor());
	}

	public static int startWithExecutor(Running running) throws IOException {
		return start(builder(running));
	}

	private static int start(NettyServerBuilder builder) throws IOException {
		return builder.build().start().getPort();
	}

	private static NettyServerBuilder builder(Running running) {
		// warns of each cancelled call that had something left to write
		LOGGER.setLevel(Level.SEVERE);
		return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
			.maxConcurrentCallsPerConnection(Integer.MAX_VALUE)
			.addService(ServerServiceDefinition.builder("benchmark")
				.addMethod(SOURCE, ServerCalls.asyncBidiStreamingCall((out) -> source(out, running.begin())))
				.addMethod(ECHO, ServerCalls.asyncBidiStreamingCall((out) -> echo(out, running.begin())))
				.build());
	}

	private static StreamObserver<byte[]> source(StreamObserver<byte[]> responses, Runnable ended) {
		ServerCallStreamObserver<byte[]> out = endingWith(ended, responses);
		Source source = new Source(out);
		out.setOnReadyHandler(source::send);
		return source;
	}

	private static StreamObserver<byte[]> echo(StreamObserver<byte[]> responses, Runnable ended) {
		ServerCallStreamObserver<byte[]> out = endingWith(ended, responses);
		return new StreamObserver<>() {

			@Override
			public void onNext(byte[] message) {
				out.onNext(message);
			}

			@Override
			public void onError(Throwable error) {
				// the call is over
			}

			@Override
			public void onCompleted() {
				out.onCompleted();
			}

		};
	}

	private static ServerCallStreamObserver<byte[]> endingWith(Runnable ended, StreamObserver<byte[]> responses) {
		ServerCallStreamObserver<byte[]> out = (ServerCallStreamObserver<byte[]>) responses;
		out.setOnCancelHandler(ended);
		out.setOnCloseHandler(ended);
		return out;
	}

	private static MethodDescriptor<byte[], byte[]> method(String name) {
		return MethodDescriptor.<byte[], byte[]>newBuilder()
			.setType(MethodDescriptor.MethodType.BIDI_STREAMING)
			.setFullMethodName(MethodDescriptor.generateFullMethodName("benchmark", name))
			.setRequestMarshaller(new Bytes())
			.setResponseMarshaller(new Bytes())
			.build();
	}

	private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

		@Override
		public InputStream stream(byte[] message) {
			return new KnownLengthStream(message);
		}

		@Override
		public byte[] parse(InputStream stream) {
			try {
				byte[] message = new byte[stream.available()];
				int read = stream.readNBytes(message, 0, message.length);
				return (read == message.length && stream.read() == -1) ? message : new byte[0];
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	private static final class KnownLengthStream extends ByteArrayInputStream implements io.grpc.KnownLength {

		KnownLengthStream(byte[] message) {
			super(message);
		}

	}

	private static final class Source implements StreamObserver<byte[]> {

		private final ServerCallStreamObserver<byte[]> out;

		private int size;

		private long index;

		Source(ServerCallStreamObserver<byte[]> out) {
			this.out = out;
		}

		@Override
		public void onNext(byte[] argument) {
			this.size = ByteBuffer.wrap(argument).getInt();
			send();
		}

		void send() {
			while (this.size != 0 && this.out.isReady() && !this.out.isCancelled()) {
				this.out.onNext(Message.of(this.size, this.index));
				this.index++;
			}
		}

		@Override
		public void onError(Throwable error) {
			// the call is over
		}

		@Override
		public void onCompleted() {
			// the caller cancels when it has enough
		}

	}

}
