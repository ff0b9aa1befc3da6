package io.tractor.rows;

import java.util.UUID;
import java.util.function.Supplier;

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

/**
 * How the two applications of a test are connected.
 */
enum Link {

	MEMORY {

		@Override
		Server start(SocketAcceptor acceptor) {
			String name = UUID.randomUUID().toString();
			Closeable server = server(acceptor).bind(LocalServerTransport.create(name)).block();
			return new Server(server, () -> LocalClientTransport.create(name));
		}

	},

	TCP {

		@Override
		Server start(SocketAcceptor acceptor) {
			CloseableChannel server = server(acceptor).bind(TcpServerTransport.create("127.0.0.1", 0)).block();
			int port = server.address().getPort();
			return new Server(server, () -> TcpClientTransport.create("127.0.0.1", port));
		}

	},

	WEBSOCKET {

		@Override
		Server start(SocketAcceptor acceptor) {
			CloseableChannel server = server(acceptor).bind(WebsocketServerTransport.create("127.0.0.1", 0)).block();
			int port = server.address().getPort();
			return new Server(server, () -> WebsocketClientTransport.create("127.0.0.1", port));
		}

	};

	abstract Server start(SocketAcceptor acceptor);

	private static RSocketServer server(SocketAcceptor acceptor) {
		return RSocketServer.create(acceptor).payloadDecoder(PayloadDecoder.ZERO_COPY);
	}

	record Server(Closeable closeable, Supplier<ClientTransport> client) {

	}

}
