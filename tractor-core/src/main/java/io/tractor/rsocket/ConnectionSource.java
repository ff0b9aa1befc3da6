package io.tractor.rsocket;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gives a portal the connection for an opening.
 */
interface ConnectionSource {

	/**
	 * Return the connection if there is one now.
	 * @return a live connection, or {@code null} if it is to be {@linkplain #connect
	 * waited for}
	 */
	@Nullable Connection connected();

	/**
	 * Return a live connection, connecting if need be.
	 * @param timeout how long that may take
	 * @return the connection; fails with {@link io.tractor.TransportClosedException} if
	 * there is none
	 */
	Mono<Connection> connect(Duration timeout);

}
