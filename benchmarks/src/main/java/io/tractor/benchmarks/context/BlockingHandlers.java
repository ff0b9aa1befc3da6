package io.tractor.benchmarks.context;

import io.tractor.ActorContext;
import io.tractor.CalleeContext;
import io.tractor.MsgStream;
import io.tractor.StreamClosedException;
import io.tractor.benchmarks.Message;
import io.tractor.benchmarks.Reading;
import io.tractor.benchmarks.Running;

/**
 * Callees that block.
 */
final class BlockingHandlers {

	private static final byte[] RESULT = new byte[1];

	private final Running running;

	BlockingHandlers(Running running) {
		this.running = running;
	}

	@ActorContext(Routes.SOURCE)
	void source(CalleeContext<Void, byte[], byte[]> context, Integer size) {
		Runnable ended = this.running.begin();
		context.started(null);
		try (MsgStream<byte[], byte[]> stream = context.openStream()) {
			stream.receive();
			for (long index = 0;; index++) {
				stream.send(Message.of(size, index));
			}
		}
		catch (StreamClosedException ex) {
			// the caller has enough
		}
		finally {
			ended.run();
		}
	}

	@ActorContext(Routes.READINGS)
	void readings(CalleeContext<Void, Reading, Reading> context) {
		Runnable ended = this.running.begin();
		context.started(null);
		try (MsgStream<Reading, Reading> stream = context.openStream()) {
			stream.receive();
			for (long index = 0;; index++) {
				stream.send(Reading.of(index));
			}
		}
		catch (StreamClosedException ex) {
			// the caller has enough
		}
		finally {
			ended.run();
		}
	}

	@ActorContext(Routes.COLLECT)
	Long collect(CalleeContext<Void, Reading, Reading> context, Integer credit) {
		Runnable ended = this.running.begin();
		context.started(null);
		try (MsgStream<Reading, Reading> stream = context.openStream((options) -> options.msgBufferSize(credit))) {
			stream.send(Reading.of(0));
			long collected = 0;
			for (Reading reading : stream) {
				if (reading.index() != collected) {
					break;
				}
				collected++;
			}
			return collected;
		}
		finally {
			ended.run();
		}
	}

	@ActorContext(Routes.ECHO)
	void echo(CalleeContext<Void, byte[], byte[]> context) {
		Runnable ended = this.running.begin();
		context.started(null);
		try (MsgStream<byte[], byte[]> stream = context.openStream()) {
			for (byte[] message : stream) {
				stream.send(message);
			}
		}
		finally {
			ended.run();
		}
	}

	@ActorContext(Routes.EXCHANGE)
	byte[] exchange(CalleeContext<Void, byte[], byte[]> context) {
		Runnable ended = this.running.begin();
		context.started(null);
		try (MsgStream<byte[], byte[]> stream = context.openStream()) {
			stream.send(stream.receive());
			return RESULT;
		}
		finally {
			ended.run();
		}
	}

}
