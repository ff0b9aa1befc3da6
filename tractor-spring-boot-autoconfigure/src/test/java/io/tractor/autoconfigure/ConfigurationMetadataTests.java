package io.tractor.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata of the {@code tractor.*} properties.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescription() throws IOException {
		List<String> without = new ArrayList<>();
		List<String> names = new ArrayList<>();
		for (JsonNode property : metadata().get("properties")) {
			names.add(property.get("name").asString());
			if (!property.has("description") || !property.get("description").asString().endsWith(".")) {
				without.add(property.get("name").asString());
			}
		}
		assertThat(without).isEmpty();
		assertThat(names).contains("tractor.stream.msg-buffer-size", "tractor.stream.overflow", "tractor.routes",
				"tractor.portals", "tractor.limits.max-message-size", "tractor.handler.threads",
				"tractor.open-timeout");
	}

	@Test
	void everyPropertySaysItsDefault() throws IOException {
		for (JsonNode property : metadata().get("properties")) {
			assertThat(property.has("defaultValue") || property.get("type").asString().startsWith("java.util.Map")
					|| property.get("description").asString().contains("By default"))
				.as(property.get("name").asString())
				.isTrue();
		}
	}

	@Test
	void hintsAreForPropertiesThatExist() throws IOException {
		Set<String> names = new TreeSet<>();
		metadata().get("properties").forEach((property) -> names.add(property.get("name").asString()));
		for (JsonNode hint : metadata().get("hints")) {
			assertThat(names).contains(hint.get("name").asString().replace(".keys", ""));
		}
	}

	private static JsonNode metadata() throws IOException {
		for (URL resource : Collections.list(ConfigurationMetadataTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = resource.openStream()) {
				JsonNode metadata = JsonMapper.shared().readTree(in);
				if (metadata.toString().contains("\"tractor.stream.msg-buffer-size\"")) {
					return metadata;
				}
			}
		}
		throw new AssertionError("No metadata of tractor's properties: did the annotation processor run?");
	}

}
