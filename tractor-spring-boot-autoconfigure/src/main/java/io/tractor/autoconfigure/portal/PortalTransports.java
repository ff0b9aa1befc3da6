package io.tractor.autoconfigure.portal;

import java.net.URI;
import java.util.Objects;

import io.netty.handler.ssl.SslContextBuilder;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.tractor.autoconfigure.InvalidPropertyValueException;
import io.tractor.autoconfigure.TractorProperties;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.AbstractProtocolSslContextSpec;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpSslContextSpec;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * Makes the transports of portals from their URIs.
 */
final class PortalTransports {

	private final @Nullable SslBundles sslBundles;

	PortalTransports(@Nullable SslBundles sslBundles) {
		this.sslBundles = sslBundles;
	}

	/**
	 * Make the transport of a portal whose properties were checked.
	 */
	ClientTransport create(String name, TractorProperties.Portal properties) {
		URI uri = URI.create(Objects.requireNonNull(properties.getUri()));
		return switch (uri.getScheme()) {
			case "tcp" -> TcpClientTransport.create(tcp(uri));
			case "tcps" -> TcpClientTransport.create(tcp(uri).secure(
					(spec) -> spec.sslContext(configure(TcpSslContextSpec.forClient(), sslBundle(name, properties)))));
			case "ws" -> websocket(uri, http(uri, 80));
			case "wss" -> websocket(uri, http(uri, 443).secure((spec) -> spec
				.sslContext(configure(Http11SslContextSpec.forClient(), sslBundle(name, properties)))));
			default -> throw new IllegalArgumentException("No transport for " + uri);
		};
	}

	private static TcpClient tcp(URI uri) {
		return TcpClient.create().host(uri.getHost()).port(uri.getPort());
	}

	private static HttpClient http(URI uri, int defaultPort) {
		return HttpClient.create().host(uri.getHost()).port((uri.getPort() != -1) ? uri.getPort() : defaultPort);
	}

	private static ClientTransport websocket(URI uri, HttpClient client) {
		String path = (uri.getRawPath().isEmpty()) ? "/" : uri.getRawPath();
		// Takes frames of RSocket's own maximum, 16 MiB, unlike a plain WebSocket client
		return WebsocketClientTransport.create(client,
				(uri.getRawQuery() != null) ? path + "?" + uri.getRawQuery() : path);
	}

	private @Nullable SslBundle sslBundle(String name, TractorProperties.Portal properties) {
		String bundle = properties.getSsl().getBundle();
		if (bundle == null) {
			return null;
		}
		String property = "tractor.portals." + name + ".ssl.bundle";
		if (this.sslBundles == null) {
			throw new InvalidPropertyValueException(property, bundle,
					"There are no SSL bundles: is Spring Boot's SSL auto-configuration excluded?");
		}
		try {
			return this.sslBundles.getBundle(bundle);
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidPropertyValueException(property, bundle,
					"There is no such SSL bundle: define it under spring.ssl.bundle.");
		}
	}

	private static GenericSslContextSpec<?> configure(AbstractProtocolSslContextSpec<?> spec,
			@Nullable SslBundle bundle) {
		return (bundle != null) ? spec.configure((builder) -> configure(builder, bundle)) : spec;
	}

	private static void configure(SslContextBuilder builder, SslBundle bundle) {
		SslManagerBundle managers = bundle.getManagers();
		SslOptions options = bundle.getOptions();
		builder.keyManager(managers.getKeyManagerFactory())
			.trustManager(managers.getTrustManagerFactory())
			.protocols(options.getEnabledProtocols())
			.ciphers(SslOptions.asSet(options.getCiphers()));
	}

}
