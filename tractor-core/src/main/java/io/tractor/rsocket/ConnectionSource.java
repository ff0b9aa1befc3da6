package io.tractor.rsocket;

import java.time.Duration;

/**
 * Gives a portal the connection for an opening.
 */
interface ConnectionSource {

	/**
	 * Return a live connection, connecting if need be. Blocks.
	 * @param timeout how long that may take
	 * @throws io.tractor.TransportClosedException if there is none
	 */
	Connection connect(Duration timeout);

}
