package io.tractor.rows;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a client and a server, and can stop to forward anything without closing
 * a connection, as a pulled cable does.
 */
final class SilentProxy implements AutoCloseable {

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final ServerSocket listener;

	private final int target;

	private volatile boolean silent;

	SilentProxy(int target) {
		this.target = target;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	void silence() {
		this.silent = true;
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.sockets.add(client);
			this.sockets.add(server);
			start(() -> forward(client, server));
			start(() -> forward(server, client));
		}
	}

	private void forward(Socket from, Socket to) throws IOException {
		InputStream in = from.getInputStream();
		OutputStream out = to.getOutputStream();
		byte[] buffer = new byte[64 * 1024];
		int length = in.read(buffer);
		while (length >= 0) {
			if (!this.silent) {
				out.write(buffer, 0, length);
			}
			length = in.read(buffer);
		}
		if (!this.silent) {
			to.close();
		}
	}

	private static void start(Loop loop) {
		Thread thread = new Thread(() -> {
			try {
				loop.run();
			}
			catch (IOException ex) {
				// a socket was closed, which ends the loop
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	/**
	 * Runs until a socket is closed.
	 */
	@FunctionalInterface
	private interface Loop {

		void run() throws IOException;

	}

}
