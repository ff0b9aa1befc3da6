package io.tractor.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what the two sides say to each other survives the encoding.
 */
class MessageTests {

	private final CBORMapper mapper = CBORMapper.builder().build();

	@ParameterizedTest
	@MethodSource
	void survivesCbor(Object message) {
		byte[] encoded = this.mapper.writeValueAsBytes(message);
		Object decoded = this.mapper.readValue(encoded, message.getClass());
		assertThat(decoded).isEqualTo(message);
	}

	static List<Object> survivesCbor() {
		return List.of(JvmInfo.current(),
				new Subscription(List.of(new EventChoice("jdk.CPULoad", Duration.ofMillis(1500)),
						new EventChoice(Work.NAME, null))),
				Command.enable(Work.NAME), Command.disable(Work.NAME),
				Command.period("jdk.CPULoad", Duration.ofSeconds(2)),
				new JfrEvent(Work.NAME, Instant.now(), Duration.ofNanos(12345), "main", Map.of("item", "1")),
				new JfrEvent(Work.NAME, Instant.EPOCH, Duration.ZERO, null, Map.of()),
				new Summary(Map.of(Work.NAME, 5_000_000_000L), Duration.ofSeconds(90)));
	}

}
