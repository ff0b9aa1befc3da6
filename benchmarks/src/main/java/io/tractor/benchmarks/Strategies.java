package io.tractor.benchmarks;

import org.springframework.http.codec.cbor.JacksonCborDecoder;
import org.springframework.http.codec.cbor.JacksonCborEncoder;
import org.springframework.messaging.rsocket.RSocketStrategies;

/**
 * What a Spring Boot application has with CBOR.
 */
public final class Strategies {

	/**
	 * With CBOR ahead of what there is by default.
	 */
	public static final RSocketStrategies CBOR = RSocketStrategies.builder()
		.encoder(new JacksonCborEncoder())
		.decoder(new JacksonCborDecoder())
		.build();

	private Strategies() {
	}

}
