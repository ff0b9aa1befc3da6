package io.tractor.rsocket;

import java.time.Duration;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.ClientTransport;
import io.rsocket.util.DefaultPayload;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.util.Assert;
import org.springframework.util.MimeType;

/**
 * Builds portals. Not thread-safe.
 */
public final class PortalBuilder {

	private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

	private final String name;

	private final ContextEndpoint endpoint;

	private MimeType dataMimeType = new MimeType("application", "cbor");

	private Duration keepAliveInterval = Duration.ofSeconds(20);

	private Duration keepAliveMaxLifeTime = Duration.ofSeconds(90);

	private @Nullable Duration openTimeout;

	private @Nullable Duration deadline;

	private @Nullable Retry reconnect;

	private @Nullable ByteBuf authentication;

	private SocketAcceptor acceptor = SocketAcceptor.with(new RSocket() {
	});

	private Consumer<RSocketConnector> customizer = (connector) -> {
	};

	/**
	 * Create a builder.
	 * @param name the portal's name, used in errors
	 * @param endpoint the application's endpoint
	 */
	public PortalBuilder(String name, ContextEndpoint endpoint) {
		this.name = name;
		this.endpoint = endpoint;
	}

	/**
	 * Set how values are encoded. By default this is {@code application/cbor}.
	 * @param mimeType the MIME type, which the codecs must know
	 * @return this builder
	 */
	public PortalBuilder dataMimeType(MimeType mimeType) {
		this.dataMimeType = mimeType;
		return this;
	}

	/**
	 * Set how a dead peer is noticed (D2). By default a sign of life is asked for every
	 * 20 seconds and must come within 90.
	 * @param interval how often to ask
	 * @param maxLifeTime how long to wait for any sign of life
	 * @return this builder
	 */
	public PortalBuilder keepAlive(Duration interval, Duration maxLifeTime) {
		this.keepAliveInterval = interval;
		this.keepAliveMaxLifeTime = maxLifeTime;
		return this;
	}

	/**
	 * Set how long openings on this portal may take, connecting included. By default this
	 * is the application's {@link CallerDefaults#openTimeout()}.
	 * @param timeout the time
	 * @return this builder
	 */
	public PortalBuilder openTimeout(Duration timeout) {
		this.openTimeout = timeout;
		return this;
	}

	/**
	 * Set how long contexts on this portal may take, from connecting to the result, where
	 * the call does not say (O9). By default there is no such limit.
	 * @param contextDeadline the time
	 * @return this builder
	 */
	public PortalBuilder deadline(Duration contextDeadline) {
		this.deadline = contextDeadline;
		return this;
	}

	/**
	 * Let openings wait for a server that is down, trying again with growing pauses until
	 * the opening's time is over. By default they fail at the first failed attempt.
	 * @param minBackoff the first pause
	 * @param maxBackoff the longest pause
	 * @return this builder
	 */
	public PortalBuilder reconnect(Duration minBackoff, Duration maxBackoff) {
		this.reconnect = Retry.backoff(Long.MAX_VALUE, minBackoff)
			.maxBackoff(maxBackoff)
			.filter((ex) -> !(ex instanceof UnsupportedOperationException));
		return this;
	}

	/**
	 * Authenticate the connection with a user name and a password.
	 * @param username the user's name
	 * @param password the password
	 * @return this builder
	 */
	public PortalBuilder credentials(String username, String password) {
		this.authentication = AuthMetadataCodec.encodeSimpleMetadata(HEAP, username.toCharArray(),
				password.toCharArray());
		return this;
	}

	/**
	 * Authenticate the connection with a bearer token.
	 * @param token the token
	 * @return this builder
	 */
	public PortalBuilder bearerToken(String token) {
		this.authentication = AuthMetadataCodec.encodeBearerMetadata(HEAP, token.toCharArray());
		return this;
	}

	/**
	 * Set what answers requests of the server other than contexts. By default nothing
	 * does.
	 * @param other the acceptor
	 * @return this builder
	 */
	public PortalBuilder acceptor(SocketAcceptor other) {
		this.acceptor = other;
		return this;
	}

	/**
	 * Customize the connector, for instance with interceptors. Resume is not supported:
	 * with it, connecting fails.
	 * @param connectorCustomizer called for each portal, after everything else but the
	 * acceptor was set
	 * @return this builder
	 */
	public PortalBuilder connector(Consumer<RSocketConnector> connectorCustomizer) {
		this.customizer = this.customizer.andThen(connectorCustomizer);
		return this;
	}

	/**
	 * Build the portal. It connects when it is first used.
	 * @param transport connects to the server
	 * @return the portal
	 */
	public RSocketPortal build(ClientTransport transport) {
		Assert.notNull(transport, "'transport' must not be null");
		RSocketConnector connector = RSocketConnector.create()
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.dataMimeType(this.dataMimeType.toString())
			.metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
			.interceptors((registry) -> registry.forConnection(this.endpoint.guard()))
			.keepAlive(this.keepAliveInterval, this.keepAliveMaxLifeTime);
		if (this.authentication != null) {
			CompositeByteBuf metadata = HEAP.compositeBuffer();
			CompositeMetadataCodec.encodeAndAddMetadata(metadata, HEAP,
					WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION, this.authentication.retainedDuplicate());
			connector.setupPayload(DefaultPayload.create(new byte[0], ByteBufUtil.getBytes(metadata)));
		}
		this.customizer.accept(connector);
		connector.acceptor(withoutResume(this.endpoint.outer(this.endpoint.inner(this.acceptor))));
		Mono<RSocket> connection = connector.connect(transport);
		return new RSocketPortal(this.name, this.endpoint, connection, this.reconnect, this.openTimeout, this.deadline);
	}

	private SocketAcceptor withoutResume(SocketAcceptor other) {
		return (setup, rsocket) -> {
			if (setup.isResumeEnabled()) {
				rsocket.dispose();
				return Mono.error(new UnsupportedOperationException("RSocket resume does not go with contexts, which"
						+ " end with their connection: remove resume(…) from the connector of portal '" + this.name
						+ "'"));
			}
			return other.accept(setup, rsocket);
		};
	}

}
