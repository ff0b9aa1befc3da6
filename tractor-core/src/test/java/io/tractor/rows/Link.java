package io.tractor.rows;

import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.netty.channel.ChannelOption;
import io.rsocket.Closeable;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.local.LocalClientTransport;
import io.rsocket.transport.local.LocalServerTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.transport.netty.server.WebsocketServerTransport;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.TcpServer;
import reactor.netty.transport.ServerTransport;

/**
 * How the two applications of a test are connected.
 */
enum Link {

	MEMORY {

		@Override
		Server start(SocketAcceptor acceptor, Consumer<RSocketServer> customizer) {
			String name = UUID.randomUUID().toString();
			Closeable server = server(acceptor, customizer).bind(LocalServerTransport.create(name)).block();
			return new Server(server, () -> LocalClientTransport.create(name), -1);
		}

	},

	TCP {

		@Override
		Server start(SocketAcceptor acceptor, Consumer<RSocketServer> customizer) {
			CloseableChannel server = server(acceptor, customizer)
				.bind(TcpServerTransport.create(narrow(TcpServer.create())))
				.block();
			int port = server.address().getPort();
			return new Server(server, () -> TcpClientTransport.create("127.0.0.1", port), port);
		}

	},

	WEBSOCKET {

		@Override
		Server start(SocketAcceptor acceptor, Consumer<RSocketServer> customizer) {
			CloseableChannel server = server(acceptor, customizer)
				.bind(WebsocketServerTransport.create(narrow(HttpServer.create())))
				.block();
			int port = server.address().getPort();
			return new Server(server, () -> WebsocketClientTransport.create("127.0.0.1", port), port);
		}

	};

	abstract Server start(SocketAcceptor acceptor, Consumer<RSocketServer> customizer);

	/**
	 * Listen, with a small send buffer, so that little is taken that nobody reads.
	 */
	static <T extends ServerTransport<T, ?>> T narrow(T server) {
		return server.host("127.0.0.1").port(0).childOption(ChannelOption.SO_SNDBUF, 16 * 1024);
	}

	Server start(SocketAcceptor acceptor) {
		return start(acceptor, (server) -> {
		});
	}

	private static RSocketServer server(SocketAcceptor acceptor, Consumer<RSocketServer> customizer) {
		RSocketServer server = RSocketServer.create(acceptor).payloadDecoder(PayloadDecoder.ZERO_COPY);
		customizer.accept(server);
		return server;
	}

	/**
	 * A running server.
	 *
	 * @param closeable closes it
	 * @param client makes a client's transport
	 * @param port where it listens, if it does
	 */
	record Server(Closeable closeable, Supplier<ClientTransport> client, int port) {

	}

}
